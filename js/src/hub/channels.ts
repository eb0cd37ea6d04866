export interface Channel {
  readonly name: string;
  readonly isActive: boolean;
  readonly subscribers: number;
  readonly presenceMembers: number;
}

/** Reads the items of `GET /channels`, which are names or channel details, and sorts them. */
export function channelsOf(items: readonly unknown[]): Channel[] {
  return items
    .map(channelOf)
    .filter((channel) => channel !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

export function matching(channels: readonly Channel[], query: string): readonly Channel[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return channels;
  return channels.filter((channel) => channel.name.toLowerCase().includes(wanted));
}

function channelOf(item: unknown): Channel | undefined {
  if (typeof item === 'string') {
    return { name: item, isActive: true, subscribers: 0, presenceMembers: 0 };
  }
  const name = field(item, 'channelId') ?? field(item, 'name');
  if (typeof name !== 'string') return undefined;
  const status = field(item, 'status');
  const metrics = field(field(status, 'occupancy'), 'metrics');
  return {
    name,
    isActive: field(status, 'isActive') !== false,
    subscribers: count(field(metrics, 'subscribers')),
    presenceMembers: count(field(metrics, 'presenceMembers')),
  };
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
