/** The address of this machine by name. What a page keeps that was opened by number, no page by name finds, and the other way round. */

const NUMBERS = ['127.0.0.1', '[::1]'];

/** @returns null where the page was not opened by this machine's number */
export function byName(address: Pick<URL, 'hostname' | 'href'>): string | null {
  if (!NUMBERS.includes(address.hostname)) return null;
  const named = new URL(address.href);
  named.hostname = 'localhost';
  return named.href;
}
