/** What each kind of mischief is given: a place, how to report, and a world of two stations that is checked at its end. */
import type { CliContext } from '#cli/context.ts';
import type { TwoStationsOptions } from '../fixtures/two-stations.ts';
import type { Desk, Errand } from './traffic.ts';

export interface Mischief {
  readonly errands: readonly Errand[];
  /** How often each place was struck. */
  readonly struck: Record<string, number>;
}

export interface World {
  readonly folder: string;
  readonly progress: (done: number, what: string) => void;
  readonly world: (name: string, options: TwoStationsOptions, times: number, work: (desk: Desk, times: number) => Promise<Mischief>, context?: CliContext) => Promise<void>;
}
