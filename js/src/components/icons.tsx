import type { ReactElement } from 'react';

/** Strokes on a field of 16 by 16. */
const PATHS = {
  tree: 'M5 5.4v5.2M11 5.4c0 3.2-6 1.8-6 5.2M5 5.4a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM11 5.4a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM5 13.8a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
  talk: 'M3.5 3h9A1.5 1.5 0 0 1 14 4.5v5a1.5 1.5 0 0 1-1.5 1.5H8l-3.5 2.8V11h-1A1.5 1.5 0 0 1 2 9.5v-5A1.5 1.5 0 0 1 3.5 3z',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.8 10.8 14 14',
  bell: 'M3.5 11.5h9c-1-1-1.3-2-1.3-4.2A3.2 3.2 0 0 0 8 4a3.2 3.2 0 0 0-3.2 3.3c0 2.2-.3 3.2-1.3 4.2zM6.8 13.6h2.4M8 4V2.6',
  bellOff:
    'M4.9 6.6c-.1 2.7-.3 3.8-1.4 4.9h8.1M11.2 8.8V7.3A3.2 3.2 0 0 0 8 4c-.5 0-1 .1-1.4.4M6.8 13.6h2.4M8 4V2.6M2.5 2.5l11 11',
  expand: 'M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5l-4.5 4.5M2.5 13.5l4.5-4.5',
  shrink: 'M13.5 6.5h-4v-4M2.5 9.5h4v4M9.5 6.5l4.5-4.5M6.5 9.5l-4.5 4.5',
  help: 'M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.6v.1M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.5 8.5l3 3 6-7',
  shield: 'M8 1.8l5 1.9v3.8c0 3.2-2.1 5.6-5 6.7-2.9-1.1-5-3.5-5-6.7V3.7zM5.7 8l1.7 1.7 3-3.3',
  stop: 'M4.5 4.5h7v7h-7z',
  send: 'M8 13V3.5M4 7.3l4-4 4 4',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5',
  tip: 'M8 2.5v8M4.5 7.5l3.5 3.5 3.5-3.5M4 13.5h8',
  warning: 'M8 2.3l6.2 11H1.8zM8 6.5v3M8 11.5v.1',
  info: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.3v3.7M8 4.9v.1',
  agent: 'M4 6h8v6.5H4zM8 6V3.5M8 3.5h.01M6.3 8.8v.9M9.7 8.8v.9M2 8.5v2M14 8.5v2',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture that only repeats what words beside it, or its button's name, say. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg
      className="ait-sign"
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      data-bold={name === 'more' || undefined}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
