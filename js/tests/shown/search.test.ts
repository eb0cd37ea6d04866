/** Words are found wherever they were said, and shown as they are read. */

import { expect, test } from 'vitest';
import { Conversation } from '../../src/session/conversation';
import { Channel } from './channel';
import { WATCHED } from './showing';

test('search finds words whatever their case and accents, on every branch', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  conversation.hear(channel.user('old', `${'x '.repeat(60)}Where is the CAFÉ noir, ΟΔΟΣ?`));
  conversation.hear(channel.user('new', 'nothing', { 'fork-of': 'old' }));
  conversation.chosen();
  conversation.show(WATCHED);
  conversation.read.view.reveal('new');
  const [found] = conversation.find('cafe  NOIR');
  expect(found).toMatchObject({ messageId: 'old', nodeKey: 'old', isOnPath: false });
  expect(found?.excerpt.slice(found.begin, found.end)).toBe('CAFÉ noir');
  expect(found?.excerpt.startsWith('…')).toBe(true);
  const [word] = conversation.find('noir where');
  expect(word?.excerpt.slice(word.begin, word.end)).toBe('noir');
  expect(conversation.find('οδος')).toHaveLength(1);
  expect(conversation.find('  ')).toEqual([]);
  expect(conversation.find('absent')).toEqual([]);
});

test('search shows an answer as it is read, and finds all that was written', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  for (const each of [channel.user('m', 'is **this** shown as typed?'), channel.start('r', 'm')]) {
    conversation.hear(each);
  }
  const text = channel.text('r', 'a');
  conversation.hear(text);
  conversation.hear(
    channel.append(text, '# It is\n\nsome **very bold** `<b>text</b>` of [mine](http://x.test)'),
  );
  const marked = (words: string) =>
    conversation.find(words).map(({ excerpt, begin, end }) => [excerpt, excerpt.slice(begin, end)]);
  const read = 'It is  some very bold <b>text</b> of mine';
  expect(marked('BOLD')).toEqual([[read, 'bold']]);
  // Over what stands between them.
  expect(marked('bold <b>text')).toEqual([[read, 'bold <b>text']]);
  expect(marked('x.test')[0]?.[1]).toBe('x.test');
  expect(marked('**very')[0]?.[0]).toContain('some **very bold**');
  expect(marked('this')).toEqual([['is **this** shown as typed?', 'this']]);
});
