/** What a process on this machine gave to its own page alone, behind the `#` of the address that it printed. */

const TICKET_KEY = 'tram.ticket';
/** 24 bytes in base64url: an anchor of a page is no ticket. */
const FORM = /^#([\w-]{32})$/;

/**
 * Kept for this tab only, so that a reload works and a copied address gives nothing away. An address that is opened over
 * the page that stands there, as when somebody opened it without its ticket first, begins anew with its ticket.
 */
export function openedTicket(): string {
  addEventListener('hashchange', () => {
    const given = FORM.exec(location.hash)?.[1];
    if (given === undefined) return;
    if (given === sessionStorage.getItem(TICKET_KEY)) takeOut();
    else location.reload();
  });
  const given = FORM.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem(TICKET_KEY) ?? '';
  sessionStorage.setItem(TICKET_KEY, given);
  takeOut();
  return given;
}

function takeOut(): void {
  history.replaceState(null, '', location.pathname + location.search);
}
