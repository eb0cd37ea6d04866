// History: its pages, in both directions, and its bounds.

import assert from 'node:assert/strict';
import { after } from './lab.mjs';
import { listen } from './queue.mjs';
import { run, scenario } from './runner.mjs';

const dataOf = (messages) => messages.map((message) => message.data);

/** Publishes the numbers from 0 on, one after the other. */
async function fill(channel, count) {
  const numbers = Array.from({ length: count }, (_, index) => String(index));
  await Promise.all(numbers.map((number) => channel.publish('m', number)));
  return numbers;
}

async function pages(first) {
  const all = [];
  for (let page = first; page; page = await page.next()) all.push(dataOf(page.items));
  return all;
}

scenario('history comes in pages, in both directions', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  const numbers = await fill(channel, 25);
  for (const way of [channel, lab.rest().channels.get(lab.channel)]) {
    const forwards = await pages(await way.history({ direction: 'forwards', limit: 10 }));
    assert.deepEqual(
      forwards.map((page) => page.length),
      [10, 10, 5],
    );
    assert.deepEqual(forwards.flat(), numbers);
    const backwards = await pages(await way.history({ limit: 10 }));
    assert.deepEqual(
      backwards.map((page) => page.length),
      [10, 10, 5],
    );
    assert.deepEqual(backwards.flat(), numbers.toReversed());
  }
});

scenario('a page knows whether it is the last, and the first', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  await fill(channel, 4);
  const first = await channel.history({ direction: 'forwards', limit: 2 });
  assert.deepEqual([first.hasNext(), first.isLast()], [true, false]);
  const second = await first.next();
  assert.deepEqual(dataOf(second.items), ['2', '3']);
  assert.deepEqual([second.hasNext(), second.isLast()], [false, true]);
  assert.equal(await second.next(), null);
  assert.deepEqual(dataOf((await second.first()).items), ['0', '1']);
  assert.deepEqual(dataOf((await second.current()).items), ['2', '3']);
  const empty = await client.channels.get(`${lab.channel}:empty`).history();
  assert.deepEqual([empty.items, empty.hasNext()], [[], false]);
});

scenario('pages do not move while more is published', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  await fill(channel, 6);
  const first = await channel.history({ limit: 3 });
  await channel.publish('m', 'more');
  assert.deepEqual(dataOf(first.items), ['5', '4', '3']);
  assert.deepEqual(await pages(await first.next()), [['2', '1', '0']]);
});

scenario('history is bounded by times, both inside', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  const messages = await listen(channel);
  for (const data of ['0', '1', '2', '3']) {
    await channel.publish('m', data);
    await after(3);
  }
  const times = (await messages.take(4)).map((message) => message.timestamp);
  assert.equal(new Set(times).size, 4);
  const between = await channel.history({ start: times[1], end: times[2] });
  assert.deepEqual(dataOf(between.items), ['2', '1']);
  const since = await channel.history({ start: times[2], direction: 'forwards' });
  assert.deepEqual(dataOf(since.items), ['2', '3']);
  const until = await channel.history({ end: times[1] });
  assert.deepEqual(dataOf(until.items), ['1', '0']);
});

scenario('history until the attachment meets what comes live', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const elsewhere = writer.channels.get(lab.channel);
  const numbers = await fill(elsewhere, 5);
  const channel = reader.channels.get(lab.channel);
  const messages = await listen(channel);
  await elsewhere.publish('m', 'live');
  assert.deepEqual(dataOf(await messages.take(1)), ['live']);
  const first = await channel.history({ untilAttach: true, limit: 2 });
  assert.deepEqual((await pages(first)).flat(), numbers.toReversed());
});

scenario('a stream under way while one attaches is neither cut nor doubled', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const elsewhere = writer.channels.get(lab.channel);
  const channel = reader.channels.get(lab.channel);
  const publishing = fill(elsewhere, 300);
  const messages = await listen(channel);
  const numbers = await publishing;
  await elsewhere.publish('m', 'end');
  const live = await messages.upTo((message) => message.data === 'end');
  const before = (await pages(await channel.history({ untilAttach: true, limit: 50 }))).flat();
  assert.deepEqual([...before.toReversed(), ...dataOf(live)], numbers);
});

scenario('a changed message stays where it was', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  const { serials } = await channel.publish('m', 'first');
  await channel.publish('m', 'second');
  await channel.updateMessage({ serial: serials[0], data: 'changed' });
  await channel.appendMessage({ serial: serials[0], data: '!' });
  const { items } = await channel.history({ direction: 'forwards' });
  const seen = items.map((message) => [message.action, message.data]);
  assert.deepEqual(seen, [
    ['message.update', 'changed!'],
    ['message.create', 'second'],
  ]);
});

await run();
