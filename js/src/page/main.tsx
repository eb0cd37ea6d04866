import { createRoot } from 'react-dom/client';
import { Gate } from '../sign-in/gate';
import { isFramed } from '../sign-in/place';
import { keepIn, proofOf } from '../sign-in/visit';
import { ConsolePage } from './console-page';

const COMMAND = 'aitransport-notebook open --page console --session NAME';

const keep = keepIn(window);
const proof = proofOf(window, keep);
// A new link pasted into the address of an open page starts that page anew.
addEventListener('hashchange', () => location.reload());
const page = document.getElementById('page');
if (!page) throw new Error('the page has no place for its content');
createRoot(page).render(
  <Gate
    proof={proof}
    keep={keep}
    place="this console"
    command={isFramed(window) ? undefined : COMMAND}
  >
    {(visit) => <ConsolePage visit={visit} />}
  </Gate>,
);
