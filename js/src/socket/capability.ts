/** What a token's capability allows on a channel, by the server's rules. */

import type { Capability } from './token';

const ANY = '*';

/** Tells whether an operation may be done on a channel; true where the token does not say. */
export function allows(
  capability: Capability | undefined,
  channel: string,
  operation: string,
): boolean {
  if (!capability) return true;
  return Object.entries(capability).some(([resource, operations]) => {
    const isListed = operations.includes(operation) || operations.includes(ANY);
    return isListed && covers(resource, channel);
  });
}

/** In a pattern `*` stands for one whole segment, and as the last one for all that follow. */
function covers(resource: string, channel: string): boolean {
  const [ours, theirs] = [split(resource), split(channel)];
  if (ours.qualifier !== ANY && ours.qualifier !== theirs.qualifier) return false;
  const isOpen = ours.segments.at(-1) === ANY;
  const missing = theirs.segments.length - ours.segments.length;
  if (missing < 0 || (missing > 0 && !isOpen)) return false;
  return ours.segments.every((mine, at) => mine === ANY || mine === theirs.segments[at]);
}

function split(name: string): { qualifier: string; segments: string[] } {
  const [, bracket = '', rest = name] = /^\[([^\]]*)\](.*)$/s.exec(name) ?? [];
  return { qualifier: bracket.split('?')[0] ?? '', segments: rest.split(':') };
}
