import { expect, test } from 'vitest';
import { placeOf } from '../../src/sign-in/place';

const at = (url: string) => placeOf(new URL(url) as unknown as Location);

test('a page on the hub itself asks the address that it came from', () => {
  const place = { endpoint: '127.0.0.1', port: 8123, tls: false, route: 'direct' };
  expect(at('http://127.0.0.1:8123/console')).toEqual(place);
  expect(at('http://127.0.0.1:8123/')).toEqual(place);
  expect(at('https://hub.example/customer')).toEqual({
    endpoint: 'hub.example',
    port: 443,
    tls: true,
    route: 'direct',
  });
  expect(at('http://hub.example/customer').port).toBe(80);
});

test('behind jupyter-server-proxy it asks through that, by the way that takes a host', () => {
  expect(at('http://localhost:8888/proxy/8123/console')).toEqual({
    endpoint: 'localhost:8888/proxy/127.0.0.1',
    port: 8123,
    tls: false,
    route: 'proxy',
  });
  expect(at('https://jupyter.example/user/ann/proxy/8123/customer')).toEqual({
    endpoint: 'jupyter.example/user/ann/proxy/127.0.0.1',
    port: 8123,
    tls: true,
    route: 'proxy',
  });
  expect(at('http://localhost:8888/lab/proxy/127.0.0.2:8123/').endpoint).toBe(
    'localhost:8888/lab/proxy/127.0.0.2',
  );
  expect(at('http://localhost:8888/proxy/localhost:8123/').endpoint).toBe(
    'localhost:8888/proxy/127.0.0.1',
  );
});

test('a path that only looks like it is not taken for a proxy', () => {
  for (const path of ['/proxy/console', '/proxy/x/console', '/myproxy/8123/console']) {
    expect(at(`http://127.0.0.1:9${path}`)).toEqual({
      endpoint: '127.0.0.1',
      port: 9,
      tls: false,
      route: 'direct',
    });
  }
});
