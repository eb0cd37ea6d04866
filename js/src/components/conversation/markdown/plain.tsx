import { memo } from 'react';
import { clip, counted } from '../../format';
import { useKept } from '../kept';

const SHOWN = 20_000;

/** A text of any length as it is; most of a long one is drawn once somebody asks for it. */
export const PlainText = memo(function PlainText({ text }: { text: string }) {
  const [isWhole, setWhole] = useKept('whole', false);
  const shown = isWhole || text.length <= SHOWN ? text : clip(text, SHOWN);
  return (
    <div className="ait-plain">
      {chunks(shown).map((chunk) => (
        <pre key={chunk.at} dir="auto">
          {chunk.text}
        </pre>
      ))}
      {shown.length < text.length ? (
        <button type="button" className="ait-more" onClick={() => setWhole(true)}>
          Show all ({counted(text.length - shown.length, 'more character')})
        </button>
      ) : null}
    </div>
  );
});

/** Pieces that end with a line where they can, so that the browser lays out only those in sight. */
function chunks(text: string): { at: number; text: string }[] {
  const pieces = [];
  for (let at = 0; at < text.length; ) {
    const line = text.lastIndexOf('\n', at + SHOWN);
    const end = at + SHOWN >= text.length ? text.length : line > at ? line + 1 : at + SHOWN;
    pieces.push({ at, text: text.slice(at, end) });
    at = end;
  }
  return pieces;
}
