/// <reference types="node" />
/** Tickets, as clients get them at a hub and use them. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Realtime } from 'ably';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ticketPlugin } from '../../src/socket/ticket-plugin';
import { ticketsAt } from '../../src/socket/tickets';
import { Hub, signToken } from '../session/hub';

const SOON_MS = 200;
const hub = new Hub();
const clients: Realtime[] = [];
let ear: Server;
/** All that clients said on the way to the hub. */
let heard = '';

beforeAll(() => hub.start(), 20_000);
afterAll(() => hub.stop());

beforeEach(async () => {
  heard = '';
  ear = createServer((inward) => {
    const outward = connect(hub.port, '127.0.0.1');
    inward.on('data', (data) => {
      heard += data;
    });
    inward.pipe(outward).pipe(inward);
    for (const end of [inward, outward]) {
      end.on('error', () => {
        inward.destroy();
        outward.destroy();
      });
    }
  });
  ear.listen(0, '127.0.0.1');
  await once(ear, 'listening');
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  ear.close();
});

const port = () => (ear.address() as AddressInfo).port;
const url = () => `http://127.0.0.1:${port()}/hub/tickets`;
const tokenOf = (clientId: string, lifeMs = 60_000) => signToken({ clientId, lifeMs }).token;

function connectWith(nextToken: () => string): Realtime {
  const client = new Realtime({
    ...{ endpoint: '127.0.0.1', port: port(), tls: false, logLevel: 0 },
    disconnectedRetryTimeout: SOON_MS,
    disableConnectivityCheck: true,
    transports: ['web_socket'],
    plugins: ticketPlugin(url()),
    authCallback: (_params, give) => give(null, nextToken()),
  });
  clients.push(client);
  return client;
}

/** The credentials in the addresses of the sockets that were asked for. */
const inAddresses = () =>
  [...heard.matchAll(/^GET \/\?(\S*) /gm)].map(([, query]) =>
    new URLSearchParams(query).get('access_token'),
  );

test('a client comes in by a ticket, and by another when it comes again', async () => {
  const token = tokenOf('ann');
  const client = connectWith(() => token);
  await client.connection.once('connected');
  expect(client.auth.clientId).toBe('ann');
  client.connection.close();
  await client.connection.once('closed');
  client.connect();
  await client.connection.once('connected');
  const [first, second, ...more] = inAddresses();
  expect(more).toEqual([]);
  expect(first).toMatch(/^ticket_/);
  expect(second).toMatch(/^ticket_/);
  expect(second).not.toBe(first);
  expect(inAddresses().join()).not.toContain(token);
});

test('tokens are renewed in the socket, and what is read by REST has a header', async () => {
  const client = connectWith(() => tokenOf('ann'));
  await client.connection.once('connected');
  await client.auth.authorize();
  await client.channels.get('room').publish('hello', 'there');
  expect((await client.channels.get('room').history()).items).toHaveLength(1);
  expect(inAddresses()).toHaveLength(1);
  expect(heard).not.toMatch(/^[A-Z]+ \S*eyJ/m);
});

test('a token that has expired is refused as in the socket, and another is asked for', async () => {
  const tokens = [tokenOf('ann', -60_000), tokenOf('ann')];
  const client = connectWith(() => tokens.shift() ?? '');
  await client.connection.once('connected');
  expect(tokens).toEqual([]);
});

test('who is refused is told why, and by nobody’s secret', async () => {
  const token = tokenOf('ann');
  const client = connectWith(() => `${token.slice(0, -3)}abc`);
  const { reason } = await client.connection.once('disconnected');
  expect(reason).toMatchObject({ statusCode: 401 });
  expect(reason?.code).toBeGreaterThan(40_000);
  expect(String(reason)).not.toContain(token.slice(0, 20));
});

test('what gives no ticket is no hub', async () => {
  const answering = (answer: Response) => ticketsAt('/hub/tickets', async () => answer)('token');
  expect(await answering(Response.json({ ticket: 'one' }, { status: 201 }))).toBe('one');
  const error = { code: 40142, message: 'token expired' };
  await expect(answering(Response.json({ error }, { status: 401 }))).rejects.toMatchObject({
    ...error,
    statusCode: 401,
  });
  for (const answer of [
    new Response('<html>', { status: 403 }),
    Response.json({ sign: 'in' }),
    Response.json(null),
    Response.json({ ticket: 5, error: 'what' }),
  ]) {
    const { status } = answer;
    await expect(answering(answer)).rejects.toMatchObject({ statusCode: status, code: undefined });
  }
});
