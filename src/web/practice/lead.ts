/** Who is led to a step stands before it: on a phone the card opens below what was pressed, and would not be seen. */

/** Gives the focus to where the step begins, and scrolls to it where it does not stand in the upper half already. */
export function leadTo(step: HTMLElement, start: HTMLElement): void {
  start.focus({ preventScroll: true });
  const { top } = step.getBoundingClientRect();
  if (top >= 0 && top < innerHeight / 2) return;
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  step.scrollIntoView({ block: 'start', behavior: isStill ? 'instant' : 'smooth' });
}
