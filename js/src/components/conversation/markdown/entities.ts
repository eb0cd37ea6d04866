/** Those that people write; what they stand for, after the names. */
const NAMED = new Map(
  (
    'amp & lt < gt > quot " apos \' copy © reg ® trade ™ hellip … mdash — ndash – lsquo ‘ rsquo ’ ' +
    'ldquo “ rdquo ” laquo « raquo » times × divide ÷ deg ° plusmn ± micro µ middot · bull • ' +
    'para ¶ sect § euro € pound £ yen ¥ cent ¢ larr ← rarr → uarr ↑ darr ↓ harr ↔ ne ≠ le ≤ ' +
    'ge ≥ asymp ≈ infin ∞ frac12 ½ frac14 ¼'
  )
    .match(/\S+ \S+/g)
    ?.map((pair): [string, string] => [pair.slice(0, pair.indexOf(' ')), pair.slice(-1)]),
).set('nbsp', '\u00a0');

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g;

/** Text with the references to characters that people use replaced by the characters. */
export function withoutEntities(text: string): string {
  return text.replace(REFERENCE, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED.get(name) ?? whole;
    return character(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)) ?? whole;
  });
}

function character(code: number): string | undefined {
  const isOne = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isOne ? String.fromCodePoint(code) : undefined;
}
