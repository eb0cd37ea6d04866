import type { ReactNode } from 'react';
import { Markdown } from '../components/conversation/markdown/markdown';

interface Props {
  readonly text: string;
  readonly isStreaming: boolean;
}

/** What is said, with its emphasis, lists and code; nothing in it is ever executed or loaded. */
export function Text({ text, isStreaming }: Props): ReactNode {
  return text === '' ? null : <Markdown text={text} isStreaming={isStreaming} />;
}
