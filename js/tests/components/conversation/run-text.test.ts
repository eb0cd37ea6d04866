import { expect, test } from 'vitest';
import {
  cancelText,
  estimateText,
  figuresOf,
  runShown,
} from '../../../src/components/conversation/run-text';
import type { ShownRun } from '../../../src/shown/model';
import { ended, OLIVIA, T0 } from '../fixtures';

const { endedAt: _, ...begun } = ended('r');
const active: ShownRun = { ...begun, status: 'active' };

test('where a Run stands', () => {
  expect(runShown(ended('r')).status).toBe('Complete');
  expect(runShown(ended('r', { status: 'cancelled' })).status).toBe('Cancelled');
  expect(runShown(active).status).toBe('Answering');
  const { firstOutputAt: _first, ...silent } = active;
  expect(runShown(silent).status).toBe('Waiting for the first token');
  expect(runShown({ ...active, status: 'suspended' }, 'approval of pay').status).toBe(
    'Suspended: waits for approval of pay',
  );
  const error = { code: 104002, message: 'overloaded\u202E' };
  expect(runShown(ended('r', { status: 'error', error })).status).toBe(
    'Failed with 104002: overloaded[U+202E]',
  );
});

test('how an active Run is', () => {
  const silent = (verdict: 'stalled' | 'crashed') =>
    runShown({ ...active, health: { verdict, silentMs: 14_200 } });
  expect(silent('stalled')).toEqual({ tone: 'warn', status: 'Stalled: silent for 14 s' });
  expect(silent('crashed')).toEqual({ tone: 'bad', status: 'Crashed: silent for 14 s' });
});

test('the figures of a Run that is over', () => {
  expect(figuresOf(ended('r'), T0)).toEqual(['12 s', 'first token after 0.8 s', '132 chars/s']);
});

test('the figures of one that goes on', () => {
  const estimate = { ms: 12_400, fromRuns: 5 };
  expect(figuresOf({ ...active, estimate }, T0 + 65_200)).toEqual([
    '1 min 5 s',
    'about 12 s left (estimate from 5 runs)',
    'first token after 0.8 s',
    '132 chars/s',
  ]);
  expect(estimateText({ ...active, estimate: { ms: -5, fromRuns: 1 } })).toBe(
    'about 1 s left (estimate from 1 run)',
  );
});

test('a clock that is behind the server gives no negative time', () => {
  expect(figuresOf(active, T0 - 5000)[0]).toBe('0 s');
});

test('what became of a cancel', () => {
  const asked = (outcome: 'asked' | 'refused' | 'ignored') => ({
    ...active,
    cancel: { by: OLIVIA, outcome },
  });
  expect(cancelText(asked('asked'))).toBe('Stopping, as olivia asked');
  expect(cancelText(asked('refused'))).toBe('The agent refuses to stop (asked by olivia)');
  expect(cancelText(asked('ignored'))).toBe('The agent ignores that olivia asked it to stop');
  expect(cancelText({ ...asked('ignored'), status: 'suspended' })).toBe(
    'olivia asked it to stop: it ends once its agent is there to hear it',
  );
  expect(cancelText({ ...asked('asked'), status: 'cancelled' })).toBeUndefined();
  expect(runShown({ ...asked('asked'), status: 'cancelled' }).status).toBe(
    'Cancelled, as olivia asked',
  );
  expect(runShown({ ...asked('refused'), status: 'cancelled' }).status).toBe('Cancelled');
});
