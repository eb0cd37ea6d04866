import { describe, expect, test } from 'vitest';
import { stoppingOf } from '../../src/components/composer/stopping';
import { bannerOf, standingOf } from '../../src/components/header/standing';
import { stoppableOf, waitingOf } from '../../src/components/header/stopping';
import { panesAt, treeWidths, within } from '../../src/components/layout';
import { hueOf } from '../../src/components/people/colour';
import { runText } from '../../src/components/words';
import type { ConnectionState } from '../../src/session/model';
import type { ShownRun } from '../../src/shown/model';
import { ANN, message, OLIVIA, run } from './fixtures';

const connection = (more: Partial<ConnectionState>): ConnectionState => ({
  phase: 'live',
  since: 0,
  ...more,
});

describe('how the connection is', () => {
  test.each([
    [connection({}), 'Live'],
    [connection({ lagMs: 900 }), 'Live'],
    [connection({ lagMs: 3_100 }), '3 s behind'],
    [connection({ phase: 'connecting' }), 'Connecting'],
    [connection({ phase: 'away' }), 'Away for 12 s, comes back by itself'],
    [connection({ phase: 'failed' }), 'Not connected'],
  ])('is said in a few words (%#)', (state, words) => {
    expect(standingOf(state, 12_000).words).toBe(words);
  });

  test('all that mends itself has no banner', () => {
    const tokenExpires = 60_000;
    expect(bannerOf(connection({ phase: 'away', tokenExpires }), 12_000)).toBeUndefined();
    expect(bannerOf(connection({ phase: 'connecting', tokenExpires }), 12_000)).toBeUndefined();
    expect(bannerOf(connection({ tokenExpires: 1 }), 12_000)).toBeUndefined();
  });

  test('a failure says what and how to mend it', () => {
    const problem = { message: 'The server is gone.', hint: 'Start it.', code: 80003 };
    expect(bannerOf(connection({ phase: 'failed', problem }), 0)).toEqual({
      ...problem,
      tone: 'bad',
      canReconnect: true,
    });
  });

  test('a server that no way leads to is said at once, and one that was lost is waited for', () => {
    const problem = { message: 'It cannot be reached.', hint: 'Open a way.', code: 80003 };
    const state = connection({ phase: 'away', problem });
    expect(bannerOf(state, 0)).toEqual({ ...problem, tone: 'bad', canReconnect: true });
    expect(bannerOf({ ...state, route: 'direct' }, 0)).toBeUndefined();
  });

  test('a token that has run out, and a kernel that is silent, are said', () => {
    const state = connection({ phase: 'away', tokenExpires: 5_000 });
    expect(bannerOf(state, 4_999)).toBeUndefined();
    expect(bannerOf(state, 5_000)?.message).toContain('token of this page has run out');
    expect(bannerOf(state, 5_000)?.hint).toContain('Start the kernel');
    const problem = { message: 'The token endpoint answers 503.', hint: 'Try later.' };
    expect(bannerOf({ ...state, problem }, 5_000)?.hint).toBe(
      'The token endpoint answers 503. Try later.',
    );
  });

  test('a token is waited for with patience', () => {
    const state = connection({ phase: 'waiting for a token' });
    expect(bannerOf(state, 1_000)).toBeUndefined();
    expect(bannerOf(state, 2_000)?.hint).toBe('Run the cell again if the kernel was restarted.');
  });
});

describe('the panes', () => {
  test.each([
    [undefined, 'side by side'],
    [1_200, 'side by side'],
    [640, 'side by side'],
    [639, 'tabs'],
    [320, 'tabs'],
  ] as const)('at %s px are %s', (width, panes) => {
    expect(panesAt(width)).toBe(panes);
  });

  test('the tree never takes the room that the conversation needs', () => {
    const { least, most } = treeWidths(900);
    expect(within(5_000, least, most)).toBe(540);
    expect(within(10, least, most)).toBe(180);
    expect(treeWidths(400).most).toBe(treeWidths(400).least);
  });
});

describe('people', () => {
  test('have the same colour everywhere', () => {
    expect(hueOf('ann')).toBe(hueOf('ann'));
    expect(hueOf('ann')).not.toBe(hueOf('bob'));
  });
});

describe('Runs', () => {
  test.each([
    [run('r'), 'answering'],
    [run('r', { status: 'suspended' }), 'waits for a person'],
    [run('r', { health: { verdict: 'stalled', silentMs: 14_000 } }), 'silent for 14 s'],
    [run('r', { health: { verdict: 'crashed', silentMs: 1 } }), 'its agent has gone'],
    [run('r', { cancel: { by: ANN, outcome: 'refused' } }), 'refused to stop'],
    [run('r', { cancel: { by: ANN, outcome: 'asked' } }), 'stopping'],
  ])('say what is unusual first (%#)', (one, words) => {
    expect(runText(one)).toBe(words);
  });

  test('are counted by whom they belong to', () => {
    const open = [run('a'), run('b'), run('c', { owner: OLIVIA })];
    expect(stoppableOf(open, OLIVIA)).toEqual({
      mine: 1,
      all: 3,
      clients: [{ clientId: 'ann', count: 2 }],
    });
    const nobody = { clientId: '' };
    expect(stoppableOf([run('a', { owner: nobody })], nobody).mine).toBe(0);
  });

  test('that nobody has begun are one’s own, as long as one still wants them', () => {
    const asked = (inputId: string, by = ANN) =>
      message(inputId, 'user', 'Hi', { wish: { inputId, by } });
    const messages = [
      asked('a'),
      asked('b', OLIVIA),
      message('c', 'user', 'Hi', { wish: { inputId: 'c', by: ANN, withdrawnBy: OLIVIA } }),
      message('d', 'assistant', 'Hello', { wish: { inputId: 'again', by: ANN } }),
      message('e', 'user', 'Hi'),
    ];
    expect(waitingOf(messages, ANN)).toEqual(['a', 'again']);
    expect(waitingOf([asked('f', { clientId: '' })], { clientId: '' })).toEqual([]);
  });
});

describe('a button that stops a Run', () => {
  const yes = { allowed: true } as const;
  const no = { allowed: false, why: 'This token does not allow it.' } as const;
  const asked = (outcome: 'asked' | 'refused' | 'ignored', more: Partial<ShownRun> = {}) =>
    run('r', { cancel: { by: ANN, outcome }, ...more });

  test.each([
    [run('r'), true, 'Stop this Run'],
    [asked('asked'), false, 'Stopping, as ann asked. If it goes on, you can ask again in a moment'],
    [asked('refused'), true, 'The agent refuses to stop (asked by ann). Ask again'],
    [asked('ignored'), true, 'The agent ignores that ann asked it to stop. Ask again'],
  ])('says what has become of it (%#)', (one, isPossible, title) => {
    expect(stoppingOf(one, yes)).toEqual({ isPossible, title });
  });

  test('says that it is not allowed before anything else', () => {
    for (const one of [run('r'), asked('asked'), asked('refused')])
      expect(stoppingOf(one, no)).toEqual({ isPossible: false, title: no.why });
  });
});
