/** Consoles of people, and agents of the official SDK, at one hub. */

import { Invocation } from '@ably/ai-transport';
import { createAgentSession } from '@ably/ai-transport/vercel';
import { Realtime } from 'ably';
import type { UIMessageChunk } from 'ai';
import type { ToKernel } from '../../src/kernel/protocol';
import type { ConsoleState } from '../../src/session/model';
import { type OpenedSession, openSession, type SessionOptions } from '../../src/session/open';
import { type Holder, type Hub, signToken } from './hub';

const PATIENCE_MS = 10_000;
const FRAME_MS = 5;
const PAGE = { protocol: 'http:', host: '127.0.0.1:1', hostname: '127.0.0.1', baseUrl: undefined };

export interface Console extends OpenedSession {
  readonly told: readonly ToKernel[];
}

/** Opens a console as somebody; its tokens are there at once, as a kernel pushes them. */
export function openConsole(
  hub: Hub,
  session: string,
  holder: Holder = { clientId: 'ann', claim: { role: 'operator' } },
  more: Partial<SessionOptions> = {},
): Console {
  const told: ToKernel[] = [];
  const opened = openSession({
    session,
    codec: 'uimessage',
    where: hub.where,
    page: PAGE,
    frames: (draw) => {
      const timer = setTimeout(draw, FRAME_MS);
      return () => clearTimeout(timer);
    },
    onToKernel: (message) => {
      told.push(message);
      if (message.kind === 'token please') push();
    },
    ...more,
  });
  const push = () => opened.heard({ kind: 'token', ...signToken(holder) });
  push();
  return { ...opened, told };
}

/** Waits until a console's state is as it is meant to be. */
export function until(
  { getState, subscribe }: OpenedSession,
  isSo: (state: ConsoleState) => unknown,
  patienceMs = PATIENCE_MS,
): Promise<ConsoleState> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      off();
      const { connection, history, notices } = getState();
      const words = getState().messages.map(({ role, text }) => `${role}: ${text}`);
      const told = JSON.stringify({ connection, history, notices, words });
      reject(new Error(`not within ${patienceMs} ms: ${isSo}; it is ${told}`));
    }, patienceMs);
    const look = () => {
      if (!isSo(getState())) return;
      clearTimeout(timer);
      off();
      resolve(getState());
    };
    const off = subscribe(look);
    look();
  });
}

export async function live(console: OpenedSession): Promise<ConsoleState> {
  return until(console, (s) => s.connection.phase === 'live' && s.history.phase === 'ready');
}

export const texts = (state: ConsoleState): string[] => state.messages.map(({ text }) => text);

type Run = ReturnType<ReturnType<typeof createAgentSession>['createRun']>;
export type Answer = (run: Run) => AsyncGenerator<UIMessageChunk>;

/** An agent of the official SDK, which answers each new input that it hears. */
export async function startAgent(
  hub: Hub,
  session: string,
  answer: Answer,
  {
    refuses = false,
    waits = () => false,
  }: { refuses?: boolean; waits?: (run: Run) => boolean } = {},
): Promise<() => Promise<void>> {
  const client = clientOf(hub, { clientId: 'robot', claim: { role: 'agent' } });
  const agent = createAgentSession({ client, channelName: session });
  const ears = clientOf(hub, { clientId: 'ears' });
  await agent.connect();
  const serve = async (eventId: string) => {
    const invocation = Invocation.fromJSON({ inputEventId: eventId, sessionName: session });
    const run = agent.createRun(invocation, {}, { onCancel: async () => !refuses });
    while (run.view.hasOlder()) await run.view.loadOlder();
    await run.start();
    let reason: 'complete' | 'cancelled' | 'error' = 'complete';
    while (run.hasInput()) {
      const piped = await run.pipe(streamOf(answer(run)));
      reason = piped.reason;
      if (reason !== 'complete') break;
    }
    if (reason === 'complete' && waits(run)) await run.suspend();
    else await run.end({ reason });
  };
  await ears.channels.get(session).subscribe('ai-input', ({ extras, action }) => {
    const { transport, codec } = extras?.ai ?? {};
    const isSteer = transport?.['run-id'] !== undefined && codec?.kind === 'user-message';
    if (action === 'message.create' && !isSteer) void serve(transport['event-id']);
  });
  return async () => {
    ears.close();
    await agent.end().catch(() => {});
    client.close();
  };
}

export function clientOf(hub: Hub, holder: Holder): Realtime {
  return new Realtime({
    ...{ endpoint: hub.where.endpoint, port: hub.port, tls: false },
    authCallback: (_params, give) => give(null, signToken(holder).token),
    disableConnectivityCheck: true,
    logLevel: 0,
  });
}

/** Chunks of an answer that is nothing but a text, word by word. */
export async function* saying(text: string, pauseMs = 0): AsyncGenerator<UIMessageChunk> {
  yield { type: 'start' };
  yield { type: 'start-step' };
  yield { type: 'text-start', id: 't' };
  for (const word of text.split(/(?<= )/)) {
    if (pauseMs) await new Promise((done) => setTimeout(done, pauseMs));
    yield { type: 'text-delta', id: 't', delta: word };
  }
  yield { type: 'text-end', id: 't' };
  yield { type: 'finish-step' };
  yield { type: 'finish' };
}

function streamOf(chunks: AsyncGenerator<UIMessageChunk>): ReadableStream<UIMessageChunk> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
