/** What an `end` entry ends, and what ends with it. Source: docs/protocol/directory.md. */

import { endDelegation } from '#model/delegations.ts';
import type { EntryContext } from '#model/directory-context.ts';
import { endingBy, endingOf, endsWith, mayEnd } from '#model/directory-ending.ts';
import { EntryRefused } from '#model/directory-faults.ts';
import { type DirectoryTables, identityKey, linkKey, officeKeyTable, type Table } from '#model/directory-tables.ts';
import type { Ending } from '#model/directory-view.ts';
import { sealsOf } from '#model/seals.ts';
import type { DirectoryBody } from '#wire/directory.ts';
import type { KeyPurpose } from '#wire/names.ts';
import type { TwinVerifier } from '#wire/sign.ts';

type EndBody = DirectoryBody<'end'>;
type Ender = (tables: DirectoryTables, body: EndBody, ending: Ending, context: EntryContext) => void;

const ENDERS: { readonly [What in EndBody['what']]: Ender } = {
  station(tables, { code }, ending) {
    const station = finish(tables.stations, code, ending);
    if (station === null) throw new EntryRefused('station-unknown');
    finishIdentity(tables, station.verifier, ending);
  },

  office(tables, { code }, ending) {
    if (finish(tables.offices, code, ending) === null) throw new EntryRefused('office-unknown');
  },

  position(tables, { code }, ending) {
    const versions = tables.positions.get(code) ?? [];
    const last = versions.at(-1);
    if (last === undefined || !mayEnd(last, ending)) throw new EntryRefused('position-unknown');
    tables.positions.set(code, [...versions.slice(0, -1), { ...last, ...endingOf(last, ending) }]);
    if (last.seal !== null) finishIdentity(tables, last.seal.verifier, ending);
  },

  /** A person who is gone has no devices either; one that was given up before is declared by itself, if it is in others' hands. */
  person(tables, { code }, ending) {
    if (finish(tables.persons, code, ending) === null) throw new EntryRefused('person-unknown');
    const devices = [...tables.devices.values()].filter((device) => device.person === code && endsWith(device, ending));
    for (const { device } of devices) finishDevice(tables, device, ending);
  },

  /** `code` is the person, `other` the position. */
  holder(tables, { code, other }, ending) {
    const holdings = tables.holdings.get(code) ?? [];
    const ended = holdings.map((one) => (one.position === other && mayEnd(one, ending) ? { ...one, ...endingOf(one, ending) } : one));
    if (ended.every((one, i) => one === holdings[i])) throw new EntryRefused('holder-unknown');
    tables.holdings.set(code, ended);
  },

  device(tables, { code }, ending) {
    if (!finishDevice(tables, code, ending)) throw new EntryRefused('device-unknown');
  },

  list(tables, { code }, ending) {
    if (finish(tables.lists, code, ending) === null) throw new EntryRefused('list-unknown');
  },

  agreement(tables, { code }, ending) {
    if (finish(tables.agreements, code, ending) === null) throw new EntryRefused('agreement-unknown');
  },

  /** `code` and `other` are its two stations, in any order. */
  link(tables, { code, other }, ending) {
    if (finish(tables.links, linkKey(code, other ?? ''), ending) === null) throw new EntryRefused('link-unknown');
  },

  /** `code` is the office, `other` the purpose and number: `transport-3`. */
  'office-key'(tables, { code, other }, ending) {
    const [, purpose, number] = OFFICE_KEY_SHAPE.exec(other ?? '') ?? [];
    if (purpose === undefined) throw new EntryRefused('end-malformed');
    const table = officeKeyTable(code, purpose as KeyPurpose);
    const keys = tables.officeKeys.get(table) ?? [];
    const ended = keys.map((key) => (key.number === Number(number) && mayEnd(key, ending) ? { ...key, ...endingOf(key, ending) } : key));
    if (ended.every((key, i) => key === keys[i])) throw new EntryRefused('office-key-unknown');
    tables.officeKeys.set(table, ended);
  },

  registrar: endRegistrar,
  delegation: endDelegation,
  seal: endSeal,
};

/** The root's word. An organisation in which nobody signs could change nothing any more. */
function endRegistrar(tables: DirectoryTables, { code }: EndBody, ending: Ending): void {
  const registrar = finish(tables.registrars, code, ending);
  if (registrar === null) throw new EntryRefused('registrar-unknown');
  if ([...tables.registrars.values()].every(({ endedBy }) => endedBy !== null)) throw new EntryRefused('last-registrar');
  finishIdentity(tables, registrar.verifier, ending);
}

/** `code` is the position, `other` which of its seals: `seal-2`. The position goes on without it. */
function endSeal(tables: DirectoryTables, { code, other }: EndBody, ending: Ending, { created, index }: EntryContext): void {
  const versions = tables.positions.get(code) ?? [];
  const number = Number(SEAL_SHAPE.exec(other ?? '')?.[1] ?? 0);
  if (number === 0) throw new EntryRefused('end-malformed');
  const seal = sealsOf(versions, tables.identities)[number - 1];
  if (seal === undefined || !finishIdentity(tables, seal.verifier, ending)) throw new EntryRefused('seal-unknown');
  const last = versions.at(-1)!;
  if (seal.isWorn) tables.positions.set(code, [...versions, { ...last, seal: null, since: Math.max(created, last.since), writtenBy: index }]);
}

const SEAL_SHAPE = /^seal-([1-9]\d{0,9})$/;
const OFFICE_KEY_SHAPE = /^(transport|storage)-(0|[1-9]\d{0,9})$/;

export function endRule(tables: DirectoryTables, body: EndBody, context: EntryContext): void {
  const isPair = ['holder', 'link', 'office-key', 'seal'].includes(body.what);
  if (isPair !== (body.other !== undefined)) throw new EntryRefused('end-malformed');
  ENDERS[body.what](tables, body, endingBy(context, body.reason), context);
}

/** Marks what stands under the code as ended; null where nothing does, or what had ended no later. */
function finish<T extends Ending>(table: Table<T>, code: string, ending: Ending): T | null {
  const record = table.get(code);
  if (record === null || !mayEnd(record, ending)) return null;
  table.set(code, { ...record, ...endingOf(record, ending) });
  return record;
}

function finishDevice(tables: DirectoryTables, code: string, ending: Ending): boolean {
  const device = finish(tables.devices, code, ending);
  if (device !== null) finishIdentity(tables, device.verifier, ending);
  return device !== null;
}

/** False where it had ended no later. */
function finishIdentity(tables: DirectoryTables, verifier: TwinVerifier, ending: Ending): boolean {
  const key = identityKey(verifier);
  const identity = tables.identities.get(key);
  if (identity === null || !mayEnd(identity, ending)) return false;
  tables.identities.set(key, { ...identity, ...endingOf(identity, ending) });
  return true;
}
