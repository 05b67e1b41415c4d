/**
 * A link beside those of the tree, so that there are two ways: it begins and ends as the directory says, whatever is under
 * way on it. Nobody who knows that it has ended says anything over it.
 */
import { haveMet, knows, SETTLED_MS, staying } from './leaving.ts';
import { onPair } from './network.ts';
import type { Link } from './plan.ts';
import type { World } from './world.ts';

export async function linkBegins(world: World, [caller, answerer]: Link): Promise<void> {
  const begun = await world.registrar.decide((organisation) => organisation.connect(caller, answerer, `${answerer}:1`));
  world.count('link-begins');
  await world.time.until(() => knows(world.site(caller), begun) && knows(world.site(answerer), begun));
}

export async function linkEnds(world: World, link: Link): Promise<void> {
  const [code, other] = link;
  if (!world.registrar.organisation.state.neighbours(code).includes(other)) return;
  await world.time.until(() => isOldDiskAway(world, link));
  const [a, b] = [world.site(code), world.site(other)];
  if (a.restores + b.restores > 0) await world.time.until(staying(world, SETTLED_MS, () => haveMet(a, b)));
  const ended = await world.registrar.end({ what: 'link', code, other, reason: 'left' });
  world.count('link-ends');
  await world.time.until(() => knows(a, ended) && knows(b, ended));
  world.endedLinks.add(onPair(code, other));
}

/**
 * Nobody ends a link while a disk of either end may be replaced by a copy that does not know what came over it: only that
 * neighbour can give it back, when the two meet. A copy of after the end knows it.
 */
function isOldDiskAway({ plan, time: { elapsedMs } }: World, link: Link): boolean {
  return plan.faults.every((fault) => fault.kind !== 'restore' || !link.includes(fault.station) || elapsedMs < fault.at - fault.ageMs || elapsedMs > fault.at);
}
