import { expect, test } from 'vitest';
import { newsIn } from '../../../src/components/conversation/news';
import { sectionsOf } from '../../../src/components/conversation/parts/sections';
import { type Row, rowsOf } from '../../../src/components/conversation/rows';
import type { ShownPart } from '../../../src/shown/model';
import { ANN, ended, history, message, run, talk, textPart, tool } from '../fixtures';

const rows = (given: ReturnType<typeof talk>) => rowsOf(given.messages, given.runs, given.openRuns);
const keys = (given: readonly Row[]) => given.map(({ key }) => key);

test('what there is to say of a Run stands under its last message', () => {
  const shown = rows(
    talk(
      [
        message('u', 'user', 'ask'),
        message('a', 'assistant', 'one', { runId: 'r' }),
        message('s', 'user', 'shorter', { runId: 'r', steer: 'consumed' }),
        message('b', 'assistant', 'two', { runId: 'r' }),
        message('v', 'user', 'next'),
      ],
      [ended('r')],
    ),
  );
  expect(keys(shown)).toEqual(['u', 'a', 's', 'b', 'run r', 'v']);
});

test('a Run without words stands under what it answers, or at the end', () => {
  const shown = rows(
    talk(
      [message('u', 'user', 'one'), message('v', 'user', 'two')],
      [
        run('waits', { inputMessageId: 'u' }),
        run('of its own accord'),
        run('elsewhere', { isOnPath: false }),
        ended('failed', { status: 'error', inputMessageId: 'v' }),
        ended('done', { inputMessageId: 'v' }),
      ],
    ),
  );
  expect(keys(shown)).toEqual(['u', 'run waits', 'v', 'run failed', 'run of its own accord']);
});

test('the composer has what one may do about the Run that it speaks to', () => {
  const shown = rows(
    talk(
      [message('u', 'user', 'one'), message('v', 'user', 'two')],
      [run('first', { inputMessageId: 'u' }), run('second', { inputMessageId: 'v' })],
    ),
  );
  const spokenTo = shown.map((row) => row.kind === 'run' && row.isSpokenTo);
  expect(spokenTo).toEqual([false, false, false, true]);
});

test('a suspended Run says what it waits for', () => {
  const asks = (parts: readonly ShownPart[]) =>
    rows(
      talk([message('a', 'assistant', parts, { runId: 'r' })], [run('r', { status: 'suspended' })]),
    ).at(-1);
  const approval = tool({ awaits: 'approval', state: 'approval-requested' });
  expect(asks([approval])).toMatchObject({ waitsFor: 'approval of send_message' });
  expect(asks([tool({ awaits: 'answer', name: 'ask' })])).toMatchObject({
    waitsFor: 'an answer to ask',
  });
  expect(asks([approval, tool({ callId: 'c2', awaits: 'answer' })])).toMatchObject({
    waitsFor: '2 decisions or answers',
  });
  const answers = [{ kind: 'approved', by: ANN }] as const;
  expect(asks([tool({ answers })])).toMatchObject({ waitsFor: 'its agent to go on' });
  expect(asks([tool()])).toMatchObject({ waitsFor: undefined });
});

test('an author is named once for messages in a row, unless there is more to say', () => {
  const shown = rows(
    talk([
      message('a', 'assistant', 'one', { runId: 'r' }),
      message('b', 'assistant', 'two', { runId: 'r' }),
      message('c', 'assistant', 'three', { runId: 'r', moderated: 'changed' }),
      message('d', 'assistant', 'four', { runId: 'r2' }),
    ]),
  );
  expect(shown.map((row) => row.kind === 'message' && row.goesOn)).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test('sources stand together, and a step only between two things', () => {
  const source: ShownPart = { kind: 'source', url: 'https://example.com' };
  const step: ShownPart = { kind: 'step' };
  const parts = [
    step,
    textPart('a'),
    source,
    source,
    step,
    step,
    textPart('b'),
    textPart(''),
    step,
  ];
  expect(sectionsOf(parts).map(({ kind }) => kind)).toEqual(['part', 'sources', 'step', 'part']);
});

test('events are announced, and words are not', () => {
  const quiet = talk([message('u', 'user', 'hi')]);
  const begun = newsIn(quiet, undefined);
  expect(begun.news).toBe('');
  const active = talk(
    [message('u', 'user', 'hi'), message('a', 'assistant', 'wor', { runId: 'r' })],
    [run('r')],
  );
  const answering = newsIn(active, begun.told);
  expect(answering.news).toBe('demo-agent is answering.');
  const more = talk(
    [message('u', 'user', 'hi'), message('a', 'assistant', 'words', { runId: 'r' })],
    [run('r')],
  );
  const same = newsIn(more, answering.told);
  expect(same.news).toBe('');
  const done = talk([...more.messages, message('v', 'user', 'thanks')], [ended('r')]);
  expect(newsIn(done, same.told).news).toBe('ann says: thanks demo-agent has finished.');
});

test('history is not announced', () => {
  const loading = { history: history({ phase: 'loading' }) };
  const begun = newsIn(talk([], [], loading), undefined);
  expect(newsIn(talk([message('u', 'user', 'old')], [], loading), begun.told).news).toBe('');
});

test('a question is open until an answer follows it, or what was said after it', () => {
  const asked = (...roles: readonly ('user' | 'assistant')[]) =>
    rows(talk(roles.map((role, at) => message(`m${at}`, role, 'x')))).flatMap((row) =>
      row.kind === 'message' ? [row.isUnanswered] : [],
    );
  expect(asked('user', 'user')).toEqual([true, true]);
  expect(asked('user', 'user', 'assistant', 'user')).toEqual([false, false, false, true]);
});
