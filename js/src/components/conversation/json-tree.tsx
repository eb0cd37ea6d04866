import { memo, type ReactNode, useState } from 'react';
import { clip, counted } from '../format';
import { visibleName, visibleText } from '../visible';
import { CopyButton } from './copy-button';
import { countOf, jsonText, keysOf, plainText, summary } from './json-text';
import { useKept } from './kept';

const MOST_ENTRIES = 50;
const LONGEST_STRING = 500;
const OPEN_DEPTH = 2;

/** A value as JSON: what is deep is closed, and what is long is cut, until somebody asks for it. */
export const JsonTree = memo(function JsonTree({ value, name }: { value: unknown; name: string }) {
  return (
    <div className="ait-json">
      <div className="ait-json-copy">
        <CopyButton text={() => jsonText(value)} label={`Copy ${name}`} />
      </div>
      <div className="ait-json-tree" dir="ltr">
        {isBranch(value) ? (
          <Entries value={value} depth={0} path="" />
        ) : (
          <Value value={value} depth={0} path="" />
        )}
      </div>
    </div>
  );
});

interface ValueProps {
  readonly value: unknown;
  readonly depth: number;
  readonly path: string;
  readonly label?: ReactNode;
}

function Value({ value, depth, path, label }: ValueProps) {
  if (isBranch(value)) return <Branch value={value} depth={depth} path={path} label={label} />;
  return (
    <div className="ait-json-row">
      {label}
      <Leaf value={value} />
    </div>
  );
}

function isBranch(value: unknown): value is object {
  return value !== null && typeof value === 'object' && countOf(value) > 0;
}

function Branch({ value, depth, path, label }: ValueProps & { readonly value: object }) {
  const [isOpen, setOpen] = useKept(`json${path}`, depth < OPEN_DEPTH);
  return (
    <div className="ait-json-branch">
      <button
        type="button"
        className="ait-json-row ait-json-fold"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
        <span className="ait-json-summary">{summary(value)}</span>
      </button>
      {isOpen ? (
        <div className="ait-json-inside">
          <Entries value={value} depth={depth} path={path} />
        </div>
      ) : null}
    </div>
  );
}

function Entries({ value, depth, path }: ValueProps & { readonly value: object }) {
  const [most, setMost] = useState(MOST_ENTRIES);
  const count = countOf(value);
  return (
    <>
      {keysOf(value, most).map((key) => (
        <Value
          key={key}
          value={(value as Record<string, unknown>)[key]}
          depth={depth + 1}
          path={`${path}/${key}`}
          label={<Key name={key} isIndex={Array.isArray(value)} />}
        />
      ))}
      {count > most ? (
        <button type="button" className="ait-more" onClick={() => setMost(most * 10)}>
          Show more ({counted(count - most, 'more entry', 'more entries')})
        </button>
      ) : null}
    </>
  );
}

function Key({ name, isIndex }: { name: string; isIndex: boolean }) {
  return (
    <span className={isIndex ? 'ait-json-index' : 'ait-json-key'}>
      <bdi>{visibleName(name, 120) || '""'}</bdi>:{' '}
    </span>
  );
}

function Leaf({ value }: { value: unknown }) {
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== 'string') {
    const kind = value === null || typeof value === 'object' ? 'empty' : typeof value;
    return <span className={`ait-json-${kind}`}>{plainText(value)}</span>;
  }
  const shown = isWhole ? value : clip(value, LONGEST_STRING);
  return (
    <span className="ait-json-string" dir="auto">
      “{visibleText(shown)}
      {shown.length < value.length ? (
        <button type="button" className="ait-more" onClick={() => setWhole(true)}>
          … show all ({counted(value.length, 'character')})
        </button>
      ) : (
        '”'
      )}
    </span>
  );
}
