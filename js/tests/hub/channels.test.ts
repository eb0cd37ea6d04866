import { expect, test } from 'vitest';
import { channelsOf, matching } from '../../src/hub/channels';

const details = {
  channelId: 'chat:2',
  status: {
    isActive: true,
    occupancy: { metrics: { connections: 3, subscribers: 2, presenceMembers: 1 } },
  },
};

test('reads names and details, in the order that people count in', () => {
  expect(channelsOf(['chat:10', details])).toEqual([
    { name: 'chat:2', isActive: true, subscribers: 2, presenceMembers: 1 },
    { name: 'chat:10', isActive: true, subscribers: 0, presenceMembers: 0 },
  ]);
});

test('skips what names no channel, and bears missing parts', () => {
  expect(channelsOf([null, 7, {}, { channelId: 'a', status: { isActive: false } }])).toEqual([
    { name: 'a', isActive: false, subscribers: 0, presenceMembers: 0 },
  ]);
});

test('search finds any part of a name, in any case', () => {
  const channels = channelsOf(['Orders', 'chat:orders:1', 'lobby']);
  expect(matching(channels, ' ORDER ').map(({ name }) => name)).toEqual([
    'chat:orders:1',
    'Orders',
  ]);
  expect(matching(channels, '')).toHaveLength(3);
});
