import { Realtime } from 'ably';
import { expect, test } from 'vitest';
import { AT_HOME } from '../../src/socket/at-home';

interface Inside {
  readonly options: {
    readonly timeouts: Readonly<
      Record<'webSocketSlowTimeout' | 'webSocketConnectTimeout' | 'realtimeRequestTimeout', number>
    >;
  };
}

test('the client takes no attempt for slow before it has ended', () => {
  const client = new Realtime({ ...AT_HOME, key: 'app.key:secret', autoConnect: false });
  const { timeouts } = (client as unknown as Inside).options;
  const longest = timeouts.webSocketConnectTimeout + timeouts.realtimeRequestTimeout;
  expect(timeouts.webSocketSlowTimeout).toBeGreaterThan(longest);
});
