import { useState } from 'react';
import type { FilePart } from '../../../shown/model';
import { clip, sizeText } from '../../format';
import { Icon } from '../../icons';
import { visibleName } from '../../visible';
import { offerOf, sizeOf } from './file-offer';

/** A file: a picture where it is one and came with the message, else a card with what may be done. */
export function FileView({ file }: { file: FilePart }) {
  const [isBroken, setBroken] = useState(false);
  const offer = offerOf(file);
  if (offer.kind !== 'image' || isBroken) return <FileCard file={file} isBroken={isBroken} />;
  const name = visibleName(file.name ?? '');
  return (
    <figure className="ait-picture">
      <img
        src={offer.src}
        alt={name || 'A picture without a description'}
        decoding="async"
        onError={() => setBroken(true)}
      />
      {name ? (
        <figcaption>
          <bdi>{name}</bdi>
        </figcaption>
      ) : null}
    </figure>
  );
}

function FileCard({ file, isBroken }: { file: FilePart; isBroken: boolean }) {
  const offer = offerOf(file);
  const size = sizeOf(file.url);
  const facts = [
    visibleName(file.mediaType, 60),
    size === undefined ? '' : sizeText(size),
    offer.kind === 'link' ? offer.host : '',
    isBroken ? 'cannot be shown' : '',
  ];
  return (
    <div className="ait-file">
      <Icon name="file" />
      <div className="ait-file-facts">
        <bdi className="ait-file-name">
          {visibleName(file.name ?? '') || 'A file without a name'}
        </bdi>
        <span className="ait-faint">{facts.filter(Boolean).join(' · ')}</span>
        {offer.kind === 'refused' ? (
          <span className="ait-faint">
            {offer.why}: <code>{visibleName(clip(file.url, 120), 120)}</code>
          </span>
        ) : null}
      </div>
      {offer.kind === 'link' ? (
        <a
          className="ait-button ait-button-plain"
          href={offer.href}
          title={`${offer.host}\n${offer.href}`}
          target="_blank"
          rel="noopener noreferrer nofollow"
          referrerPolicy="no-referrer"
        >
          Open
        </a>
      ) : null}
      {offer.kind === 'download' ? (
        <a className="ait-button ait-button-plain" href={offer.href} download={offer.name}>
          Download
        </a>
      ) : null}
    </div>
  );
}
