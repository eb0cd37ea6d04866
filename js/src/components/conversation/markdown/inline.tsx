import type { MarkedToken, Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';
import { Icon } from '../../icons';
import { visibleName } from '../../visible';
import { withoutEntities } from './entities';
import { hostNamedBy, safeLink } from './links';
import { known } from './split';

const DEEPEST = 24;

/** Words with their emphasis, links and code, as elements of ours: what is no markdown stays text. */
export function inline(tokens: readonly MarkedToken[], depth = 0, isInLink = false): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: words have no other name than their place
  return tokens.map((token, at) => <Fragment key={at}>{draw(token, depth, isInLink)}</Fragment>);
}

function draw(token: MarkedToken, depth: number, isInLink: boolean): ReactNode {
  const inside = () => inline(known('tokens' in token ? token.tokens : []), depth + 1, isInLink);
  if (depth > DEEPEST) return token.raw;
  switch (token.type) {
    case 'strong':
      return <strong>{inside()}</strong>;
    case 'em':
      return <em>{inside()}</em>;
    case 'del':
      return <del>{inside()}</del>;
    case 'codespan':
      return <code className="ait-md-code">{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link token={token}>{inline(known(token.tokens), depth + 1, true)}</Link>;
    case 'image':
      return <ImageChip token={token} isInLink={isInLink} />;
    case 'checkbox':
      return <Box isDone={token.checked} />;
    case 'html':
      // The one tag that models need, as a table's cell can have no second line without it.
      return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw;
    case 'escape':
      return token.text;
    case 'text':
      return token.tokens ? inside() : withoutEntities(token.text);
    default:
      return token.raw;
  }
}

function Link({ token, children }: { token: Tokens.Link; children: ReactNode }) {
  const url = token.autolink ? token.href : withoutEntities(token.href);
  const link = safeLink(url);
  if (!link) return <span title="This link is not opened from here">{token.raw}</span>;
  const named = hostNamedBy(token.text);
  const isElsewhere = named !== undefined && named !== link.host;
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
        {children}
      </a>
      {isElsewhere ? <span className="ait-link-host"> (leads to {link.host})</span> : null}
    </>
  );
}

/** Looking at a message must tell nobody: an image is a link to it. */
function ImageChip({ token, isInLink }: { token: Tokens.Image; isInLink: boolean }) {
  const link = safeLink(withoutEntities(token.href));
  const alt = visibleName(withoutEntities(token.text)) || 'no description';
  if (!link) return <span title="This image is not loaded from here">{token.raw}</span>;
  if (isInLink) return `[image: ${alt} (${link.host})]`;
  return (
    <a
      className="ait-chip"
      href={link.href}
      title={`${link.host}\n${link.href}`}
      target="_blank"
      rel="noopener noreferrer nofollow"
      referrerPolicy="no-referrer"
    >
      <Icon name="link" />
      image: <bdi>{alt}</bdi> ({link.host})
    </a>
  );
}

function Box({ isDone }: { isDone: boolean }) {
  return (
    <input
      className="ait-md-box"
      type="checkbox"
      checked={isDone}
      disabled
      aria-label={isDone ? 'Done' : 'To do'}
    />
  );
}
