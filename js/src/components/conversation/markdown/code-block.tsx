import { memo, useEffect, useState } from 'react';
import { IconButton } from '../../button';
import { useLatest } from '../../hooks';
import { visibleName, visibleText } from '../../visible';
import { CopyButton } from '../copy-button';
import { useKept } from '../kept';
import { type Colored, highlight, isColored } from './highlight';
import { PlainText } from './plain';

const LONGEST = 100_000;
const COLOR_EVERY_MS = 250;

interface CodeProps {
  readonly code: string;
  readonly language: string;
  readonly isGrowing: boolean;
}

/** Code with its language, to be copied. What is still being written gets its colours now and then. */
export const CodeBlock = memo(function CodeBlock({ code, language, isGrowing }: CodeProps) {
  const [isWrapped, setWrapped] = useKept('wrapped', false);
  const label = visibleName(language, 24);
  return (
    <figure
      className="ait-code"
      aria-label={label ? `Code in ${label}` : 'Code'}
      data-wrapped={isWrapped || undefined}
    >
      <figcaption className="ait-code-head">
        <span className="ait-code-language">{label || 'text'}</span>
        <IconButton
          icon="wrap"
          label="Wrap long lines"
          aria-pressed={isWrapped}
          onClick={() => setWrapped(!isWrapped)}
        />
        <CopyButton text={() => code} label="Copy the code" />
      </figcaption>
      {code.length > LONGEST ? (
        <PlainText text={code} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in the keyboard's reach, and what is in it while it is no stop itself
        <pre tabIndex={0}>
          <code dir="ltr" tabIndex={-1}>
            <ColoredCode code={code} language={language.toLowerCase()} isGrowing={isGrowing} />
          </code>
        </pre>
      )}
    </figure>
  );
});

function ColoredCode({ code, language, isGrowing }: CodeProps) {
  const known = useLines(code, isGrowing);
  if (!isColored(language, code.length)) return visibleText(code);
  return (
    <>
      <Colors code={known} language={language} />
      {visibleText(code.slice(known.length))}
    </>
  );
}

const Colors = memo(function Colors({ code, language }: { code: string; language: string }) {
  return highlight(language, code).map(draw);
});

function draw(node: Colored, at: number) {
  if (typeof node === 'string') return visibleText(node);
  return (
    <span key={at} className={node.className}>
      {node.children.map(draw)}
    </span>
  );
}

/** The whole code, or while it grows its whole lines, as of a moment ago. */
function useLines(code: string, isGrowing: boolean): string {
  const [known, setKnown] = useState('');
  const latest = useLatest(code);
  useEffect(() => {
    if (!isGrowing) return;
    const look = () => setKnown(latest.current.slice(0, latest.current.lastIndexOf('\n') + 1));
    const timer = setInterval(look, COLOR_EVERY_MS);
    return () => clearInterval(timer);
  }, [isGrowing, latest]);
  if (!isGrowing) return code;
  return code.startsWith(known) ? known : '';
}
