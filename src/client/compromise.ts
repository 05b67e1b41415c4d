/**
 * A compromise of an office's keys: new ones are fixed and the old ended in one proposal, so that no sender is without a
 * key and none goes on with an old one; then what was sealed to them is listed. Source: docs/protocol/keyring.md.
 */
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryView, OfficeKeyRecord } from '#model/directory-view.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { rolled, WEEKLY } from '#model/key-periods.ts';
import { envelope as envelopeCodec, stanza as stanzaCodec } from '#wire/envelope.ts';
import type { RegisterNumber } from '#wire/names.ts';
import { decodedOr } from './decoding.ts';
import type { KeyDesk } from './key-desk.ts';
import { makeKeys } from './making-keys.ts';
import { actorOf } from './signers.ts';

const PURPOSES = ['transport', 'storage'] as const;
const PAGE = 100;

/**
 * Ends every key of the office that somebody could still use and fixes new ones. What was sealed stays readable.
 * @returns the keys that were ended, as `transport-3`; none of them while the proposal is on its way to the sequencer
 * @throws Refusal `office-keys-not-entitled`, `directory-entry-refused`
 */
export async function compromiseOffice(desk: KeyDesk, office: string): Promise<string[]> {
  if (!desk.view.may(actorOf(desk.ring).person, 'keys', office, desk.now())) throw new Refusal('office-keys-not-entitled', { office });
  const { destroyed } = await desk.api.call('officeKeys', { path: { office } });
  const gone = new Set(destroyed.map(({ number }) => number));
  const exposed = PURPOSES.flatMap((purpose) => desk.view.officeKeys(office, purpose))
    .filter(({ endedBy, purpose, number }) => endedBy === null && !(purpose === 'transport' && gone.has(number)));
  const ends = exposed.map((key): EntryPlan => ({ kind: 'end', body: { what: 'office-key', code: office, other: nameOf(key), reason: 'compromised' } }));
  await makeKeys(desk, office, rolled(desk.view, office, desk.now(), WEEKLY), ends);
  const names = new Set(compromisedKeys(desk.view, office));
  return exposed.map(nameOf).filter((name) => names.has(name));
}

/** Keys of an office that were ended because somebody else may know them. */
export function compromisedKeys(view: DirectoryView, office: string): string[] {
  return PURPOSES.flatMap((purpose) => view.officeKeys(office, purpose)).filter(({ endReason }) => endReason === 'compromised').map(nameOf);
}

export interface AffectedDispatch {
  readonly dispatch: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly number: RegisterNumber | null;
  readonly time: number;
  /** The compromised keys to which it is sealed. */
  readonly keys: readonly string[];
}

/** Every dispatch in the office's registers with a stanza for one of its compromised keys, newest first. */
export async function affectedBy(desk: KeyDesk, office: string): Promise<AffectedDispatch[]> {
  const keys = new Set(compromisedKeys(desk.view, office));
  const affected: AffectedDispatch[] = [];
  for (const direction of ['in', 'out'] as const) {
    for (let before: number | null | undefined; before !== null;) {
      const { lines, next } = await desk.api.call('register', { path: { office, direction }, query: { limit: PAGE, ...(before !== undefined && { before }) } });
      for (const { dispatch, from, number, time, state } of lines) {
        // What came too late is given to nobody: its stanza cannot be seen from here, and what is not known is not cleared.
        const sealedTo = state === 'expired' && direction === 'in' ? [...keys] : await keysOf(desk, dispatch, office);
        const hit = sealedTo.filter((key) => keys.has(key));
        if (hit.length > 0) affected.push({ dispatch, direction, from, number, time, keys: hit });
      }
      before = next;
    }
  }
  return affected;
}

async function keysOf({ api, view }: KeyDesk, dispatch: string, office: string): Promise<string[]> {
  const bytes = await api.bytes('envelope', { path: { dispatch }, query: { office } });
  const { stanzas, kept } = decodedOr('cbor-malformed', () => envelopeCodec.decode(bytes));
  const all = [...stanzas.map(({ stanza }) => stanza), ...(kept === undefined ? [] : [kept])];
  const own = { organisation: view.organisation.id, office };
  return all.map((one) => decodedOr('cbor-malformed', () => stanzaCodec.decode(one)).key).filter((key) => sameOffice(key.office, own)).map(nameOf);
}

function nameOf({ purpose, number }: Pick<OfficeKeyRecord, 'purpose' | 'number'>): string {
  return `${purpose}-${number}`;
}
