/// <reference types="node" />
/** A hub as a process of its own, and tokens for it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Where } from '../../src/kernel/protocol';

const KEY_NAME = 'app.key';
const SECRET = 'only-for-tests';
const PYTHON = process.env.PYTHON ?? 'python';

export class Hub {
  #process: ChildProcess | undefined;
  port = 0;
  #instance = '';

  constructor(private readonly data?: string) {}

  /** Starts it; again on the same port and data. */
  async start(): Promise<this> {
    const kept = this.data === undefined ? [] : ['--data', this.data];
    const key = `${KEY_NAME}:${SECRET}`;
    const command = ['hub', '--port', String(this.port), '--key', key, '--presence-grace', '1'];
    const child = spawn(PYTHON, ['-m', 'aitransport_notebook.cli', ...command, ...kept], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const failed = new Promise<never>((_, reject) => {
      const why = (reason: string) =>
        new Error(`no hub: ${reason}. Set PYTHON to one that has aitransport_notebook. ${said}`);
      child.once('error', (error) => reject(why(error.message)));
      child.once('exit', (code) => reject(why(`${PYTHON} ended with ${code}`)));
    });
    failed.catch(() => {
      // It ends with each test, and nobody waits any more.
    });
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      failed,
    ]);
    this.port = (JSON.parse(String(line)) as { port: number }).port;
    const about = await fetch(`http://127.0.0.1:${this.port}/hub/about`);
    this.#instance = ((await about.json()) as { instance: string }).instance;
    return this;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  get where(): Where {
    const instance = this.#instance;
    return { endpoint: '127.0.0.1', port: this.port, tls: false, isLocal: true, instance };
  }
}

export interface Holder {
  readonly clientId?: string;
  readonly capability?: Readonly<Record<string, readonly string[]>>;
  readonly claim?: Readonly<Record<string, unknown>>;
  readonly lifeMs?: number;
  /** By which it is signed; the hub's, unless given. */
  readonly keyName?: string;
}

/** Signs a token, and tells when it expires. */
export function signToken({
  clientId,
  capability = { '*': ['*'] },
  claim,
  lifeMs = 60_000,
  keyName = KEY_NAME,
}: Holder): { token: string; expires: number } {
  const now = Math.floor(Date.now() / 1000);
  const exp = now + Math.ceil(lifeMs / 1000);
  const payload = {
    iat: now,
    exp,
    'x-ably-capability': JSON.stringify(capability),
    ...(clientId === undefined ? {} : { 'x-ably-clientId': clientId }),
    ...(claim === undefined ? {} : { 'ably.channel.*': JSON.stringify(claim) }),
  };
  const header = { typ: 'JWT', alg: 'HS256', kid: keyName };
  const signed = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createHmac('sha256', SECRET).update(signed).digest('base64url');
  return { token: `${signed}.${signature}`, expires: exp * 1000 };
}
