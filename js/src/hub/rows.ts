/** A message as the channel tells it, live or from history. */
export interface Told {
  readonly id?: string | undefined;
  readonly serial?: string | undefined;
  readonly action?: string | undefined;
  readonly name?: string | undefined;
  readonly clientId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly data?: unknown;
  readonly extras?: unknown;
  readonly version?:
    | { readonly serial?: string | undefined; readonly timestamp?: number | undefined }
    | undefined;
}

/** A message as the page shows it, after all that was said about it so far. */
export interface Row {
  readonly key: string;
  readonly serial: string;
  readonly version: string;
  readonly name: string;
  readonly clientId: string;
  readonly connectionId: string;
  readonly timestamp: number;
  readonly changedAt: number;
  readonly data: unknown;
  readonly extras: unknown;
  readonly state: 'created' | 'changed' | 'deleted';
  /** Only a tail of the data is known: its beginning was never seen. */
  readonly partial: boolean;
}

/** The messages of one channel, in the channel's own order, whatever the order of arrival. */
export class MessageLog {
  readonly #rows = new Map<string, Row>();
  readonly #order: Row[] = [];

  get rows(): readonly Row[] {
    return this.#order;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Takes one message in, and returns the row that it made or changed. */
  fold(told: Told): Row | undefined {
    const key = told.serial ?? told.id;
    if (!key || told.action === 'meta' || told.action === 'message.summary') return undefined;
    const before = this.#rows.get(key);
    const row = before ? next(before, told) : first(key, told);
    if (!row) return undefined;
    this.#rows.set(key, row);
    const place = this.#place(key);
    this.#order.splice(place, before ? 1 : 0, row);
    return row;
  }

  /** Lets the oldest rows go until `most` are left, and returns the keys of those that went. */
  trim(most: number): string[] {
    const gone = this.#order.splice(0, Math.max(0, this.#order.length - most));
    for (const row of gone) this.#rows.delete(row.key);
    return gone.map((row) => row.key);
  }

  #place(key: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#order[middle]?.key ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function first(key: string, told: Told): Row {
  return {
    key,
    serial: told.serial ?? '',
    version: versionOf(told),
    name: told.name ?? '',
    clientId: told.clientId ?? '',
    connectionId: told.connectionId ?? '',
    timestamp: told.timestamp ?? 0,
    changedAt: told.version?.timestamp ?? told.timestamp ?? 0,
    data: told.data,
    extras: told.extras,
    state: stateAfter(told.action),
    partial: told.action === 'message.append',
  };
}

function next(before: Row, told: Told): Row | undefined {
  const version = versionOf(told);
  const append = told.action === 'message.append';
  // History may hand over whole what a lone append only hinted at.
  const mends = before.partial && !append && version === before.version;
  if (version <= before.version && !mends) return undefined;
  return {
    ...before,
    version,
    name: told.name ?? before.name,
    changedAt: told.version?.timestamp ?? before.changedAt,
    data: append ? joined(before.data, told.data) : (told.data ?? dataAfter(before, told)),
    extras: told.extras ?? before.extras,
    state: stateAfter(told.action),
    partial: append && (before.partial || !canJoin(before.data, told.data)),
  };
}

/** A delete that carries no data leaves what was there, so that one can see what it deleted. */
function dataAfter(before: Row, told: Told): unknown {
  return told.action === 'message.delete' ? before.data : undefined;
}

function canJoin(data: unknown, delta: unknown): boolean {
  return delta == null || data == null || (typeof data === 'string' && typeof delta === 'string');
}

function joined(data: unknown, delta: unknown): unknown {
  if (delta == null) return data;
  return typeof data === 'string' && typeof delta === 'string' ? data + delta : delta;
}

function stateAfter(action: string | undefined): Row['state'] {
  if (action === 'message.delete') return 'deleted';
  return action === 'message.update' || action === 'message.append' ? 'changed' : 'created';
}

function versionOf(told: Told): string {
  return told.version?.serial ?? told.serial ?? '';
}
