/** Messages as a channel delivers them, written down for tests that need no server. */

import { Inbound } from '../../src/wire/inbound';

export interface Given {
  readonly clientId?: string;
  readonly role?: string;
  readonly at?: number;
  readonly data?: unknown;
  readonly codec?: object;
}

/** A channel on which each message comes after the one before. */
export class Channel {
  #count = 0;

  /** Says something; `transport` are its headers. */
  say(name: string, transport: object, given: Given = {}): Inbound {
    this.#count += 1;
    const serial = String(this.#count).padStart(8, '0');
    return this.#deliver(0, serial, serial, name, transport, given);
  }

  /** Adds to a message. */
  append(to: Inbound, data: string, more: object = {}, given: Given = {}): Inbound {
    this.#count += 1;
    const version = `${to.serial}-${String(this.#count).padStart(8, '0')}`;
    const headers = { ...to.transport, ...more };
    const who = { clientId: to.clientId ?? '', codec: to.codec, ...given };
    return this.#deliver(5, to.serial, version, to.name, headers, { ...who, data });
  }

  user(id: string, text: string, more: object = {}, given: Given = {}): Inbound {
    const transport = { role: 'user', 'codec-message-id': id, 'event-id': `e-${id}`, ...more };
    const codec = { kind: 'user-message', messageId: id, partType: 'text' };
    return this.say(
      'ai-input',
      { ...transport, stream: 'false' },
      { clientId: 'ann', data: text, codec, ...given },
    );
  }

  start(runId: string, input: string, given: Given = {}): Inbound {
    const transport = {
      'run-id': runId,
      'run-client-id': 'ann',
      'input-codec-message-id': input,
      parent: input,
    };
    return this.say('ai-run-start', transport, { clientId: 'robot', role: 'agent', ...given });
  }

  end(runId: string, reason = 'complete', more: object = {}, given: Given = {}): Inbound {
    const transport = { 'run-id': runId, 'run-reason': reason, ...more };
    return this.say('ai-run-end', transport, { clientId: 'robot', role: 'agent', ...given });
  }

  output(runId: string, id: string, codec: object, given: Given = {}, more: object = {}): Inbound {
    const transport = {
      role: 'assistant',
      'run-id': runId,
      'codec-message-id': id,
      stream: 'false',
    };
    const who = { clientId: 'robot', role: 'agent', data: '', ...given };
    return this.say('ai-output', { ...transport, ...more }, { ...who, codec });
  }

  /** Begins a text, which grows by appends. */
  text(runId: string, id: string, given: Given = {}): Inbound {
    const stream = { stream: 'true', status: 'streaming', 'stream-id': 't' };
    return this.output(runId, id, { kind: 'text', id: 't' }, given, stream);
  }

  #deliver(
    action: number,
    serial: string,
    version: string,
    name: string,
    transport: object,
    { clientId, role, at = this.#count * 1000, data, codec }: Given,
  ): Inbound {
    const claim = role === undefined ? {} : { userClaim: JSON.stringify({ role }) };
    return new Inbound({
      ...{ action, serial, name, data, clientId, timestamp: at },
      extras: { ai: { transport, ...(codec ? { codec } : {}) }, ...claim },
      version: { serial: version, timestamp: at, clientId },
    });
  }
}
