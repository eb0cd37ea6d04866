/** A hue that a client id always has, so that one knows people again at a glance. */
export function hueOf(clientId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < clientId.length; at += 1) {
    hash = Math.imul(hash ^ clientId.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % 360;
}
