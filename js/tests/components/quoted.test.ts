import { readFileSync } from 'node:fs';
import { Marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { fenced, literal, quoted } from '../../src/components/header/quoted';

/** Python quotes the same way, and its tests hold it to the same. */
const CASES = JSON.parse(
  readFileSync(new URL('../../../tests/console/quoted.json', import.meta.url), 'utf8'),
) as readonly (readonly [string, string])[];
const SHARDS =
  '<script>x</script>|<img src=x>|<b|</blockquote>|<!--|-->|![|[|](|]:|](javascript:x)|](<x>)|)|[x]: /y|`|``|```|````|~~~|```html|``` `|> |- |1. |    |\t|\\|\\\\|\\[|$|$$|# |---|*|**|&lt;|&#60;|text'
    .split('|')
    .concat('\n', '\n', '\n\n', '|', '|---|', '\u2028');

const DRAWN =
  /^(blockquote|p|pre|code|strong|em|del|ul|ol|li|hr|br|h[1-6]|table|thead|tbody|tr|t[hd]|input|a)$/;

/** What a renderer makes of it that lets HTML through. */
function rendered(text: string): string {
  return new Marked({ gfm: true, async: false }).parse(text) as string;
}

/** The tags that are not of Markdown, and links that lead elsewhere than they show. */
function aliveIn(page: string): string[] {
  const tags = [...page.matchAll(/<\/?([A-Za-z!?][A-Za-z0-9]*)/g)].map(([, name = '']) => name);
  const links = [...page.matchAll(/<a href="([^"]*)">/g)].map(([, href = '']) => href);
  return [
    ...tags.filter((name) => !DRAWN.test(name)),
    ...links.filter((href) => !/^https?:/.test(href)),
  ];
}

/** What stands outside of the quotes. */
function outsideIn(page: string): string {
  let depth = 0;
  let outside = '';
  for (const piece of page.split(/(<\/?blockquote>)/)) {
    if (piece === '<blockquote>') depth += 1;
    else if (piece === '</blockquote>') depth -= 1;
    else if (depth === 0) outside += piece;
  }
  return outside.trim();
}

/** The same number for the same seed and place. */
function* mixtures(count: number): Generator<string> {
  let state = 7;
  const next = (most: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * most);
  };
  for (let at = 0; at < count; at += 1) {
    yield Array.from({ length: 1 + next(24) }, () => SHARDS[next(SHARDS.length)]).join('');
  }
}

describe('a quote', () => {
  test.each(CASES)('of %j is as it is written down', (said, quote) => {
    expect(quoted(said)).toBe(quote);
  });

  test('of whatever means harm is a quote, and nothing in it is alive', () => {
    expect(aliveIn(rendered('<b>x</b>![x](https://evil.example)'))).toEqual(['b', 'b', 'img']);
    for (const text of mixtures(1500)) {
      const page = rendered(quoted(text));
      expect(aliveIn(page), text).toEqual([]);
      expect(outsideIn(page), text).toBe('');
    }
  });

  test('of Markdown stays that', () => {
    const page = rendered(quoted('| Day | Cost |\n|---|---|\n| 1 | **5** |\n\n```py\na < b\n```'));
    expect(page).toContain('<td><strong>5</strong></td>');
    expect(page).toContain('<pre><code class="language-py">a &lt; b\n</code></pre>');
  });
});

test('what stands outside of quotes is literal', () => {
  for (const text of mixtures(1500)) {
    const page = rendered(`## ${literal(text)}\n\n${fenced(text)}\n\n*${literal(`a${text}a`)}*`);
    expect(aliveIn(page), text).toEqual([]);
    expect(page.match(/<h\d/g), text).toHaveLength(1);
  }
});
