import { copyButton, h } from '../dom';

export type DoorState =
  | { readonly kind: 'signing in' }
  | { readonly kind: 'no link' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'no answer'; readonly reason: string; readonly retry: () => void };

const OPEN = 'aitransport-notebook open';

/** What stands where the inspector will be, until one is signed in. */
export function showDoor(state: DoorState): void {
  document.title = 'Hub';
  document.body.replaceChildren(h('main', { class: 'door' }, h('div', {}, ...content(state))));
}

function content(state: DoorState): HTMLElement[] {
  switch (state.kind) {
    case 'signing in':
      return [h('p', { role: 'status', class: 'muted' }, 'Signing in…')];
    case 'no link':
      return [
        h('h1', {}, 'Sign in to this hub'),
        h('p', {}, 'For a signed-in page, run this on the machine where the hub runs:'),
        command(),
        h(
          'p',
          { class: 'muted' },
          'It opens a link that works once. This page forgets it when it is closed or reloaded.',
        ),
      ];
    case 'refused':
      return [
        h('h1', {}, 'This link does not work any more'),
        h('p', {}, 'A link works once, and only for a short time. Get a new one:'),
        command(),
        detail(state.reason),
      ];
    case 'ended':
      return [
        h('h1', {}, 'You are signed out'),
        h('p', {}, 'The hub did not renew this sign-in. To look again, run:'),
        command(),
      ];
    case 'no answer':
      return [
        h('h1', {}, 'The hub does not answer'),
        h('p', {}, 'It may have stopped, or be starting. Your link was not used up by this page.'),
        h('button', { type: 'button', class: 'main', click: state.retry }, 'Try again'),
        detail(state.reason),
      ];
  }
}

function command(): HTMLElement {
  const code = h('code', {}, OPEN);
  return h(
    'div',
    { class: 'command' },
    code,
    copyButton('Copy', () => OPEN, code),
  );
}

function detail(reason: string): HTMLElement {
  return h('p', { class: 'muted', role: 'alert' }, `The hub says: ${reason}`);
}
