/** What keeps the console's look its own in whatever page it stands. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const FOLDER = join(__dirname, '../../src/styles');
const SHEETS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css'))
  .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);

/** The selectors of a sheet's rules, but for those of its animations' frames. */
function selectorsIn(sheet: string): string[] {
  const rules = sheet
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/@import[^;]*;/g, '')
    .replace(/@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}/g, '');
  return [...rules.matchAll(/([^{};]+)\{/g)]
    .map(([, before = '']) => before.trim())
    .filter((before) => !before.startsWith('@'))
    .flatMap((before) => before.split(/,(?![^(]*\))/))
    .map((selector) => selector.trim());
}

describe.each(SHEETS)('%s', (_, sheet) => {
  test('has only rules below .ait, as a class alone does not prevail over JupyterLab’s', () => {
    const others = selectorsIn(sheet).filter((selector) => !/^\.ait(?![\w-])/.test(selector));
    expect(others).toEqual([]);
  });

  test('has no place in front of others but those that have a name', () => {
    const places = [...sheet.matchAll(/z-index:\s*([^;]+);/g)].map(([, place]) => place);
    expect(places.filter((place) => !/^var\(--ait-z-[a-z-]+\)$/.test(place ?? ''))).toEqual([]);
  });
});

test('the rules are found', () => {
  const sheet = '@media (x) { .a,\n.b:is(c, d) { e: f } } /* g { } */ @keyframes h { to { i: j } }';
  expect(selectorsIn(sheet)).toEqual(['.a', '.b:is(c, d)']);
  expect(SHEETS.length).toBeGreaterThan(10);
});
