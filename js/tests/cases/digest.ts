/**
 * A few characters that tell whether two values of JSON are the same, in any language.
 *
 * Its twin is tests/cases/digest.py.
 */

export function digest(value: unknown): string {
  return crc32(canonical(value)).toString(16).padStart(8, '0');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  // Languages write numbers each in its way: thousandths are enough, as whole ones.
  if (typeof value === 'number') return String(Math.trunc(value * 1000));
  if (typeof value !== 'object' || value === null) return ascii(value);
  const keys = Object.keys(value).sort();
  const pairs = keys.map((key) => `${ascii(key)}:${canonical(Reflect.get(value, key))}`);
  return `{${pairs.join(',')}}`;
}

function ascii(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(text: string): number {
  let value = -1;
  for (let place = 0; place < text.length; place += 1) {
    value = (TABLE[(value ^ text.charCodeAt(place)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return ~value >>> 0;
}
