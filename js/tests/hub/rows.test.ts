import { describe, expect, test } from 'vitest';
import { MessageLog, type Row, type Told } from '../../src/hub/rows';

const created = (serial: string, data: unknown, more: Partial<Told> = {}): Told => ({
  serial,
  action: 'message.create',
  name: 'greeting',
  clientId: 'ann',
  timestamp: 1_000,
  version: { serial, timestamp: 1_000 },
  data,
  ...more,
});

const operation = (action: string, serial: string, version: string, data?: unknown): Told => ({
  serial,
  action,
  data,
  timestamp: 1_000,
  version: { serial: version, timestamp: 2_000 },
});

function folded(...messages: Told[]): readonly Row[] {
  const log = new MessageLog();
  for (const message of messages) log.fold(message);
  return log.rows;
}

describe('one message', () => {
  test('a create becomes a row', () => {
    expect(folded(created('01', 'hi'))).toMatchObject([
      { key: '01', name: 'greeting', clientId: 'ann', data: 'hi', state: 'created' },
    ]);
  });

  test('appends grow the text in the order of their versions', () => {
    const [row] = folded(
      created('01', 'He'),
      operation('message.append', '01', '01.1', 'll'),
      operation('message.append', '01', '01.2', 'o'),
    );
    expect(row).toMatchObject({ data: 'Hello', name: 'greeting', state: 'changed' });
    expect(row?.partial).toBe(false);
  });

  test('an append that was delivered twice is added once', () => {
    const append = operation('message.append', '01', '01.1', 'b');
    expect(folded(created('01', 'a'), append, append)).toMatchObject([{ data: 'ab' }]);
  });

  test('an update replaces the data, and an older one does not', () => {
    const newer = operation('message.update', '01', '01.2', 'newer');
    const older = operation('message.update', '01', '01.1', 'older');
    expect(folded(created('01', 'a'), newer, older)).toMatchObject([{ data: 'newer' }]);
  });

  test('a delete leaves what it deleted to be seen', () => {
    expect(folded(created('01', 'a'), operation('message.delete', '01', '01.1'))).toMatchObject([
      { data: 'a', state: 'deleted' },
    ]);
  });

  test('an append to data that cannot grow says that the beginning is missing', () => {
    const append = operation('message.append', '01', '01.1', 'b');
    expect(folded(created('01', { a: 1 }), append)).toMatchObject([{ data: 'b', partial: true }]);
  });

  test('extras of an append replace those before', () => {
    const append = { ...operation('message.append', '01', '01.1', ''), extras: { ai: 2 } };
    expect(folded(created('01', 'a', { extras: { ai: 1 } }), append)).toMatchObject([
      { data: 'a', extras: { ai: 2 } },
    ]);
  });
});

describe('live and history together', () => {
  test('rows stand in the order of serials, whatever the order of arrival', () => {
    const rows = folded(created('03', 'c'), created('01', 'a'), created('02', 'b'));
    expect(rows.map((row) => row.data)).toEqual(['a', 'b', 'c']);
  });

  test('history that is older than what is live changes nothing', () => {
    expect(
      folded(
        created('01', 'a'),
        operation('message.append', '01', '01.1', 'b'),
        operation('message.append', '01', '01.2', 'c'),
        operation('message.update', '01', '01.1', 'ab'),
      ),
    ).toMatchObject([{ data: 'abc' }]);
  });

  test('history that is newer wins, and the appends that it holds are not added again', () => {
    expect(
      folded(
        created('01', 'a'),
        operation('message.update', '01', '01.2', 'abc'),
        operation('message.append', '01', '01.2', 'c'),
        operation('message.append', '01', '01.3', 'd'),
      ),
    ).toMatchObject([{ data: 'abcd' }]);
  });

  test('history mends a row of which only an append was seen', () => {
    const append = operation('message.append', '01', '01.2', 'c');
    expect(folded(append)).toMatchObject([{ data: 'c', partial: true }]);
    expect(folded(append, operation('message.update', '01', '01.2', 'abc'))).toMatchObject([
      { data: 'abc', partial: false },
    ]);
  });

  test('every order of arrival of whole messages ends the same', () => {
    const messages = [
      created('01', 'a'),
      operation('message.update', '01', '01.1', 'b'),
      operation('message.update', '01', '01.2', 'c'),
      created('02', 'x'),
    ];
    const ends = permutations(messages).map((order) =>
      folded(...order).map((row) => [row.key, row.data, row.version]),
    );
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
  });
});

describe('the log', () => {
  test('a message without a serial is known by its id', () => {
    expect(folded({ id: 'x:0', data: 'a' }, { id: 'x:0', data: 'a' })).toHaveLength(1);
  });

  test('what is no message of its own makes no row', () => {
    expect(folded({ data: 'neither serial nor id' })).toEqual([]);
    expect(folded({ serial: '01', action: 'meta' })).toEqual([]);
  });

  test('fold tells which row changed, and nothing where nothing did', () => {
    const log = new MessageLog();
    expect(log.fold(created('01', 'a'))?.key).toBe('01');
    expect(log.fold(created('01', 'a'))).toBeUndefined();
  });

  test('trim lets the oldest go', () => {
    const log = new MessageLog();
    for (const serial of ['01', '02', '03']) log.fold(created(serial, serial));
    expect(log.trim(2)).toEqual(['01']);
    expect(log.rows.map((row) => row.key)).toEqual(['02', '03']);
    expect(log.get('01')).toBeUndefined();
    expect(log.trim(5)).toEqual([]);
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, place) =>
    permutations(items.toSpliced(place, 1)).map((rest) => [item, ...rest]),
  );
}
