import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const [out] = process.argv.slice(2);
if (!out) throw new Error('usage: node build.mjs OUTPUT_DIRECTORY');

/** The pages that the hub serves, by the names that they have there. */
const PAGES = {
  hub: { script: 'src/hub/main.ts', style: 'src/hub/hub.css', page: 'src/hub/hub.html' },
  'console-page': {
    script: 'src/page/main.tsx',
    style: 'src/page/console-page.css',
    page: 'src/page/console-page.html',
  },
  customer: {
    script: 'src/customer/main.tsx',
    style: 'src/customer/customer.css',
    page: 'src/customer/customer.html',
  },
};

/** What the widget of a notebook is given as text. */
const WIDGET = { console: { script: 'src/widget.tsx', style: 'src/styles/console.css' } };

await build({
  entryPoints: Object.entries({ ...PAGES, ...WIDGET }).flatMap(([name, { script, style }]) => [
    { in: script, out: name },
    { in: style, out: name },
  ]),
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  // Said here too, as the package is built without the file that tells the compiler.
  jsx: 'automatic',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'define.amd': 'false', 'process.env.NODE_ENV': '"production"' },
});
for (const [name, { page }] of Object.entries(PAGES)) await cp(page, join(out, `${name}.html`));
