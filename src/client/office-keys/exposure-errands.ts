/**
 * Others may have keys: their use ended at once, everything made anew that this device can make, what they open listed,
 * and what is left named. Source: docs/decisions/0026-a-compromise-is-one-command.md.
 */
import { Refusal } from '#core/refusals.ts';
import type { OfficeKeyRecord } from '#model/directory-view.ts';
import { keysInForce, madeAfterExposure } from '#model/exposure.ts';
import { whoMay } from '#model/rights.ts';
import { affectedBy, type AffectedDispatch, compromiseOffice, type ExposedKeys, type ExposedReason, nameOf, type OfficeExposure } from './compromise.ts';
import { endKeysPlans, type ExposurePlan } from './exposure-plans.ts';
import { WHOLE } from './keep-office.ts';
import type { KeysAfter } from '../directory/keys-after.ts';
import { type Proposed, proposePlans } from '../directory/registrar-desk.ts';
import type { Session } from '../session.ts';

export interface OfficeExposed extends ExposedKeys {
  /** Keys given to other devices. */
  readonly given: number;
  readonly affected: readonly AffectedDispatch[];
}

/** By whoever makes the office's keys. @throws Refusal those of compromiseOffice */
export async function declareOffice(session: Session, office: string, exposure: OfficeExposure): Promise<OfficeExposed> {
  const keys = await compromiseOffice(session, office, exposure);
  const { given } = await session.keepOffice(office, WHOLE);
  return { ...keys, given, affected: await affectedBy(session, office) };
}

export interface Exposed extends Proposed, KeysAfter {
  /** Of those offices whose registers this device reads. */
  readonly listed: readonly { readonly office: string; readonly affected: readonly AffectedDispatch[] }[];
  /** The others' people read their own. */
  readonly elsewhere: readonly string[];
}

/**
 * A device's or a person's keys, by a registrar. Keys that this device may make are made anew after the device has ended,
 * so that it is given none; those of other offices are ended with it, and their key holders make new ones.
 * @throws Refusal those of proposePlans and compromiseOffice
 */
export async function declareExposed(session: Session, plan: ExposurePlan, reason: ExposedReason, signal?: AbortSignal): Promise<Exposed> {
  const mine = plan.offices.filter((office) => session.may('make the keys', office));
  const others = plan.offices.filter((office) => !mine.includes(office));
  // A device that ends now may have whatever is in force; where none does, the same was declared before.
  const spared = (office: string): OfficeKeyRecord[] => {
    if (plan.keys !== null) return keysInForce(session.view, office).filter((key) => plan.keys!.get(office)?.includes(nameOf(key)) !== true);
    return plan.devices.length > 0 ? [] : madeAfterExposure(session.view, office, session.now());
  };
  const ends = others.flatMap((office) => endKeysPlans(session.view, office, reason, session.now(), spared(office)));
  const proposed = await proposePlans(session, [...plan.plans, ...ends], signal);
  const isDone = proposed.outcome === 'sequenced';
  const rolled: string[] = [];
  for (const office of isDone ? mine : []) {
    await compromiseOffice(session, office, { reason, keys: plan.keys?.get(office), signal });
    await session.keepOffice(office, WHOLE);
    rolled.push(office);
  }
  const remains = session.view.devices(plan.person).some(({ device }) => !plan.devices.includes(device));
  const left = plan.offices.filter((office) => !rolled.includes(office)).map((office) => ({
    office, persons: whoMay(session.view, 'make the keys', office, session.now()).map(({ person }) => person).filter((person) => person !== plan.person || (!isDone && remains)),
  }));
  return { ...proposed, rolled, left, ...(isDone ? await listsOf(session, plan.offices) : { listed: [], elsewhere: plan.offices }) };
}

async function listsOf(session: Session, offices: readonly string[]): Promise<Pick<Exposed, 'listed' | 'elsewhere'>> {
  const [listed, elsewhere]: [Exposed['listed'][number][], string[]] = [[], []];
  for (const office of offices) {
    const affected = session.offices().includes(office) ? await affectedBy(session, office).catch(nothingElsewhere) : null;
    if (affected === null) elsewhere.push(office);
    else listed.push({ office, affected });
  }
  return { listed, elsewhere };
}

/** An office that lives at another station has its registers there. */
function nothingElsewhere(error: unknown): null {
  if (error instanceof Refusal && ['office-unknown', 'not-entitled'].includes(error.code)) return null;
  throw error;
}
