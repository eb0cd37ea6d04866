/** Asks a server whether it is there, and whether it is the one that is meant. */

import { type Answer, type Page, type Probe, urlOf, type Way } from './reach';

const PATIENCE_MS = 2000;

export function probeWith(fetcher: typeof fetch = fetch): Probe {
  return async (way: Way, instance: string | undefined): Promise<Answer> => {
    // Ably has many hosts, and its client tries them all.
    if (way.route === 'direct' && way.endpoint.endsWith('.ably.net')) return 'reached';
    // Both at once: somebody waits for the answer.
    const [time, about] = await Promise.all([
      ask(fetcher, urlOf(way, '/time')),
      instance === undefined ? undefined : ask(fetcher, urlOf(way, '/hub/about')),
    ]);
    if (time === 'refused' || time === 'no answer') return time;
    if (!isTime(time.body)) return 'other';
    if (about === undefined || instance === undefined) return 'reached';
    if (about === 'no answer') return about;
    return about !== 'refused' && isHub(about.body, instance) ? 'reached' : 'other';
  };
}

/** Returns where this page is. */
export function thisPage(): Page {
  const { protocol, host, hostname } = window.location;
  return { protocol, host, hostname, baseUrl: jupyterBaseUrl() };
}

function jupyterBaseUrl(): string | undefined {
  const config = document.getElementById('jupyter-config-data')?.textContent;
  if (!config) return undefined;
  const { baseUrl } = JSON.parse(config) as { baseUrl?: unknown };
  return typeof baseUrl === 'string' ? baseUrl : undefined;
}

async function ask(
  fetcher: typeof fetch,
  url: string,
): Promise<{ body: unknown } | 'refused' | 'no answer'> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetcher(url, { signal, cache: 'no-store' });
    if (!response.ok) return 'refused';
    return { body: await bodyOf(response) };
  } catch {
    // Browsers do not tell pages why: nobody there, not in time, or not allowed.
    return 'no answer';
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // Somebody else's page, such as a sign-in.
    return undefined;
  }
}

function isTime(body: unknown): boolean {
  return Array.isArray(body) && typeof body[0] === 'number';
}

function isHub(body: unknown, instance: string): boolean {
  return typeof body === 'object' && body !== null && 'instance' in body
    ? body.instance === instance
    : false;
}
