import { describe, expect, test, vi } from 'vitest';
import { probeWith } from '../../src/socket/probe';
import {
  type Answer,
  addressOf,
  clientOptionsOf,
  type Page,
  reach,
  type Server,
  urlOf,
  waysTo,
} from '../../src/socket/reach';

const page = (more: Partial<Page> = {}): Page => ({
  protocol: 'http:',
  host: 'localhost:8888',
  hostname: 'localhost',
  baseUrl: '/',
  ...more,
});
const hub: Server = { endpoint: '127.0.0.1', port: 8765, tls: false, isLocal: true };
const far: Page = page({
  protocol: 'https:',
  host: 'jupyter.example',
  hostname: 'jupyter.example',
  baseUrl: '/user/ann/',
});
const routes = (server: Server, from: Page) =>
  waysTo(server, from, 'talk').map(({ route }) => route);

describe('the ways', () => {
  test('to a server elsewhere is direct', () => {
    expect(routes({ ...hub, endpoint: 'realtime.example', isLocal: false }, page())).toEqual([
      'direct',
    ]);
  });

  test('to the kernel’s loopback: directly where the page is on one, or else through Jupyter', () => {
    expect(routes(hub, page())).toEqual(['direct', 'proxy']);
    expect(routes(hub, page({ hostname: '127.0.0.1' }))).toEqual(['direct', 'proxy']);
    expect(routes(hub, far)).toEqual(['proxy', 'direct']);
    expect(routes(hub, page({ baseUrl: undefined }))).toEqual(['direct']);
  });

  test('is what a page of the hub itself knows it to be', () => {
    expect(routes({ ...hub, route: 'proxy' }, page({ baseUrl: undefined }))).toEqual(['proxy']);
  });

  test('through Jupyter the client is led to the route of its proxy', () => {
    const [way] = waysTo({ ...hub, endpoint: 'localhost' }, far, 'talk');
    if (!way) throw new Error('no way');
    expect(addressOf(way)).toBe('jupyter.example/user/ann/proxy/127.0.0.1:8765');
    expect(urlOf(way, '/time')).toBe('https://jupyter.example/user/ann/proxy/127.0.0.1:8765/time');
    expect(clientOptionsOf(way)).toEqual({
      endpoint: 'jupyter.example/user/ann/proxy/127.0.0.1',
      tls: true,
      tlsPort: 8765,
    });
  });

  test('to Ably leaves the client its other hosts; an address of IPv6 has brackets', () => {
    const [ably] = waysTo(
      { endpoint: 'main.realtime.ably.net', port: 443, tls: true, isLocal: false },
      page(),
      'talk',
    );
    const [six] = waysTo({ ...hub, endpoint: '::1' }, page(), 'talk');
    if (!ably || !six) throw new Error('no way');
    expect(clientOptionsOf(ably)).toEqual({ endpoint: 'main', tls: true });
    expect(urlOf(six, '/time')).toBe('http://[::1]:8765/time');
  });
});

describe('reaching', () => {
  const trying = (answers: Record<string, Answer>) =>
    vi.fn(async ({ route }) => answers[route] ?? 'no answer');

  test('takes the first way that is open', async () => {
    const probe = trying({ direct: 'other', proxy: 'reached' });
    const server = { ...hub, instance: 'i' };
    expect(await reach(server, page(), 'talk', probe)).toMatchObject({ way: { route: 'proxy' } });
    expect(probe).toHaveBeenCalledWith(expect.objectContaining({ route: 'direct' }), 'i');
  });

  test('where none is, says what was tried and what may help', async () => {
    const reached = await reach(hub, far, 'talk', trying({ proxy: 'refused' }));
    if ('way' in reached) throw new Error('it was reached');
    expect(reached.problem.message).toContain(
      '/user/ann/proxy/127.0.0.1:8765 (an error came back)',
    );
    expect(reached.problem.message).toContain('127.0.0.1:8765 (no answer)');
    expect(reached.problem.hint).toContain('jupyter-server-proxy');
    expect(reached.problem.hint).toContain('local network');
    const odd = await reach(hub, far, 'talk?', trying({ proxy: 'reached' }));
    expect(odd).toMatchObject({ problem: { hint: expect.stringContaining('with ? or #') } });
    const other = await reach(
      { ...hub, instance: 'i' },
      page(),
      'talk',
      trying({ direct: 'other' }),
    );
    expect(other).toMatchObject({
      problem: { hint: expect.stringContaining('run the cell again') },
    });
  });
});

describe('asking a server', () => {
  const [way] = waysTo(hub, page(), 'talk');
  if (!way) throw new Error('no way');
  const answering = (paths: Record<string, unknown>) =>
    probeWith(async (url) => {
      const { pathname } = new URL(String(url));
      return pathname in paths ? Response.json(paths[pathname]) : new Response('', { status: 404 });
    });

  test('the one that is meant', async () => {
    const paths = { '/time': [1], '/hub/about': { instance: 'mine' } };
    expect(await answering(paths)(way, 'mine')).toBe('reached');
    expect(await answering(paths)(way, undefined)).toBe('reached');
    expect(await answering(paths)(way, 'yours')).toBe('other');
    expect(await answering({ '/time': [1] })(way, 'mine')).toBe('other');
  });

  test('another, or none', async () => {
    expect(await answering({ '/time': { sign: 'in' } })(way, undefined)).toBe('other');
    expect(await answering({})(way, undefined)).toBe('refused');
    const nobody = probeWith(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await nobody(way, undefined)).toBe('no answer');
    const page = probeWith(async () => new Response('<html>'));
    expect(await page(way, undefined)).toBe('other');
  });
});
