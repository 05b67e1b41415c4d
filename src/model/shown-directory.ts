/**
 * What a peer shows, handed on inside one organisation: the newest disclosure with the steps by which the peer's log grew,
 * so that whoever saw an earlier point can verify the way from there. Source: docs/protocol/federation.md §Handing on.
 */
import { equal } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { verifyConsistency } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import type { ApplyOptions } from '#model/directory.ts';
import type { AgreementRecord } from '#model/directory-view.ts';
import { type AcceptedDisclosure, acceptDisclosure } from '#model/disclosure.ts';
import { type ShownDirectory, type ShownStep, SHOWN_STEPS_MAX, shownDirectory } from '#wire/federation.ts';
import type { LogPoint } from '#wire/names.ts';

export interface AcceptedShown extends Pick<AcceptedDisclosure, 'state' | 'point'> {
  /** To be handed on. */
  readonly bytes: Uint8Array;
  /** Those in the bytes. */
  readonly steps: readonly ShownStep[];
}

type Kept = Pick<AcceptedShown, 'point' | 'steps'>;

type Trusted = Pick<AgreementRecord, 'organisation' | 'founding'>;

/**
 * Judges what somebody of ours hands on. Who hands it on is believed in nothing.
 * @param held the point accepted before, or null
 * @throws DecodeError; Refusal as acceptDisclosure says
 */
export async function acceptShown(
  provider: CryptoProvider, agreement: Trusted, held: LogPoint | null, bytes: Uint8Array, options: ApplyOptions = {},
): Promise<AcceptedShown> {
  const { state, point, steps } = await judge(provider, agreement, held, bytes, options);
  return { state, point, bytes, steps };
}

/**
 * The same, for whoever hands it on again: only steps that were verified are kept, one's own before those that came.
 * @param kept what was accepted before, or null
 * @throws DecodeError; Refusal as acceptDisclosure says
 */
export async function acceptHandedOn(
  provider: CryptoProvider, agreement: Trusted, kept: Kept | null, bytes: Uint8Array, options: ApplyOptions = {},
): Promise<AcceptedShown> {
  const { disclosure, steps, ...accepted } = await judge(provider, agreement, kept?.point ?? null, bytes, options);
  const verified = kept === null ? leadingTo(provider, accepted.point, steps) : [...kept.steps, ...leadingFrom(kept.point.size, steps)];
  return withSteps(accepted, disclosure, verified);
}

async function judge(
  provider: CryptoProvider, agreement: Trusted, held: LogPoint | null, bytes: Uint8Array, options: ApplyOptions,
): Promise<AcceptedDisclosure & ShownDirectory> {
  const shown = shownDirectory.decode(bytes);
  const reached = held === null ? null : advance(provider, held, shown.steps);
  return { ...shown, ...(await acceptDisclosure(provider, agreement, reached, shown.disclosure, options)) };
}

function withSteps({ state, point }: Pick<AcceptedDisclosure, 'state' | 'point'>, disclosure: Uint8Array, all: readonly ShownStep[]): AcceptedShown {
  const steps = all.slice(-SHOWN_STEPS_MAX);
  return { state, point, steps, bytes: shownDirectory.encode({ version: 1, disclosure, steps }) };
}

/** The steps that led on from that size, as advance took them. */
function leadingFrom(size: number, steps: readonly ShownStep[]): ShownStep[] {
  let at = size;
  return steps.filter((step) => {
    const leads = step.from === at;
    if (leads) at = step.size;
    return leads;
  });
}

/** Steps of which each begins at a point that the one before proves, up to the newest; the first one's own beginning nobody knows. */
function leadingTo({ hash }: CryptoProvider, point: LogPoint, steps: readonly ShownStep[]): ShownStep[] {
  const kept: ShownStep[] = [];
  let { size, root } = point;
  for (let i = steps.length - 1; i > 0; i--) {
    const [step, before] = [steps[i]!, steps[i - 1]!];
    const ends = step.size === size && equal(step.root, root) && step.from === before.size;
    if (!ends || !verifyConsistency(hash, step.from, step.size, before.root, step.root, step.consistency)) break;
    kept.unshift(step);
    ({ size, root } = before);
  }
  return kept;
}

/**
 * Judges what the peer itself shows, and adds its step to those that are kept.
 * @param kept what was accepted before, or null
 * @throws DecodeError; Refusal as acceptDisclosure says
 */
export async function acceptFromPeer(
  provider: CryptoProvider, agreement: Trusted, kept: Kept | null, bytes: Uint8Array, options: ApplyOptions = {},
): Promise<AcceptedShown> {
  const { step, ...accepted } = await acceptDisclosure(provider, agreement, kept?.point ?? null, bytes, options);
  const grew = kept !== null && accepted.point.size > kept.point.size;
  return withSteps(accepted, bytes, [...(kept?.steps ?? []), ...(grew ? [step] : [])]);
}

/** Goes as far as the steps lead from the point that is held. @throws Refusal `directory-inconsistent` */
function advance({ hash }: CryptoProvider, held: LogPoint, steps: readonly ShownStep[]): LogPoint {
  let at = held;
  for (const { from, size, root, consistency } of steps) {
    if (from !== at.size) continue;
    if (size <= from || !verifyConsistency(hash, from, size, at.root, root, consistency)) {
      throw new Refusal('directory-inconsistent', { reason: 'not-grown', held: at.size, offered: size });
    }
    at = { size, root };
  }
  return at;
}
