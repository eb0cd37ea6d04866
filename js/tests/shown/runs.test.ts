/** What is shown of Runs: when, how fast, whose, and who wants them to end. */

import { expect, test } from 'vitest';
import { Channel } from './channel';
import { shown } from './showing';

test('times, counts and rates of a Run', () => {
  const channel = new Channel();
  const asked = channel.user('m', 'go', {}, { at: 1000 });
  const begun = channel.start('r', 'm', { at: 1500 });
  const text = channel.text('r', 'a', { at: 2000 });
  const grown = channel.append(text, 'x'.repeat(30), {}, { at: 5000 });
  const { runs } = shown([
    asked,
    begun,
    text,
    grown,
    channel.end('r', 'complete', {}, { at: 6000 }),
  ]);
  expect(runs.get('r')).toMatchObject({
    askedAt: 1000,
    startedAt: 1500,
    firstOutputAt: 2000,
    firstOutputMs: 500,
    endedAt: 6000,
    characters: 30,
    rate: 10,
    owner: { clientId: 'ann' },
    answerer: { clientId: 'robot', role: 'agent' },
    inputMessageId: 'm',
  });
});

test('the time to the first output counts from the start, and a wait for somebody is none of it', () => {
  const channel = new Channel();
  const paused = (id: string, before: boolean) => {
    const begun = [channel.user(`m${id}`, 'go', {}, { at: 0 })];
    begun.push(channel.start(id, `m${id}`, { at: 360_000 }));
    const said = () => channel.text(id, `a${id}`, { at: before ? 361_000 : 900_000 });
    if (before) begun.push(said());
    begun.push(channel.say('ai-run-suspend', { 'run-id': id }, { role: 'agent', at: 362_000 }));
    begun.push(channel.say('ai-run-resume', { 'run-id': id }, { role: 'agent', at: 899_000 }));
    if (!before) begun.push(said());
    return begun;
  };
  const { runs } = shown([...paused('r1', true), ...paused('r2', false)]);
  expect(runs.get('r1')?.firstOutputMs).toBe(1000);
  expect(runs.get('r2')).toMatchObject({ firstOutputAt: 900_000 });
  expect(runs.get('r2')).not.toHaveProperty('firstOutputMs');
});

test('an attempt that was replaced had said the first', () => {
  const channel = new Channel();
  const of = { 'run-id': 'r', 'step-id': 's' };
  const attempt = (at: number) => channel.say('ai-step-start', of, { role: 'agent', at });
  const says = (id: string, start: string, at: number) => {
    const stream = { stream: 'true', status: 'streaming', 'stream-id': id };
    const more = { ...stream, 'step-id': 's', 'step-start-serial': start };
    return channel.output('r', id, { kind: 'text', id }, { at }, more);
  };
  const begun = [channel.user('m', 'go', {}, { at: 0 }), channel.start('r', 'm', { at: 100 })];
  const first = attempt(200);
  const lost = says('a', first.serial, 300);
  const second = attempt(60_000);
  const { runs } = shown([...begun, first, lost, second, says('b', second.serial, 61_000)]);
  expect(runs.get('r')).toMatchObject({ firstOutputAt: 61_000, firstOutputMs: 200 });
});

test('who owns a Run is whoever asked, and not whom the agent names', () => {
  const channel = new Channel();
  const owner = shown([channel.user('m', 'go', {}, { clientId: 'eve' }), channel.start('r', 'm')]);
  expect(owner.runs.get('r')?.owner).toEqual({ clientId: 'eve' });
  const told = shown([new Channel().start('r', 'gone')]);
  expect(told.runs.get('r')?.owner).toEqual({ clientId: '', says: 'ann' });
});

test('an estimate, of Runs that ran through', () => {
  const channel = new Channel();
  const messages = [4000, 6000, 10_000].flatMap((took, at) => [
    channel.user(`m${at}`, 'go'),
    channel.start(`r${at}`, `m${at}`, { at: 0 }),
    channel.end(`r${at}`, 'complete', {}, { at: took }),
  ]);
  messages.push(channel.user('m', 'go'), channel.start('r', 'm', { at: 100_000 }));
  const { runs } = shown(messages, 105_000);
  expect(runs.get('r')?.estimate).toEqual({ ms: 3000, fromRuns: 3 });
  expect(runs.get('r0')).not.toHaveProperty('estimate');
});

test('a cancel: asked for, refused by an agent, or not heeded', () => {
  const channel = new Channel();
  const begun = [channel.user('m', 'go'), channel.start('r', 'm')];
  const cancel = channel.say('ai-cancel', { 'run-id': 'r' }, { clientId: 'bob', at: 50_000 });
  const asked = [...begun, cancel];
  const by = { clientId: 'bob' };
  expect(shown(asked, 51_000).runs.get('r')?.cancel).toEqual({ by, outcome: 'asked' });
  expect(shown(asked, 53_000).runs.get('r')?.cancel).toEqual({ by, outcome: 'ignored' });
  const refusal = (role: string) =>
    channel.say('cancel-refused', {}, { role, data: { runId: 'r', cancel: cancel.serial } });
  expect(shown([...asked, refusal('agent')], 53_000).runs.get('r')?.cancel?.outcome).toBe(
    'refused',
  );
  expect(shown([...asked, refusal('user')], 51_000).runs.get('r')?.cancel?.outcome).toBe('asked');
  const ended = shown([...asked, channel.end('r', 'cancelled')], 90_000);
  expect(ended.runs.get('r')).toMatchObject({ status: 'cancelled', cancel: { outcome: 'asked' } });
});

test('a cancel of what no agent had begun counts once one has', () => {
  const channel = new Channel();
  const early = channel.say('ai-cancel', { 'input-codec-message-id': 'm' }, { clientId: 'ann' });
  const { runs } = shown([channel.user('m', 'go'), early, channel.start('r', 'm')]);
  expect(runs.get('r')?.cancel?.by).toEqual({ clientId: 'ann' });
});
