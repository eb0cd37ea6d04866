import { describe, expect, test } from 'vitest';
import { authorOf, publisherOf } from '../../src/customer/authors';

const said = (name: string, kind: string, claim?: unknown) => ({
  name,
  clientId: 'jane',
  extras: {
    ai: { transport: { 'codec-message-id': 'm1' }, codec: { kind } },
    ...(claim === undefined ? {} : { userClaim: JSON.stringify(claim) }),
  },
});

describe('the publisher of a message', () => {
  test('is who says something, with the role that the server vouches for', () => {
    expect(publisherOf(said('ai-output', 'text', { role: 'operator' }))).toEqual([
      'm1',
      { clientId: 'jane', role: 'operator' },
    ]);
    expect(publisherOf(said('ai-input', 'user-message'))).toEqual([
      'm1',
      { clientId: 'jane', role: undefined },
    ]);
  });

  test('is not who has a word on a tool call of it, or speaks of something else', () => {
    expect(publisherOf(said('ai-input', 'tool-approval-response'))).toBeUndefined();
    expect(publisherOf(said('ai-run-end', 'text'))).toBeUndefined();
    for (const extras of [undefined, null, 'x', {}, { ai: 1 }, { ai: { transport: { a: 1 } } }]) {
      expect(publisherOf({ name: 'ai-output', clientId: 'jane', extras })).toBeUndefined();
    }
  });
});

describe('the author of a message', () => {
  const answer = (metadata?: unknown) => ({ role: 'assistant' as const, metadata });
  const question = { role: 'user' as const, metadata: { author: 'operator' } };
  const jane = (role?: string) => ({ clientId: 'jane', role });

  test('on the side of those who ask is oneself, another customer, or one of the team', () => {
    expect(authorOf(question, undefined, 'ann')).toEqual({ kind: 'me', name: 'ann' });
    expect(authorOf(question, jane('user'), 'jane')).toEqual({ kind: 'me', name: 'jane' });
    expect(authorOf(question, jane('user'), 'ann')).toEqual({ kind: 'customer', name: 'jane' });
    expect(authorOf(question, jane('operator'), 'ann').kind).toBe('person');
  });

  test('of an answer is a person where the server says so, by the name that they give', () => {
    const lead = authorOf(answer({ author: { name: 'Jane' } }), jane('lead'), 'ann');
    expect(lead).toEqual({ kind: 'person', name: 'Jane' });
    expect(authorOf(answer(), jane('operator'), 'ann').name).toBe('jane');
  });

  test('of an answer is no person because the message says so and the server does not', () => {
    const forged = answer({ human: true, author: { name: 'The boss' } });
    expect(authorOf(forged, jane('agent'), 'ann')).toEqual({ kind: 'ai', name: 'Assistant' });
    expect(authorOf(forged, jane('user'), 'ann').kind).toBe('ai');
    // Where tokens have no roles at all there is nothing else to go by.
    expect(authorOf(forged, jane(), 'ann')).toEqual({ kind: 'person', name: 'The boss' });
  });

  test('bears metadata of any shape', () => {
    for (const metadata of [null, 1, 'x', [], { author: [] }, { author: { name: ' ' } }]) {
      expect(authorOf(answer(metadata), undefined, 'ann').kind).toBe('ai');
    }
  });
});
