const LINK_SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** A link that may be opened: always in a page of its own, which learns nothing of this one. */
export interface SafeLink {
  readonly href: string;
  /** The host that it leads to, or the address that it writes to. */
  readonly host: string;
}

/** The link where it may be one; undefined for what runs, reads a disk, or depends on this page. */
export function safeLink(url: string): SafeLink | undefined {
  const parsed = parsedUrl(url.trim());
  if (!parsed || !LINK_SCHEMES.has(parsed.protocol)) return undefined;
  const host = parsed.protocol === 'mailto:' ? decoded(parsed.pathname) : parsed.host;
  return { href: parsed.href, host };
}

/** The host that the words of a link name, where they look like an address. */
export function hostNamedBy(words: string): string | undefined {
  const named = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[/:?#]\S*)?\s*$/iu.exec(
    words,
  );
  return named?.[1] === undefined ? undefined : parsedUrl(`https://${named[1]}`)?.host;
}

function parsedUrl(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}
