/** What a token says of its holder, as the server verified it and put it into `extras.userClaim`. */

import { isObject } from './inbound';

// Roles: those who ask, and those who answer.
export const USER = 'user';
export const AGENT = 'agent';

/** Returns the claim in a message's extras: tokens carry text, which may be JSON. */
export function claimIn(extras: unknown): unknown {
  const claim = isObject(extras) ? extras.userClaim : undefined;
  if (typeof claim !== 'string') return claim;
  try {
    return JSON.parse(claim);
  } catch {
    return claim;
  }
}

/** Returns the role that a claim names. */
export function roleIn(claim: unknown): string | undefined {
  const role = isObject(claim) ? claim.role : undefined;
  return typeof role === 'string' ? role : undefined;
}
