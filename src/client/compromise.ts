/**
 * A compromise of an office's keys: new ones are fixed and the old ended in one proposal, so that no sender is without a
 * key and none goes on with an old one; then what was sealed to them is listed. Source: docs/protocol/keyring.md.
 */
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { OfficeKeyRecord } from '#model/directory-view.ts';
import { exposedKeys } from '#model/exposure.ts';
import { rolled, WEEKLY } from '#model/key-periods.ts';
import { mayAct } from '#model/rights.ts';
import type { RegisterNumber } from '#wire/names.ts';
import type { KeyDesk } from './key-desk.ts';
import { makeKeys } from './making-keys.ts';
import { actorOf } from './signers.ts';

/** Why others may have the keys. */
export type ExposedReason = 'compromised' | 'lost' | 'stolen';

const PURPOSES = ['transport', 'storage'] as const;

/**
 * Ends every key of the office that somebody could still use and fixes new ones. What was sealed stays readable.
 * @returns the keys that were ended, as `transport-3`; none of them while the proposal is on its way to the sequencer
 * @throws Refusal `office-keys-not-entitled`, `directory-entry-refused`
 */
export async function compromiseOffice(desk: KeyDesk, office: string, reason: ExposedReason = 'compromised'): Promise<string[]> {
  if (!mayAct({ view: desk.view, person: actorOf(desk.ring).person, at: desk.now() }, 'make the keys', office)) throw new Refusal('office-keys-not-entitled', { office });
  const { destroyed } = await desk.api.call('officeKeys', { path: { office } });
  const gone = new Set(destroyed.map(({ number }) => number));
  const exposed = PURPOSES.flatMap((purpose) => desk.view.officeKeys(office, purpose))
    .filter(({ endedBy, purpose, number }) => endedBy === null && !(purpose === 'transport' && gone.has(number)));
  const ends = exposed.map((key): EntryPlan => ({ kind: 'end', body: { what: 'office-key', code: office, other: nameOf(key), reason } }));
  await makeKeys(desk, office, rolled(desk.view, office, desk.now(), WEEKLY), ends);
  const names = new Set(exposedKeys(desk.view, office).map(nameOf));
  return exposed.map(nameOf).filter((name) => names.has(name));
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

function nameOf({ purpose, number }: Pick<OfficeKeyRecord, 'purpose' | 'number'>): string {
  return `${purpose}-${number}`;
}
