import type { FromKernel } from './protocol';

/** Reads what came from the kernel; undefined for what a newer kernel may say and this page does not know. */
export function fromKernel(content: unknown): FromKernel | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const said = content as Readonly<Record<string, unknown>>;
  switch (said.kind) {
    case 'token':
      return isText(said.token) && typeof said.expires === 'number'
        ? { kind: 'token', token: said.token, expires: said.expires }
        : undefined;
    case 'no token':
      return isText(said.message)
        ? { kind: 'no token', message: said.message, ...textOf('hint', said.hint) }
        : undefined;
    case 'invoked':
      return isText(said.eventId) && typeof said.ok === 'boolean'
        ? {
            kind: 'invoked',
            eventId: said.eventId,
            ok: said.ok,
            ...textOf('message', said.message),
            ...textOf('hint', said.hint),
          }
        : undefined;
    case 'reveal':
      return isText(said.messageId) ? { kind: 'reveal', messageId: said.messageId } : undefined;
    case 'close':
      return { kind: 'close' };
    default:
      return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function textOf<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  return isText(value) ? ({ [name]: value } as { [key in Name]: string }) : {};
}
