import type { MarkedToken, Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';
import { KeepScope } from '../kept';
import { CodeBlock } from './code-block';
import { inline } from './inline';
import { known } from './split';

const DEEPEST = 40;
const MOST_COLUMNS = 100;
const MOST_CELLS = 10_000;

interface Place {
  readonly depth: number;
  /** The text goes on at its end. */
  readonly isGrowing: boolean;
}

/** Paragraphs, lists, tables and the like, one inside of the other. */
export function blocks(tokens: readonly MarkedToken[], place: Place): ReactNode[] {
  return tokens.map((token, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: what grows keeps its place
    <Fragment key={at}>
      {draw(token, { ...place, isGrowing: place.isGrowing && at === tokens.length - 1 }, at)}
    </Fragment>
  ));
}

function draw(token: MarkedToken, place: Place, at: number): ReactNode {
  if (place.depth > DEEPEST) return <p dir="auto">{token.raw}</p>;
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'paragraph':
      return <p dir="auto">{inline(known(token.tokens))}</p>;
    case 'heading':
      return <Heading token={token} />;
    case 'code':
      return (
        <KeepScope name={`${place.depth}-${at}`}>
          <CodeBlock code={token.text} language={languageOf(token)} isGrowing={place.isGrowing} />
        </KeepScope>
      );
    case 'blockquote':
      return (
        <blockquote dir="auto">
          {blocks(known(token.tokens), { ...place, depth: place.depth + 1 })}
        </blockquote>
      );
    case 'list':
      return <List token={token} place={place} />;
    case 'table':
      return isTooLarge(token) ? <Raw text={token.raw} /> : <Table token={token} />;
    case 'hr':
      return <hr />;
    case 'html':
      return <Raw text={token.raw} />;
    default:
      return inline([token]);
  }
}

function languageOf(token: Tokens.Code): string {
  return /^\s*([^\s{,:]*)/.exec(token.lang ?? '')?.[1] ?? '';
}

/** Below the headings of the page that it stands in. */
function Heading({ token }: { token: Tokens.Heading }) {
  const Tag = token.depth === 1 ? 'h3' : token.depth === 2 ? 'h4' : token.depth === 3 ? 'h5' : 'h6';
  return <Tag dir="auto">{inline(known(token.tokens))}</Tag>;
}

function List({ token, place }: { token: Tokens.List; place: Place }) {
  const items = token.items.map((item, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: what grows keeps its place
    <li key={at} dir="auto" className={item.task ? 'ait-md-task' : undefined}>
      {blocks(known(item.tokens), {
        depth: place.depth + 1,
        isGrowing: place.isGrowing && at === token.items.length - 1,
      })}
    </li>
  ));
  const looseness = token.loose ? 'ait-md-loose' : undefined;
  if (!token.ordered) return <ul className={looseness}>{items}</ul>;
  return (
    <ol className={looseness} start={token.start === '' ? 1 : token.start}>
      {items}
    </ol>
  );
}

/** What is not drawn stands there as it was said. */
function Raw({ text }: { text: string }) {
  return (
    <p className="ait-md-raw" dir="auto">
      {text.trimEnd()}
    </p>
  );
}

/** Nobody reads so many columns, and a browser takes seconds to lay them out. */
function isTooLarge({ header, rows }: Tokens.Table): boolean {
  return header.length > MOST_COLUMNS || header.length * rows.length > MOST_CELLS;
}

function Table({ token }: { token: Tokens.Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in the keyboard's reach
    <section className="ait-md-table" tabIndex={0} aria-label="Table">
      <table tabIndex={-1}>
        <thead>
          <tr>{token.header.map((cell, at) => drawCell(cell, at))}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what grows keeps its place
            <tr key={at}>{row.map(drawCell)}</tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function drawCell(cell: Tokens.TableCell, at: number): ReactNode {
  const Tag = cell.header ? 'th' : 'td';
  return (
    <Tag key={at} dir="auto" data-align={cell.align ?? undefined}>
      {inline(known(cell.tokens))}
    </Tag>
  );
}
