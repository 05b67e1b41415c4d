/** What has just appeared is where the person looks next: it takes the focus and comes into view, wherever it stands on the page. */

/** As `ref` of what appears, which has to take the focus (`tabIndex={-1}`): done once, when it does. */
export function arrive(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
  if (element !== null) comeIntoView(element);
}

/** Moves nothing where it stands in view as a whole; what is higher than the window begins at its top. */
export function comeIntoView(element: HTMLElement): void {
  const { top, bottom } = element.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: bottom - top > innerHeight ? 'start' : 'center' });
}
