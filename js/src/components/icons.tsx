import type { ReactElement } from 'react';

/** Strokes on a field of 16 by 16, in the colour of the text. */
const PATHS = {
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  agent: 'M8 1.5 9.6 6.4 14.5 8 9.6 9.6 8 14.5 6.4 9.6 1.5 8 6.4 6.4Z',
  bell: 'M3.5 11.5h9c-1-1-1.3-2-1.3-4.2A3.2 3.2 0 0 0 8 4a3.2 3.2 0 0 0-3.2 3.3c0 2.2-.3 3.2-1.3 4.2zM6.8 13.6h2.4M8 4V2.6',
  bellOff:
    'M4.9 6.6c-.1 2.7-.3 3.8-1.4 4.9h8.1M11.2 8.8V7.3A3.2 3.2 0 0 0 8 4c-.5 0-1 .1-1.4.4M6.8 13.6h2.4M8 4V2.6M2.5 2.5l11 11',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  down: 'M3.5 6 8 10.5 12.5 6',
  edit: 'M3 13l.7-3 7-7 2.3 2.3-7 7zM9.5 4.2l2.3 2.3',
  end: 'M8 2.5v10M3.5 8.5 8 13l4.5-4.5',
  expand: 'M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5l-4.5 4.5M2.5 13.5l4.5-4.5',
  file: 'M4 1.8h5l3.2 3.2v9.2H4zM9 1.8V5h3.2',
  fit: 'M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5',
  help: 'M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.6v.1M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z',
  human: 'M2.5 10V8a5.5 5.5 0 0 1 11 0v2M2.5 9h2v4h-2zM11.5 9h2v4h-2zM12.5 13c0 1.2-1.3 2-3 2',
  info: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.3v3.7M8 4.9v.1',
  left: 'M10 3.5 5.5 8 10 12.5',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.4 4.4L11.4 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.4-4.4L4.6 7',
  minus: 'M3.5 8h9',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  plus: 'M8 3.5v9M3.5 8h9',
  redirect: 'M3 13V9a3 3 0 0 1 3-3h7M10 3l3 3-3 3',
  resume: 'M4.5 3 12.5 8l-8 5z',
  right: 'M6 3.5 10.5 8 6 12.5',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.8 10.8 14 14',
  send: 'M8 13V3.5M4 7.3l4-4 4 4',
  shield: 'M8 1.8l5 1.9v3.8c0 3.2-2.1 5.6-5 6.7-2.9-1.1-5-3.5-5-6.7V3.7zM5.7 8l1.7 1.7 3-3.3',
  shrink: 'M13.5 6.5h-4v-4M2.5 9.5h4v4M9.5 6.5l4.5-4.5M6.5 9.5l-4.5 4.5',
  steer: 'M2.5 8h9M8 4.5 11.5 8 8 11.5M13.5 3v10',
  stop: 'M4.5 4.5h7v7h-7z',
  talk: 'M3.5 3h9A1.5 1.5 0 0 1 14 4.5v5a1.5 1.5 0 0 1-1.5 1.5H8l-3.5 2.8V11h-1A1.5 1.5 0 0 1 2 9.5v-5A1.5 1.5 0 0 1 3.5 3z',
  thought:
    'M8 2a4.3 4.3 0 0 0-2.6 7.7c.5.4.8 1 .8 1.6v.2h3.6v-.2c0-.6.3-1.2.8-1.6A4.3 4.3 0 0 0 8 2zM6.5 14h3',
  tip: 'M8 2.5v8M4.5 7.5l3.5 3.5 3.5-3.5M4 13.5h8',
  tool: 'M10.2 2.6a3.6 3.6 0 0 0-4.3 4.7L2.2 11a1.3 1.3 0 0 0 0 1.9l.9.9a1.3 1.3 0 0 0 1.9 0l3.7-3.7a3.6 3.6 0 0 0 4.7-4.3l-2.2 2.2-2.2-.6-.6-2.2z',
  tree: 'M5 5.4v5.2M11 5.4c0 3.2-6 1.8-6 5.2M5 5.4a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM11 5.4a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zM5 13.8a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
  up: 'M3.5 10 8 5.5 12.5 10',
  warning: 'M8 2.3l6.2 11H1.8zM8 6.5v3M8 11.5v.1',
  wrap: 'M2.5 4h11M2.5 8h8.7a2 2 0 0 1 0 4H8M9.5 10.2 7.7 12l1.8 1.8M2.5 12h2.5',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture that only repeats what words beside it, or its button's name, say. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg
      className="ait-icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      data-bold={name === 'more' || undefined}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
