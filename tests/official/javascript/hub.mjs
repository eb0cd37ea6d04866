// A hub of a scenario's own, which it may kill.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export class OwnHub {
  #process;

  constructor(python, ...given) {
    this.python = python;
    this.given = given;
    this.host = '127.0.0.1';
    this.port = 0;
    this.key = 'own.key:secret';
  }

  /** Starts it, again on the same port if it ran before. */
  async start() {
    const command = ['-m', 'aitransport_notebook.cli', 'hub', '--key', this.key];
    const port = ['--port', String(this.port)];
    this.#process = spawn(this.python, [...command, ...port, ...this.given], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [ready] = await once(createInterface(this.#process.stdout), 'line');
    this.port = JSON.parse(ready).port;
    return this;
  }

  /** Ends it as a power cut would. */
  async kill() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
