const SHOWN_BYTES = 512;

export function dataText(data: unknown): string {
  if (data == null) return '';
  if (typeof data === 'string') return data;
  const bytes = bytesOf(data);
  return bytes ? hex(bytes) : prettyJson(data);
}

export function dataKind(data: unknown): 'none' | 'text' | 'binary' | 'json' {
  if (data == null) return 'none';
  if (typeof data === 'string') return 'text';
  return bytesOf(data) ? 'binary' : 'json';
}

/** The bytes that the data takes: as UTF-8 where it is text or JSON. */
export function dataSize(data: unknown): number {
  if (data == null) return 0;
  const bytes = bytesOf(data);
  if (bytes) return bytes.byteLength;
  const text = typeof data === 'string' ? data : (JSON.stringify(data) ?? '');
  return new TextEncoder().encode(text).byteLength;
}

/** The time of day, with the date before it when that is not today's. */
export function clockText(timestamp: number, now: number): string {
  if (!timestamp) return '';
  const time = new Date(timestamp);
  const two = (part: number) => String(part).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  if (time.toDateString() === new Date(now).toDateString()) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

export function dateText(timestamp: number): string {
  return timestamp ? new Date(timestamp).toISOString().replace('T', ' ') : '';
}

export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}

/** The first `most` characters, never half of a surrogate pair, and how many were left out. */
export function clip(text: string, most: number): { text: string; hidden: number } {
  if (text.length <= most) return { text, hidden: 0 };
  const last = text.charCodeAt(most - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
  return { text: text.slice(0, end), hidden: text.length - end };
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : undefined;
}

function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return bytes.byteLength > SHOWN_BYTES ? `${shown.join(' ')} ...` : shown.join(' ');
}
