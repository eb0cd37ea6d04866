import { describe, expect, test } from 'vitest';
import { isWaiting } from '../../src/customer/waiting';

const asked = (runId: string, into?: string) => ({
  run: { runId, cancel: async () => {} },
  into,
});
const unknown = () => undefined;

describe('what was asked', () => {
  test('waits until an agent begins to answer it', () => {
    expect(isWaiting(asked(''), unknown)).toBe(true);
    expect(isWaiting(asked('r1'), unknown)).toBe(false);
  });

  test('of a Run waits as long as that does, and until an agent goes on with it', () => {
    expect(isWaiting(asked('', 'r1'), (id) => (id === 'r1' ? 'suspended' : 'active'))).toBe(true);
    expect(isWaiting(asked('r1', 'r1'), () => 'suspended')).toBe(false);
  });

  test.each(['active', 'complete', 'cancelled', 'error'] as const)(
    'of a Run does not wait for one that is %s, though the SDK never gave it an id',
    (status) => expect(isWaiting(asked('', 'r1'), () => status)).toBe(false),
  );
});
