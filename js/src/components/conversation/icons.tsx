/** Drawn on a grid of 16, in the colour of the text. */
const PATHS = {
  agent: 'M8 1.5 9.6 6.4 14.5 8 9.6 9.6 8 14.5 6.4 9.6 1.5 8 6.4 6.4Z',
  human: 'M2.5 10V8a5.5 5.5 0 0 1 11 0v2M2.5 9h2v4h-2zM11.5 9h2v4h-2zM12.5 13c0 1.2-1.3 2-3 2',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  done: 'M3 8.5 6.5 12 13 4.5',
  edit: 'M3 13l.7-3 7-7 2.3 2.3-7 7zM9.5 4.2l2.3 2.3',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  left: 'M10 3.5 5.5 8 10 12.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  end: 'M8 2.5v10M3.5 8.5 8 13l4.5-4.5',
  stop: 'M4 4h8v8H4z',
  steer: 'M2.5 8h9M8 4.5 11.5 8 8 11.5M13.5 3v10',
  redirect: 'M3 13V9a3 3 0 0 1 3-3h7M10 3l3 3-3 3',
  resume: 'M4.5 3 12.5 8l-8 5z',
  tool: 'M10.2 2.6a3.6 3.6 0 0 0-4.3 4.7L2.2 11a1.3 1.3 0 0 0 0 1.9l.9.9a1.3 1.3 0 0 0 1.9 0l3.7-3.7a3.6 3.6 0 0 0 4.7-4.3l-2.2 2.2-2.2-.6-.6-2.2z',
  thought:
    'M8 2a4.3 4.3 0 0 0-2.6 7.7c.5.4.8 1 .8 1.6v.2h3.6v-.2c0-.6.3-1.2.8-1.6A4.3 4.3 0 0 0 8 2zM6.5 14h3',
  file: 'M4 1.8h5l3.2 3.2v9.2H4zM9 1.8V5h3.2',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.4 4.4L11.4 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.4-4.4L4.6 7',
  wrap: 'M2.5 4h11M2.5 8h8.7a2 2 0 0 1 0 4H8M9.5 10.2 7.7 12l1.8 1.8M2.5 12h2.5',
  warn: 'M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="ait-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
