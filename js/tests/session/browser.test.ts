// @vitest-environment happy-dom
/** What a session takes from the browser that it is in. */

import { afterEach, expect, test, vi } from 'vitest';
import { browserFrames } from '../../src/session/frames';
import { thisPage } from '../../src/socket/probe';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.head.innerHTML = '';
});

test('a page of Jupyter tells where its server is', () => {
  expect(thisPage().baseUrl).toBeUndefined();
  const config = document.createElement('script');
  config.id = 'jupyter-config-data';
  config.type = 'application/json';
  config.textContent = '{"baseUrl": "/user/ann/", "token": "secret"}';
  document.head.append(config);
  expect(thisPage()).toMatchObject({ baseUrl: '/user/ann/', host: location.host });
});

test('it draws once, with a frame, or without one where the tab is hidden', () => {
  vi.useFakeTimers();
  let frame = () => {};
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => {
    frame = draw;
    return 1;
  });
  const draw = vi.fn();
  browserFrames(draw);
  frame();
  vi.advanceTimersByTime(1000);
  expect(draw).toHaveBeenCalledOnce();
  browserFrames(draw);
  vi.advanceTimersByTime(1000);
  frame();
  expect(draw).toHaveBeenCalledTimes(2);
  browserFrames(draw)();
  frame();
  vi.advanceTimersByTime(1000);
  expect(draw).toHaveBeenCalledTimes(2);
});
