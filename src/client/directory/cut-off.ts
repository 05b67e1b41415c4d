/** Which stations the end of a link cuts off from the one that keeps the directory: they hear of nothing any more, of another link neither. */
import type { DirectoryView } from '#model/directory-view.ts';
import { distances } from '#model/routes.ts';

/** @returns codes of stations that are reached from there now and would not be without that link */
export function cutOffBy(view: Pick<DirectoryView, 'neighbours' | 'sequencer'>, one: string, other: string): string[] {
  const { station } = view.sequencer;
  const without = {
    neighbours: (code: string): string[] => view.neighbours(code).filter((next) => !((code === one && next === other) || (code === other && next === one))),
  };
  const left = distances(without as Parameters<typeof distances>[0], station);
  return [...distances(view, station).keys()].filter((code) => !left.has(code)).toSorted();
}
