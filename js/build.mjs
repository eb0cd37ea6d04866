import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const [out] = process.argv.slice(2);
if (!out) throw new Error('usage: node build.mjs OUTPUT_DIRECTORY');

await build({
  entryPoints: [
    { in: 'src/hub/main.ts', out: 'hub' },
    { in: 'src/hub/hub.css', out: 'hub' },
  ],
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});
await cp('src/hub/hub.html', join(out, 'hub.html'));
