/** Which ways lead from a page to the channel server, and which of them is open. */

/** A server, as whoever sent us here reaches it. */
export interface Server {
  readonly endpoint: string;
  readonly port: number;
  readonly tls: boolean;
  /** A loopback address of a machine that may not be this one. */
  readonly isLocal: boolean;
  /** What a hub says of itself. */
  readonly instance?: string;
  /** Which way it is reached by, where whoever sent us here knows that. */
  readonly route?: Way['route'];
}

/** Where the page is, as far as it matters. */
export interface Page {
  readonly protocol: string;
  /** With its port. */
  readonly host: string;
  readonly hostname: string;
  /** Of the Jupyter server that the page is from; undefined on other pages. */
  readonly baseUrl: string | undefined;
}

export interface Way {
  readonly route: 'direct' | 'proxy';
  /** What the ably client is given: it puts scheme, endpoint and port together. */
  readonly endpoint: string;
  readonly port: number;
  readonly tls: boolean;
}

/** What asking a server told: `other` is one that is not the hub that was meant. */
export type Answer = 'reached' | 'other' | 'refused' | 'no answer';
export type Probe = (way: Way, instance: string | undefined) => Promise<Answer>;

/** Why no way is open, and how to mend it. */
export interface Unreachable {
  readonly code: number;
  readonly message: string;
  readonly hint: string;
}

export type Reached = { readonly way: Way } | { readonly problem: Unreachable };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);
const ABLY = /^([\w-]+)\.realtime\.ably\.net$/;

/** Jupyter's proxy writes paths out again, and takes these for where a path ends. */
const LOST_ON_THE_WAY = /[?#]/;

/** Returns the ways that may lead to a session there, the likeliest first. */
export function waysTo(server: Server, page: Page, session: string): Way[] {
  const direct: Way = {
    route: server.route ?? 'direct',
    endpoint: server.endpoint,
    port: server.port,
    tls: server.tls,
  };
  const isCarried = server.isLocal && !server.tls && !LOST_ON_THE_WAY.test(session);
  const proxy = isCarried ? throughJupyter(server, page) : undefined;
  if (!proxy) return [direct];
  return LOOPBACK.has(page.hostname) ? [direct, proxy] : [proxy, direct];
}

/** Finds the first way that is open. */
export async function reach(
  server: Server,
  page: Page,
  session: string,
  probe: Probe,
): Promise<Reached> {
  const tried: [Way, Answer][] = [];
  for (const way of waysTo(server, page, session)) {
    const answer = await probe(way, server.instance);
    if (answer === 'reached') return { way };
    tried.push([way, answer]);
  }
  return { problem: problemOf(tried, server, session) };
}

/** Returns what the ably client takes; Ably's own hosts have others to fall back on. */
export function clientOptionsOf(way: Way): {
  endpoint: string;
  tls: boolean;
  port?: number;
  tlsPort?: number;
} {
  const policy = ABLY.exec(way.endpoint)?.[1];
  if (policy && way.tls && way.port === 443) return { endpoint: policy, tls: true };
  const port = way.tls ? { tlsPort: way.port } : { port: way.port };
  return { endpoint: way.endpoint, tls: way.tls, ...port };
}

/** Returns the address of a path at the server, by a way. */
export function urlOf(way: Way, path: string): string {
  return `${way.tls ? 'https' : 'http'}://${addressOf(way)}${path}`;
}

/** Returns where the socket goes, without the scheme. */
export function addressOf(way: Way): string {
  const isBareIPv6 = way.endpoint.includes('::') && !/[[/]/.test(way.endpoint);
  return `${isBareIPv6 ? `[${way.endpoint}]` : way.endpoint}:${way.port}`;
}

/** The route `/proxy/<host>:<port>` of jupyter-server-proxy: the client itself adds the port. */
function throughJupyter(server: Server, page: Page): Way | undefined {
  if (page.baseUrl === undefined) return undefined;
  // A dot has the client take it for a host; by its address the proxy knows the loopback.
  const host = server.endpoint.includes('.') ? server.endpoint : '127.0.0.1';
  return {
    route: 'proxy',
    endpoint: `${page.host}${page.baseUrl}proxy/${host}`,
    port: server.port,
    tls: page.protocol === 'https:',
  };
}

function problemOf(tried: readonly [Way, Answer][], server: Server, session: string): Unreachable {
  const told = tried.map(([way, answer]) => `${addressOf(way)} (${WORDS[answer]})`).join(', ');
  return {
    code: 80003,
    message: `The channel server cannot be reached from this page. Tried ${told}.`,
    hint: hintOf(tried, server, session),
  };
}

const WORDS: Readonly<Record<Answer, string>> = {
  reached: 'open',
  other: 'another server answers',
  refused: 'an error came back',
  'no answer': 'no answer',
};

function hintOf(tried: readonly [Way, Answer][], server: Server, session: string): string {
  if (!server.isLocal) return 'Check the network, and that a proxy or firewall lets it through.';
  if (server.instance !== undefined && tried.some(([, answer]) => answer === 'other')) {
    return 'If the hub was started anew since this console was opened, run the cell again.';
  }
  if (LOST_ON_THE_WAY.test(session)) {
    return 'Jupyter’s proxy cannot carry a session’s name with ? or #: give it another name.';
  }
  if (!tried.some(([way]) => way.route === 'proxy')) {
    return 'Check that the hub runs, and allow this page to reach the local network.';
  }
  return (
    'Check that the hub runs. Where the kernel is on another machine, install' +
    ' jupyter-server-proxy beside the Jupyter server; where it is on this one, allow this page to' +
    ' reach the local network.'
  );
}
