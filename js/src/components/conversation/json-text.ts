import { clip, counted } from '../format';
import { visibleName, visibleText } from '../visible';
import { isRounded } from './rounding';

/** A value as indented JSON, or what there is to say about one that is none. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2) ?? String(value);
  } catch (error) {
    // Nested more deeply than the engine's stack, or bound to itself.
    if (error instanceof RangeError || error instanceof TypeError) return `[${error.message}]`;
    throw error;
  }
}

/** A value that has nothing in it, as JSON; marked where it is not what was written. */
export function plainText(value: unknown): string {
  return isRounded(value) ? `≈ ${value}` : jsonText(value);
}

/** A value on one line, cut to `most` characters. */
export function jsonLine(value: unknown, most: number): string {
  if (typeof value === 'string')
    return clipped(visibleText(JSON.stringify(clip(value, most))), most);
  if (value === null || typeof value !== 'object') return plainText(value);
  const keys = keysOf(value, 8);
  const inner = keys.map((key) => {
    const each = (value as Record<string, unknown>)[key];
    const shown = each !== null && typeof each === 'object' ? summary(each) : jsonLine(each, 40);
    return Array.isArray(value) ? shown : `${visibleName(key, 40)}: ${shown}`;
  });
  return clipped(inner.join(', '), most);
}

export function countOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** The first names in an object, or places in a list. */
export function keysOf(value: object, most: number): readonly string[] {
  if (!Array.isArray(value)) return Object.keys(value).slice(0, most);
  return Array.from({ length: Math.min(most, value.length) }, (_, at) => String(at));
}

/** What is in an object or a list, without saying it. */
export function summary(value: object): string {
  const count = countOf(value);
  if (Array.isArray(value)) return count === 0 ? '[]' : `[${counted(count, 'entry', 'entries')}]`;
  return count === 0 ? '{}' : `{${counted(count, 'entry', 'entries')}}`;
}

function clipped(text: string, most: number): string {
  return text.length > most ? `${clip(text, most)}…` : text;
}
