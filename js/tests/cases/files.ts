/// <reference types="vite/client" />
/** The recorded cases; tests/cases/files.py writes them. */

import type { CodecName } from '../../src/codec/codecs';
import type { Wire } from './telling';

/** What a channel carried, and what is shown of it. */
export interface Case {
  readonly name: string;
  readonly codec: CodecName;
  /** As it was delivered. */
  readonly live: readonly Wire[];
  /** Oldest first, as REST gives it. */
  readonly history: readonly Wire[];
  /** What a fresh view shows, whatever way its tree was told. */
  readonly expected: unknown;
  /** A digest for each message of `live`, of what a view showed then that was always open. */
  readonly seen: readonly string[];
  /** What a fresh view shows to who was only told `live`, where something of that is missing. */
  readonly heard?: unknown;
}

interface File extends Omit<Case, 'name'> {
  /** What stands in the file more than once: `{"$": 7}` has the place of it. */
  readonly shared: readonly unknown[];
}

const TEXTS = import.meta.glob<string>('../../../tests/cases/recorded/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const CASES: readonly Case[] = Object.entries(TEXTS).map(([path, text]) => {
  const { shared, ...file } = JSON.parse(text) as File;
  const name = path.replace(/^.*\/|\.json$/g, '');
  return { name, ...(whole(file, shared) as Omit<Case, 'name'>) };
});

function whole(value: unknown, shared: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => whole(one, shared));
  if ('$' in value) return whole(shared[Number(value.$)], shared);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, whole(one, shared)]));
}
