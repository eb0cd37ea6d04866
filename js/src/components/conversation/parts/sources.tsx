import type { SourcePart } from '../../../shown/model';
import { clip } from '../../format';
import { visibleName } from '../../visible';
import { safeLink } from '../markdown/links';

/** What an answer rests on, numbered. */
export function Sources({ sources }: { sources: readonly SourcePart[] }) {
  return (
    <section className="ait-sources" aria-label="Sources">
      <h3 className="ait-label">Sources</h3>
      <ol>
        {sources.map((source, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sources have no other name than their place
          <li key={at}>
            <span>
              <Source source={source} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Source({ source }: { source: SourcePart }) {
  const link = source.url === undefined ? undefined : safeLink(source.url);
  const title = visibleName(source.title ?? source.fileName ?? '', 160);
  if (link) {
    return (
      <>
        <a
          className="ait-link"
          href={link.href}
          title={`${link.host}\n${link.href}`}
          target="_blank"
          rel="noopener noreferrer nofollow"
          referrerPolicy="no-referrer"
        >
          <bdi>{title || link.host}</bdi>
        </a>
        {title ? <span className="ait-faint"> {link.host}</span> : null}
      </>
    );
  }
  const rest = [source.fileName === title ? '' : source.fileName, source.mediaType, source.url];
  const facts = rest.filter((fact) => fact && fact !== title).map((fact) => fact ?? '');
  return (
    <>
      <bdi>{title || 'A source without a title'}</bdi>
      <span className="ait-faint">
        {' '}
        {facts.map((fact) => visibleName(clip(fact, 120))).join(' · ')}
      </span>
    </>
  );
}
