/**
 * What is to be said of a plan when it has been played. A world that throws, in what it does or beside it, is a world that
 * does not hold, with a finding, a trace and a smaller plan like any other.
 */
import type { Kind } from './kinds.ts';
import type { WorldPlan } from './plan.ts';
import { shrink } from './shrink.ts';
import { play } from './story.ts';
import type { World } from './world.ts';

export interface Verdict {
  readonly plan: WorldPlan;
  readonly trace: string;
  readonly dispatches: number;
  readonly faults: ReadonlyMap<Kind, number>;
  /** Each after the name of its checker, or `broken`. */
  readonly findings: readonly string[];
}

type Change = NonNullable<Parameters<typeof play>[1]>;

/** @param change as in `play` */
export async function judge(plan: WorldPlan, change: Change = () => () => {}, quietMsMax?: number): Promise<Verdict> {
  const thrown: unknown[] = [];
  const overhear = (error: unknown): void => void thrown.push(error);
  process.on('unhandledRejection', overhear);
  let world: World | null = null;
  let findings: readonly string[] = [];
  const enter: Change = (made) => change((world = made));
  try {
    ({ findings } = await play(plan, enter, quietMsMax));
  } catch (error) {
    thrown.push(error);
  } finally {
    process.off('unhandledRejection', overhear);
  }
  const broken = thrown.map((error) => `broken: ${wordsOf(error)}`);
  const { trace = '', faults = new Map<Kind, number>(), sent = [] } = (world as World | null) ?? {};
  return { plan, trace, faults, dispatches: sent.length, findings: [...broken, ...findings] };
}

/** A smaller plan of which the same checker says something. */
export function smaller({ plan, findings }: Verdict, triesMax: number, ...asBefore: [change?: Change, quietMsMax?: number]): Promise<WorldPlan> {
  const [checker] = findings[0]!.split(':', 1);
  const isSame = async (one: WorldPlan): Promise<boolean> => (await judge(one, ...asBefore)).findings.some((finding) => finding.startsWith(`${checker}:`));
  return shrink(plan, isSame, triesMax);
}

/** What went wrong, where, and what was behind it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const behind = error.cause === undefined ? '' : `, because of ${wordsOf(error.cause)}`;
  const [, where = ''] = (error.stack ?? '').match(/\n\s+(at .*)/) ?? [];
  return `${String(error)} ${where}${behind}`;
}
