// Folds what it is told of: a line of `{"codec", "steps"}` in, a line of what is shown out. It is
// bundled, and run by `python -m tests.cases fuzz`.

import { createInterface } from 'node:readline';
import { told } from './telling';

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answered(line))}\n`);
}

function answered(line) {
  try {
    const { codec, steps } = JSON.parse(line);
    return told(codec, steps);
  } catch (error) {
    return { error: String(error.stack) };
  }
}
