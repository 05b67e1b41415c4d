/**
 * A compromise of an office's keys: new ones are fixed and the old ended in one proposal, so that no sender is without a
 * key and none goes on with an old one; then what was sealed to them is listed. Source: docs/protocol/keyring.md.
 */
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { OfficeKeyRecord } from '#model/directory-view.ts';
import { exposedKeys, madeAfterExposure } from '#model/exposure.ts';
import { rolled, WEEKLY } from '#model/key-periods.ts';
import { mayAct } from '#model/rights.ts';
import type { RegisterNumber } from '#wire/names.ts';
import type { KeyDesk } from './key-desk.ts';
import { PATIENCE_MS } from '../directory/lodging.ts';
import { makeKeys } from './making-keys.ts';
import { actorOf } from '../signers.ts';

/** Why others may have the keys. */
export type ExposedReason = 'compromised' | 'lost' | 'stolen';

const PURPOSES = ['transport', 'storage'] as const;

export interface OfficeExposure {
  readonly reason: ExposedReason;
  /** Those alone, as `transport-3`; otherwise every key in force but those made because of an earlier declaration. */
  readonly keys?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ExposedKeys {
  /** As the directory says by now; none while the proposal is on its way to the sequencer. */
  readonly ended: readonly string[];
  /** In force, and left so: made because of an earlier declaration, and not named. */
  readonly spared: readonly string[];
  /** When the first of those was made; null where none is spared. */
  readonly sparedSince: Instant | null;
}

/**
 * Ends every key of the office that somebody could still use and fixes new ones. What was sealed stays readable. Declared once
 * more it ends nothing: what was made because of the first time is ended only by name.
 * @throws Refusal `office-keys-not-entitled`, `directory-entry-refused`; `option-unknown` for a key that the office has not
 */
export async function compromiseOffice(desk: KeyDesk, office: string, { reason, keys, signal }: OfficeExposure): Promise<ExposedKeys> {
  if (!mayAct({ view: desk.view, person: actorOf(desk.ring).person, at: desk.now() }, 'make the keys', office)) throw new Refusal('office-keys-not-entitled', { office });
  const { destroyed } = await desk.api.call('officeKeys', { path: { office } });
  const gone = new Set(destroyed.map(({ number }) => number));
  const known = PURPOSES.flatMap((purpose) => desk.view.officeKeys(office, purpose));
  const unknown = keys?.find((name) => !known.some((key) => nameOf(key) === name));
  if (unknown !== undefined) throw new Refusal('option-unknown', { option: '--keys', value: unknown, words: known.filter(({ endedBy }) => endedBy === null).map(nameOf).join(', ') });
  const spared = keys === undefined ? madeAfterExposure(desk.view, office, desk.now()) : [];
  const later = spared.map(nameOf);
  const meant = known.map((key) => ({ ...key, name: nameOf(key) }))
    .filter(({ name, endedBy }) => (keys === undefined ? endedBy === null && !later.includes(name) : keys.includes(name)));
  const standing = meant.filter(({ endedBy, purpose, number }) => endedBy === null && !(purpose === 'transport' && gone.has(number)));
  if (standing.length > 0 || meant.length + later.length === 0) {
    const ends = standing.map(({ name }): EntryPlan => ({ kind: 'end', body: { what: 'office-key', code: office, other: name, reason } }));
    await makeKeys(desk, office, rolled(desk.view, office, desk.now(), WEEKLY), ends, { patienceMs: PATIENCE_MS, signal });
  }
  const names = new Set(exposedKeys(desk.view, office).map(nameOf));
  return { ended: meant.map(({ name }) => name).filter((name) => names.has(name)), ...(standing.length === 0 && later.length > 0 ? { spared: later, sparedSince: Math.min(...spared.map(({ fixedAt }) => fixedAt)) } : { spared: [], sparedSince: null }) };
}

export interface AffectedDispatch {
  readonly dispatch: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly number: RegisterNumber | null;
  readonly time: number;
  /** The exposed keys of this office that open it, as `transport-3`. */
  readonly keys: readonly string[];
  /** Of what this office sent: the exposed keys of its recipients that open it. */
  readonly elsewhere: readonly { readonly office: string; readonly keys: readonly string[] }[];
}

/** Every dispatch in the office's registers that keys open which others may have, its own or its recipients', newest first. */
export async function affectedBy({ api }: Pick<KeyDesk, 'api'>, office: string): Promise<AffectedDispatch[]> {
  const affected: AffectedDispatch[] = [];
  for (const direction of ['in', 'out'] as const) {
    for (let before: number | null | undefined; before !== null;) {
      const { dispatches, next } = await api.call('exposed', { path: { office, direction }, query: before === undefined ? {} : { before } });
      for (const { keys, ...one } of dispatches) {
        const others = [...new Set(keys.map((key) => key.office))].filter((code) => code !== office);
        const of = (code: string): string[] => keys.filter((key) => key.office === code).map(nameOf);
        affected.push({ ...one, direction, keys: of(office), elsewhere: others.map((code) => ({ office: code, keys: of(code) })) });
      }
      before = next;
    }
  }
  return affected;
}

/** As the directory names a key of an office: `transport-3`. */
export function nameOf({ purpose, number }: Pick<OfficeKeyRecord, 'purpose' | 'number'>): string {
  return `${purpose}-${number}`;
}
