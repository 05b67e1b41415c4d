/**
 * The term of a promoted station: `term.request` asks for it, `term.json` holds what the root signed until it stands in the
 * log. Source: docs/protocol/directory.md §Terms.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { base64url, equal, fromBase64url } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { entryRefusal } from '#model/directory-faults.ts';
import { type DirectoryState, foldEntries } from '#model/directory.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { writeDurably } from '#platform/node/durable.ts';
import type { TermInHand } from '#station/compose.ts';
import { directoryEntry, DIRECTORY_BODIES, entryStatement, type LogKeys } from '#wire/directory.ts';
import { termRequest } from '#wire/term.ts';
import { stationReader } from '../station-database.ts';
import { readIdentity, readStationConfiguration, type StationIdentity } from '../station-folder.ts';

export const REQUEST_FILE = 'term.request';
export const TERM_FILE = 'term.json';
const PAGE = 1_024;

const termFile = z.strictObject({ entry: z.string(), alone: z.boolean() });

/** Asks for the next term where this station is the sequencer. @returns the file; null where it is not. @throws Refusal `standby-missing` */
export async function requestTerm(data: string): Promise<string | null> {
  const identity = readIdentity(data);
  const { term, station } = identity;
  if (term === undefined) throw new Refusal('standby-missing', { folder: data });
  const state = await directoryIn(data);
  if (state.sequencer.station !== station) return null;
  const file = path.join(data, REQUEST_FILE);
  const { organisation, sequencer, point } = state;
  writeDurably(file, termRequest.encode({
    version: 1, organisation: organisation.id, name: organisation.name, station, number: sequencer.term + 1, logKeys: await termKeys(term), after: point,
    root: organisation.root,
  }));
  return file;
}

/**
 * Keeps a term for the next start of the station, which sequences it when it has heard its neighbours.
 * @param alone whether it may do so where it hears none
 * @throws Refusal `standby-missing` where the folder was not promoted; `directory-entry-refused`, `cbor-malformed`
 */
export async function takeTerm({ data, entry, alone }: { readonly data: string; readonly entry: Uint8Array; readonly alone: boolean }): Promise<{ station: string; term: number }> {
  const { station, term } = readIdentity(data);
  if (term === undefined) throw new Refusal('standby-missing', { folder: data });
  const { number, ...said } = termIn(entry);
  const keys = await termKeys(term);
  const isOurs = said.station === station && equal(said.logKeys.ed25519, keys.ed25519) && equal(said.logKeys.mldsa44, keys.mldsa44);
  if (!isOurs) throw entryRefusal('other-keys', { kind: 'term' });
  await foldEntries(nodeCrypto, await directoryIn(data), [entry]);
  writeDurably(path.join(data, TERM_FILE), `${JSON.stringify({ entry: base64url(entry), alone })}\n`);
  return { station, term: number };
}

/** @returns null where there is none. @throws Refusal `configuration-malformed` */
export function readTerm(data: string): TermInHand | null {
  const file = path.join(data, TERM_FILE);
  if (!existsSync(file)) return null;
  try {
    const { entry, alone } = termFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { entry: fromBase64url(entry)!, alone };
  } catch (error) {
    throw new Refusal('configuration-malformed', { field: TERM_FILE }, { cause: error });
  }
}

function termIn(entry: Uint8Array): { number: number; station: string; logKeys: LogKeys } {
  try {
    const { kind, body } = entryStatement.decode(directoryEntry.decode(entry).statement);
    if (kind === 'term') return DIRECTORY_BODIES.term.decode(body);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new Refusal('cbor-malformed', { field: error.field, offset: error.offset }, { cause: error });
  }
  throw entryRefusal('not-a-term');
}

async function termKeys({ ed25519, mldsa44 }: NonNullable<StationIdentity['term']>): Promise<LogKeys> {
  const { signatures } = nodeCrypto;
  return {
    ed25519: (await signatures.signingKey('ed25519', ed25519)).publicKey, mldsa44: (await signatures.signingKey('ml-dsa-44', mldsa44)).publicKey,
  };
}

/** The directory as the folder holds it, every entry verified. @throws Refusal `database-damaged` */
async function directoryIn(data: string): Promise<DirectoryState> {
  const reader = await stationReader(data, readStationConfiguration(data), 'tram promote');
  try {
    const entries: Uint8Array[] = [];
    for (;;) {
      const { rows } = await reader.query(`select bytes from directory_entry where entry_index >= ${entries.length} order by entry_index limit ${PAGE}`, []);
      entries.push(...rows.map(({ bytes }) => bytes as Uint8Array));
      if (rows.length < PAGE) break;
    }
    const state = await foldEntries(nodeCrypto, null, entries);
    if (state === null) throw new Refusal('database-damaged', { what: 'directory' });
    return state;
  } finally {
    await reader.close();
  }
}
