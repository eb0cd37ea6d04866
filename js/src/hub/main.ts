import { type SignedIn, SignInRefused, signIn, takeLink } from '../sign-in/sign-in';
import { showInspector } from './inspector';
import { showDoor } from './views/door';

async function start(link: string | undefined): Promise<void> {
  if (!link) {
    showDoor({ kind: 'no link' });
    return;
  }
  showDoor({ kind: 'signing in' });
  let signedIn: SignedIn;
  try {
    signedIn = await signIn({ link });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof SignInRefused) showDoor({ kind: 'refused', reason });
    else showDoor({ kind: 'no answer', reason, retry: () => void start(link) });
    return;
  }
  showInspector(signedIn);
}

// A new link pasted into the address of an open page starts that page anew.
addEventListener('hashchange', () => location.reload());
void start(takeLink(location, history));
