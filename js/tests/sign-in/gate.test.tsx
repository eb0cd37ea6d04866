// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Gate, type Visit } from '../../src/sign-in/gate';
import type { Proof } from '../../src/sign-in/sign-in';

const send = vi.fn<typeof fetch>();
const keep = { read: () => undefined, write: vi.fn(), forget: vi.fn() };
const visits: Visit[] = [];

interface Where {
  readonly command: string | undefined;
}

const BY_ITSELF: Where = { command: 'open it' };
const FRAMED: Where = { command: undefined };

function letIn(name: string): Response {
  const token = { token: name, issued: 0, expires: 1 };
  const show = { session: 'room', codec: 'uimessage' };
  return Response.json({ token, renew: `renew ${name}`, show, hub: {} }, { status: 201 });
}

const refused = () => Response.json({ error: { message: 'used already' } }, { status: 401 });

async function open(proof: Proof | undefined, where: Where = BY_ITSELF): Promise<void> {
  await act(async () => {
    render(
      <Gate proof={proof} keep={keep} place="this chat" command={where.command}>
        {(visit) => {
          visits.push(visit);
          return <p>inside {visit.admission.show.session}</p>;
        }}
      </Gate>,
    );
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', send);
});

afterEach(() => {
  cleanup();
  visits.length = 0;
  vi.clearAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('without anything to show there is a door, and nobody is asked', async () => {
  await open(undefined);
  expect(screen.getByRole('heading').textContent).toBe('Sign in to this chat');
  expect(screen.getByText('open it')).toBeTruthy();
  expect(send).not.toHaveBeenCalled();
});

test('in a frame it is the cell that makes a new link, whatever has shut the door', async () => {
  const inFrame = () => screen.getByText('Run the cell again.');
  await open(undefined, FRAMED);
  expect(inFrame()).toBeTruthy();
  cleanup();
  send.mockResolvedValueOnce(refused());
  await open({ link: 'x' }, FRAMED);
  expect(inFrame()).toBeTruthy();
  // The hub names a command, too.
  expect(screen.queryByRole('alert')).toBeNull();
  cleanup();
  send.mockResolvedValueOnce(letIn('first')).mockResolvedValueOnce(refused());
  await open({ link: 'x' }, FRAMED);
  await visits.at(-1)?.nextToken();
  await act(async () => {
    await expect(visits.at(-1)?.nextToken()).rejects.toThrow('used already');
  });
  expect(inFrame()).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Copy' })).toBeNull();
});

test('with a link one is let in, and each further token takes a renewal', async () => {
  send.mockResolvedValueOnce(letIn('first')).mockResolvedValueOnce(letIn('second'));
  await open({ link: 'x' });
  expect(screen.getByText('inside room')).toBeTruthy();
  const visit = visits.at(-1);
  expect((await visit?.nextToken())?.token).toBe('first');
  expect((await visit?.nextToken())?.token).toBe('second');
  expect(send.mock.calls.map(([, request]) => request?.body)).toEqual([
    '{"link":"x"}',
    '{"renew":"renew first"}',
  ]);
});

test('a link that is no longer good shuts the door, and says why', async () => {
  send.mockResolvedValueOnce(refused());
  await open({ link: 'x' });
  expect(screen.getByRole('heading').textContent).toBe('This link does not work any more');
  expect(screen.getByRole('alert').textContent).toContain('used already');
  await act(() => vi.advanceTimersByTimeAsync(60_000));
  expect(send).toHaveBeenCalledTimes(1);
});

test('a renewal that is refused ends the visit; one that gets no answer does not', async () => {
  send.mockResolvedValueOnce(letIn('first'));
  await open({ link: 'x' });
  await visits.at(-1)?.nextToken();
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await act(async () => {
    await expect(visits.at(-1)?.nextToken()).rejects.toThrow('Failed to fetch');
  });
  expect(screen.getByText('inside room')).toBeTruthy();
  send.mockResolvedValueOnce(refused());
  await act(async () => {
    await expect(visits.at(-1)?.nextToken()).rejects.toThrow('used already');
  });
  expect(screen.getByRole('heading').textContent).toBe('You are signed out');
});

test('a hub that is away is asked again until it is there', async () => {
  send.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  send.mockResolvedValueOnce(new Response('<html>', { status: 502 }));
  send.mockResolvedValueOnce(letIn('first'));
  await open({ renew: 'kept' });
  expect(screen.getByRole('heading').textContent).toBe('The hub does not answer');
  await act(() => vi.advanceTimersByTimeAsync(4_000));
  expect(screen.getByRole('alert').textContent).toContain('502');
  await act(() => vi.advanceTimersByTimeAsync(4_000));
  expect(screen.getByText('inside room')).toBeTruthy();
});
