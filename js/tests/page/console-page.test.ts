// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { fetchToken } from '../../src/page/console-page';
import type { Visit } from '../../src/sign-in/gate';

test("a token ends by the page's own clock, whatever the hub's says", async () => {
  const token = { token: 'secret', issued: 1_000_000, expires: 1_900_000, capability: '{}' };
  const visit = { nextToken: async () => token } as unknown as Visit;
  expect(await fetchToken(visit, () => 50)).toEqual({ token: 'secret', expires: 900_050 });
});
