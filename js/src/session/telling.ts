/** What went wrong, in plain words, with the mend where it is known. */

import { Failure, type Problem } from './model';

export const NOT_ALLOWED = 40160;
export const NOT_VALID = 40003;
const NO_TOKEN = 80019;

/** What was tried. */
export type Trying =
  | 'publish'
  | 'attach to the session'
  | 'read history'
  | 'enter presence'
  | 'connect';

/** The capability that each takes. */
const NEEDED: Readonly<Record<Trying, string>> = {
  publish: 'publish',
  'attach to the session': 'subscribe',
  'read history': 'history',
  'enter presence': 'presence',
  connect: 'subscribe',
};

/** What no waiting mends: the server knows neither the key nor what was made with it. */
const FINAL: ReadonlySet<number> = new Set([40005, 40101, 40102, 40144, 40300, 40400]);

const HINTS: Readonly<Record<number, string>> = {
  40009: 'Say less at once: send a long text as several messages.',
  40012: 'The token names nobody: a console needs one with a client id.',
  40101: 'The token is not the server’s: check what the kernel is connected to.',
  40102: 'The token is for somebody else: close this console and open another.',
  40142: 'The token has expired and no new one came: run the cell again.',
  40144: 'The server does not take the token: check the key that the kernel has.',
  40400: 'The server does not know the key: check what the kernel is connected to.',
  40170: 'Run the cell again, or wait for the kernel.',
  42911: 'Too much at once: wait a moment.',
  50003: 'The server did not answer in time: check that it runs, and the way to it.',
  80002: 'Check the network; it comes back by itself.',
  80003: 'Check the network; it comes back by itself.',
  80019: 'Run the cell again, or wait for the kernel.',
  90001: 'Wait until it is attached, or reconnect.',
  90007: 'The server did not answer in time: reconnect.',
  93002: 'The channel’s namespace does not allow it: enable updates, deletes and appends for it.',
};

const MAY_BE_SENT =
  'The server may have it all the same: see whether it is there before you send it again.';

export function isFinal(problem: Problem): boolean {
  return problem.code !== undefined && FINAL.has(problem.code);
}

/** Returns what went wrong as a problem. */
export function problemOf(reason: unknown, trying: Trying): Problem {
  if (reason instanceof Failure) return asProblem(reason);
  const { code, text } = read(reason);
  const hint = hintOf(code ?? 0, trying);
  const message = messageOf(code, text, trying);
  return { message, ...(code === undefined ? {} : { code }), ...(hint ? { hint } : {}) };
}

/** Returns what went wrong for whoever waits for it. */
export function failureOf(reason: unknown, trying: Trying): Failure {
  if (reason instanceof Failure) return reason;
  const { message, ...rest } = problemOf(reason, trying);
  return new Failure(message, { ...rest, cause: reason });
}

/** Returns the refusal of what cannot be done as it was asked for. */
export function refusal(message: string, hint: string, code = NOT_VALID): Failure {
  return new Failure(message, { code, hint });
}

function asProblem({ message, code, hint }: Failure): Problem {
  return { message, ...(code === undefined ? {} : { code }), ...(hint ? { hint } : {}) };
}

function hintOf(code: number, trying: Trying): string | undefined {
  if (code === NOT_ALLOWED) {
    return `Ask for a token with the capability '${NEEDED[trying]}' for this session.`;
  }
  // Nothing is published but over a connection that is there: it was lost before an answer came.
  const isLost = trying === 'publish' && code >= 80000 && code < 81000;
  return isLost ? MAY_BE_SENT : HINTS[code];
}

function messageOf(code: number | undefined, text: string, trying: Trying): string {
  if (code === NOT_ALLOWED) return `This token does not allow to ${trying}.`;
  return `Unable to ${trying}: ${text}`;
}

/** Errors of the ably client have a code; what it makes of a text may have a token's. */
function read(reason: unknown): { code: number | undefined; text: string } {
  if (reason === undefined || reason === null) return { code: undefined, text: 'nobody said why' };
  if (typeof reason !== 'object') return { code: undefined, text: String(reason) };
  const { code, message, cause } = reason as { code?: unknown; message?: unknown; cause?: unknown };
  // The client only says that no token came: why stands behind it.
  if (code === NO_TOKEN && cause) return { ...read(cause), code };
  return {
    code: typeof code === 'number' ? code : undefined,
    text: typeof message === 'string' && message ? withoutSecrets(message) : 'nobody said why',
  };
}

/** No token is for the screen, whoever put it into a message. */
function withoutSecrets(text: string): string {
  return text.replace(/eyJ[\w-]+\.[\w.-]+/g, '…').replace(/(access_?token=)[^&\s]+/gi, '$1…');
}
