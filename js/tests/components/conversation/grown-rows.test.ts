import { expect, test } from 'vitest';
import { GrownRows } from '../../../src/components/conversation/grown-rows';
import { rowsOf } from '../../../src/components/conversation/rows';
import type { ShownMessage, ShownRun } from '../../../src/shown/model';
import { ended, message, run, talk, textPart, tool } from '../fixtures';

const messages = [
  message('u', 'user', 'ask'),
  message('a', 'assistant', 'one', { runId: 'r' }),
  message('v', 'user', 'ask more'),
  message('b', 'assistant', 'two', { runId: 's' }),
];
const runs = [ended('r'), run('s', { characters: 3 })];
type Given = ReturnType<typeof talk>;

function changed(
  given: Given,
  id: string,
  more: Partial<ShownMessage> | undefined,
  ofRun: Partial<ShownRun> = {},
): Given {
  const said = given.messages.map((each) => (each.id === id ? { ...each, ...more } : each));
  const all = [...given.runs.values()].map((each) =>
    each.runId === 's' ? { ...each, ...ofRun } : each,
  );
  const next = talk(said, all);
  return { ...next, runs: new Map(all.map((each) => [each.runId, each])) };
}

test('what only grows leaves all other rows as they are', () => {
  const rows = new GrownRows();
  const before = talk(messages, runs);
  const first = rows.of(before);
  const after = changed(before, 'b', { parts: [textPart('two and')] }, { characters: 7 });
  const second = rows.of(after);
  expect(second).toEqual(rowsOf(after.messages, after.runs, after.openRuns));
  expect(second.map((row, at) => row === first[at])).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

test.each<[string, string, Partial<ShownMessage>, Partial<ShownRun>]>([
  ['a Run ends', 'b', {}, { status: 'complete' }],
  ['a Run is on no path', 'b', {}, { isOnPath: false }],
  ['a Run waits for somebody', 'b', {}, { status: 'suspended' }],
  ['a message is changed', 'b', { moderated: 'changed' }, {}],
  ['a message has another author', 'b', { author: { clientId: 'other' } }, {}],
  ['a message is of a Run', 'v', { runId: 's', steer: 'consumed' }, {}],
])('%s, and every row is as it would be', (_, id, ofMessage, ofRun) => {
  const rows = new GrownRows();
  const before = talk(messages, runs);
  rows.of(before);
  const after = changed(before, id, ofMessage, ofRun);
  expect(rows.of(after)).toEqual(rowsOf(after.messages, after.runs, after.openRuns));
});

test('what a suspended Run waits for is read where its messages say more', () => {
  const rows = new GrownRows();
  const suspended = [ended('r'), run('s', { status: 'suspended' })];
  const before = talk(messages, suspended);
  rows.of(before);
  const asks = [tool({ name: 'refund', state: 'approval-requested', awaits: 'approval' })];
  const after = changed(before, 'b', { parts: asks });
  const shown = rows.of(after);
  expect(shown.at(-1)).toMatchObject({ waitsFor: 'approval of refund' });
});
