// The official AI Transport SDK over the hub: runs, cancels, branches, and who comes late.

import assert from 'node:assert/strict';
import { inState, listen, named, states } from './queue.mjs';
import { run, scenario } from './runner.mjs';
import {
  agent,
  ended,
  idOfLast,
  lateUser,
  says,
  showing,
  shown,
  statuses,
  until,
  user,
} from './sessions.mjs';

const PARTS = Array.from(
  { length: 200 },
  (_, index) => `${index}: naïve \u{1F9D1}\u200D\u{1F680}, `,
);
const TEXT = PARTS.join('');

/** Checks that a view shows exactly these, byte for byte, and that a late one does, too. */
async function everybodySees(lab, users, expected, ...runs) {
  for (const one of users) {
    await showing(one.view, expected);
    await ended(one.view, ...runs);
    assert.deepEqual(one.errors, []);
  }
  for (const format of [lab.format, lab.otherFormat]) {
    const late = await lateUser(lab, { format });
    assert.deepEqual(shown(late.view), expected);
    assert.deepEqual(statuses(late.view), runs);
    assert.deepEqual(late.errors, []);
  }
}

scenario('a reply streams to who asked and to who watches', async (lab) => {
  const [ann, bob, ai] = await Promise.all([
    user(lab, 'ann'),
    user(lab, 'bob', { format: lab.otherFormat }),
    agent(lab),
  ]);
  const asked = await ann.view.send(says('hello \u{1F44B}'));
  const answer = await ai.answer(asked);
  assert.deepEqual(answer.conversation, [['user', 'hello \u{1F44B}']]);
  for (const part of PARTS) answer.say(part);
  const expected = [
    ['user', 'hello \u{1F44B}'],
    ['assistant', TEXT],
  ];
  await showing(bob.view, expected);
  assert.deepEqual(statuses(bob.view), ['active']);
  assert.equal(await answer.end(), 'complete');
  await everybodySees(lab, [ann, bob], expected, 'complete');
  assert.equal(asked.status, 'complete');
  assert.equal(asked.runId, answer.run.runId);
});

scenario('the agent is given the conversation so far', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const said = [];
  for (const turn of ['one', 'two', 'three']) {
    const answer = await ai.answer(await ann.view.send(says(`question ${turn}`)));
    said.push(['user', `question ${turn}`]);
    assert.deepEqual(answer.conversation, said);
    answer.say('answer ', turn);
    await answer.end();
    said.push(['assistant', `answer ${turn}`]);
    await showing(ann.view, said);
  }
  const fresh = await agent(lab);
  const answer = await fresh.answer(await ann.view.send(says('question four')));
  assert.deepEqual(answer.conversation, [...said, ['user', 'question four']]);
  answer.say('answer four');
  await answer.end();
  const all = [...said, ['user', 'question four'], ['assistant', 'answer four']];
  await everybodySees(lab, [ann], all, 'complete', 'complete', 'complete', 'complete');
});

scenario('a cancel stops the reply and keeps what was said', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const asked = await ann.view.send(says('go on'));
  const answer = await ai.answer(asked);
  answer.say('one ', 'two ', 'three ');
  const expected = [
    ['user', 'go on'],
    ['assistant', 'one two three '],
  ];
  await showing(ann.view, expected);
  await asked.cancel();
  assert.equal((await answer.result).reason, 'cancelled');
  assert.equal(answer.run.abortSignal.aborted, true);
  await answer.run.end({ reason: 'cancelled' });
  await everybodySees(lab, [ann], expected, 'cancelled');
  assert.equal(asked.status, 'cancelled');
});

scenario('a run can be cancelled by its id, from elsewhere', async (lab) => {
  const [ann, bob, ai] = await Promise.all([user(lab, 'ann'), user(lab, 'bob'), agent(lab)]);
  const answer = await ai.answer(await ann.view.send(says('go on')));
  answer.say('one ');
  const expected = [
    ['user', 'go on'],
    ['assistant', 'one '],
  ];
  await showing(bob.view, expected);
  await bob.session.cancel(answer.run.runId);
  assert.equal((await answer.result).reason, 'cancelled');
  await answer.run.end({ reason: 'cancelled' });
  await everybodySees(lab, [ann, bob], expected, 'cancelled');
});

scenario('a cancel that comes before the run is honoured', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const heard = await listen(ai.client.channels.get(lab.channel));
  const asked = await ann.view.send(says('never mind'));
  await asked.cancel();
  await heard.upTo(named('ai-cancel'), 'the cancel');
  const answer = await ai.answer(asked);
  assert.equal((await answer.result).reason, 'cancelled');
  await answer.run.end({ reason: 'cancelled' });
  await ended(ann.view, 'cancelled');
  assert.equal(asked.status, 'cancelled');
  const late = await lateUser(lab);
  assert.deepEqual(statuses(late.view), ['cancelled']);
});

scenario('a cancel that comes before the first word is honoured', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const asked = await ann.view.send(says('never mind'));
  const answer = await ai.answer(asked);
  await asked.cancel();
  assert.equal((await answer.result).reason, 'cancelled');
  answer.say('too late');
  await answer.run.end({ reason: 'cancelled' });
  await ended(ann.view, 'cancelled');
  assert.equal(asked.status, 'cancelled');
  const late = await lateUser(lab);
  assert.deepEqual(statuses(late.view), ['cancelled']);
  assert.ok(!JSON.stringify(shown(late.view)).includes('too late'));
});

scenario('who joins in the middle sees the whole', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const answer = await ai.answer(await ann.view.send(says('tell me')));
  const half = PARTS.slice(0, 100);
  answer.say(...half);
  await showing(ann.view, [
    ['user', 'tell me'],
    ['assistant', half.join('')],
  ]);
  const [joined, other] = await Promise.all([
    user(lab, 'joined'),
    user(lab, 'other', { format: lab.otherFormat }),
  ]);
  const heard = await listen(joined.client.channels.get(lab.channel));
  answer.say(PARTS[100]);
  const first = await heard.next();
  const whole = ['message.update', PARTS.slice(0, 101).join('')];
  assert.deepEqual([first.action, first.data], whole);
  for (const one of [joined, other]) while (one.view.hasOlder()) await one.view.loadOlder();
  answer.say(...PARTS.slice(101));
  await answer.end();
  const expected = [
    ['user', 'tell me'],
    ['assistant', TEXT],
  ];
  await everybodySees(lab, [ann, joined, other], expected, 'complete');
});

scenario('a reply is generated again', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const first = await ai.answer(await ann.view.send(says('a number')));
  first.say('one');
  await first.end();
  await showing(ann.view, [
    ['user', 'a number'],
    ['assistant', 'one'],
  ]);
  const again = await ai.answer(await ann.view.regenerate(idOfLast(ann.view)));
  assert.deepEqual(again.conversation, [['user', 'a number']]);
  again.say('two');
  await again.end();
  const expected = [
    ['user', 'a number'],
    ['assistant', 'two'],
  ];
  await everybodySees(lab, [ann], expected, 'complete');
  const late = await lateUser(lab);
  for (const view of [ann.view, late.view]) {
    const branch = view.branchSelection(idOfLast(view));
    assert.deepEqual([branch.siblings.length, branch.index], [2, 1]);
    branch.select(0);
    await showing(view, [
      ['user', 'a number'],
      ['assistant', 'one'],
    ]);
  }
});

scenario('a message is edited', async (lab) => {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab)]);
  const first = await ai.answer(await ann.view.send(says('a numbre')));
  first.say('what?');
  await first.end();
  await showing(ann.view, [
    ['user', 'a numbre'],
    ['assistant', 'what?'],
  ]);
  const wrong = ann.view.getMessages()[0].codecMessageId;
  const edited = await ai.answer(await ann.view.edit(wrong, says('a number')));
  assert.deepEqual(edited.conversation, [['user', 'a number']]);
  edited.say('two');
  await edited.end();
  const expected = [
    ['user', 'a number'],
    ['assistant', 'two'],
  ];
  await everybodySees(lab, [ann], expected, 'complete');
  const branch = ann.view.branchSelection(ann.view.getMessages()[0].codecMessageId);
  assert.deepEqual([branch.siblings.length, branch.index], [2, 1]);
});

scenario('an agent that loses its connection says nothing twice', async (lab) => {
  const relay = await lab.relay();
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab, { relay })]);
  const answer = await ai.answer(await ann.view.send(says('tell me')));
  const connection = states(ai.client.connection);
  answer.say(...PARTS.slice(0, 50));
  await until(ann.view, () => shown(ann.view)[1]?.[1] === PARTS.slice(0, 50).join(''), 'fifty');
  relay.mute();
  answer.say(...PARTS.slice(50, 100));
  await until(
    ann.view,
    () => shown(ann.view)[1]?.[1] === PARTS.slice(0, 100).join(''),
    'a hundred',
  );
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  answer.say(...PARTS.slice(100, 150));
  relay.release();
  await connection.upTo(inState('connected'), 'connected');
  answer.say(...PARTS.slice(150));
  assert.equal(await answer.end(), 'complete');
  const expected = [
    ['user', 'tell me'],
    ['assistant', TEXT],
  ];
  await everybodySees(lab, [ann], expected, 'complete');
  assert.deepEqual(ai.errors, []);
});

scenario('a user who loses the connection misses nothing', async (lab) => {
  const relay = await lab.relay();
  const [ann, ai] = await Promise.all([user(lab, 'ann', { relay }), agent(lab)]);
  const answer = await ai.answer(await ann.view.send(says('tell me')));
  const connection = states(ann.client.connection);
  answer.say(...PARTS.slice(0, 50));
  await until(ann.view, () => shown(ann.view)[1]?.[1] === PARTS.slice(0, 50).join(''), 'fifty');
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  answer.say(...PARTS.slice(50));
  await answer.end();
  relay.release();
  const expected = [
    ['user', 'tell me'],
    ['assistant', TEXT],
  ];
  await everybodySees(lab, [ann], expected, 'complete');
});

await run();
