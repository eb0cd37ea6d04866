import type { PresenceMessage } from 'ably';
import { expect, test } from 'vitest';
import { othersIn } from '../../src/customer/presence';

const member = (clientId: string, data?: unknown, role?: string) =>
  ({ clientId, data, extras: role && { userClaim: JSON.stringify({ role }) } }) as PresenceMessage;

test('others are each there once, typing where they do so anywhere, and oneself is none', () => {
  const members = [
    member('ann', { typing: true }),
    member('jane', { typing: true }, 'operator'),
    member('jane', { typing: false }, 'operator'),
    member('bot', { status: 'idle' }, 'agent'),
  ];
  expect(othersIn(members, 'ann')).toEqual([
    { clientId: 'jane', role: 'operator', isTyping: true },
    { clientId: 'bot', role: 'agent', isTyping: false },
  ]);
});

test('what is no sign of typing is none', () => {
  for (const data of [undefined, null, 'typing', { typing: 'true' }, { typing: 1 }, [true]]) {
    expect(othersIn([member('jane', data)], 'ann')[0]?.isTyping).toBe(false);
  }
});
