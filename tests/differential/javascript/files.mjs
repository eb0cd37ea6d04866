// Files that somebody may read while they are written.

import { rename, writeFile } from 'node:fs/promises';

/** Writes a value as JSON; nobody ever finds half of it. */
export async function writeWhole(path, value) {
  await writeFile(`${path}.part`, JSON.stringify(value));
  await rename(`${path}.part`, path);
}
