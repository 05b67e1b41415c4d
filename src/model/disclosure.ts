/**
 * What an organisation shows another of its directory, and how the other judges it: chosen entries of the log, each
 * proved to stand under a checkpoint of the sequencer. Source: docs/protocol/federation.md §Disclosure.
 */

import { equal } from '#core/bytes.ts';
import { leafHash } from '#core/compact-tree.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { consistencyProof, inclusionProofs, verifyConsistency, verifyInclusion } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import { type ApplyOptions, type DirectoryState, foldShown } from '#model/directory.ts';
import { verifyDirectoryCheckpoint } from '#model/directory-log.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { decodeCheckpoint } from '#wire/checkpoint.ts';
import { DIRECTORY_BODIES, type DirectoryBody, directoryEntry, type DirectoryKind, entryStatement } from '#wire/directory.ts';
import { type Disclosure, disclosure as disclosureCodec, type ShownStep } from '#wire/federation.ts';
import type { LogPoint } from '#wire/names.ts';
import { decodeNote } from '#wire/note.ts';

/** The log that is shown of, and the checkpoint that covers it. */
export interface ShownLog {
  readonly view: DirectoryView;
  readonly entries: readonly Uint8Array[];
  /** A signed note over exactly these entries. */
  readonly checkpoint: Uint8Array;
}

/**
 * Makes what one peer may see under an agreement, and nothing else: who founds and registers, the sequencer's terms, the
 * stations that seal and receive for its offices, those offices with their positions, seals, keys, holders and devices,
 * and every end of any of these.
 * @param from the size that the peer holds, 0 for none; at most the log's
 * @returns encoded Disclosure
 */
export function makeDisclosure(provider: CryptoProvider, { view, entries, checkpoint }: ShownLog, agreement: AgreementRecord, from: number): Uint8Array {
  const leaves = entries.map((entry) => leafHash(provider.hash, entry));
  const proofs = inclusionProofs(provider.hash, leaves);
  const shown = shownIndices(entries, agreement).map((index) => ({ index, entry: entries[index]!, proof: proofs[index]! }));
  const consistency = from === 0 ? [] : consistencyProof(provider.hash, leaves, from);
  return disclosureCodec.encode({ version: 1, organisation: view.organisation.id, checkpoint, from, consistency, entries: shown });
}

/** Whether the peer of that agreement may see an entry from an index on. */
export function showsFrom(entries: readonly Uint8Array[], agreement: AgreementRecord, from: number): boolean {
  return shownIndices(entries, agreement).some((index) => index >= from);
}

export interface AcceptedDisclosure {
  readonly state: DirectoryState;
  readonly point: LogPoint;
  /** How it says that the log grew; verified where something was held. */
  readonly step: ShownStep;
}

/**
 * Judges what a peer shows: its founding entry is the one agreed upon, each entry stands in the log and is signed as its
 * kind demands, the checkpoint is the sequencer's, and the log grew from the one held.
 * @param held the point of what was accepted before, or null
 * @throws DecodeError; Refusal `organisation-unknown`, `directory-rolled-back`, `directory-inconsistent`,
 *   `directory-entry-refused`, `directory-signature-wrong`
 */
export async function acceptDisclosure(
  provider: CryptoProvider, agreement: Pick<AgreementRecord, 'organisation' | 'founding'>, held: LogPoint | null, bytes: Uint8Array, options: ApplyOptions = {},
): Promise<AcceptedDisclosure> {
  const shown = disclosureCodec.decode(bytes);
  if (!equal(shown.organisation, agreement.organisation)) throw new Refusal('organisation-unknown');
  const { size, root } = decodeCheckpoint(decodeNote(shown.checkpoint).text);
  const point = { size, root };
  demandGrown(provider, held, shown, point);
  demandInLog(provider, shown, point);
  const state = await foldShown(provider, shown.entries, point, options);
  if (!equal(state.organisation.founding, agreement.founding)) throw new Refusal('directory-inconsistent', { reason: 'founding' });
  await verifyDirectoryCheckpoint(provider, state.organisation.id, state.sequencer.logKeys, shown.checkpoint);
  return { state, point, step: { from: shown.from, size, root, consistency: shown.consistency } };
}

function demandGrown({ hash }: CryptoProvider, held: LogPoint | null, { from, consistency }: Disclosure, point: LogPoint): void {
  if (held === null) return;
  if (point.size < held.size) throw new Refusal('directory-rolled-back', { held: held.size, offered: point.size });
  const isSame = point.size === held.size && equal(point.root, held.root);
  const grows = isSame || (from === held.size && verifyConsistency(hash, held.size, point.size, held.root, point.root, consistency));
  if (!grows) throw new Refusal('directory-inconsistent', { reason: 'not-grown', held: held.size, offered: point.size });
}

function demandInLog({ hash }: CryptoProvider, { entries }: Disclosure, { size, root }: LogPoint): void {
  let last = -1;
  for (const { index, entry, proof } of entries) {
    const stands = index > last && verifyInclusion(hash, index, size, leafHash(hash, entry), proof, root);
    if (!stands) throw new Refusal('directory-inconsistent', { reason: 'not-in-log', index });
    last = index;
  }
}

/** What concerns the offices of an agreement, by what each entry names; two passes, since a person comes before the position held. */
function shownIndices(entries: readonly Uint8Array[], { peer }: AgreementRecord): number[] {
  const read = entries.map(readBody);
  const of = <K extends DirectoryKind>(kind: K): DirectoryBody<K>[] => read.filter((one) => one.kind === kind).map(({ body }) => body as DirectoryBody<K>);
  const agreements = of('agreement').filter((one) => one.peer === peer);
  // Of earlier versions too: what was signed under them stays checkable.
  const shownOffices = new Set(agreements.flatMap(({ offices }) => offices));
  const positions = new Set(of('position').filter((one) => shownOffices.has(one.office)).map((one) => one.position));
  const delegations = of('delegation').filter((one) => positions.has(one.position));
  const persons = new Set([...of('holder').filter((one) => positions.has(one.position)).map(({ person }) => person), ...delegations.map(({ to }) => to),
    ...of('alternate').filter((one) => positions.has(one.position)).flatMap((one) => one.persons)]);
  const devices = new Set(of('device').filter(({ person }) => persons.has(person)).map(({ device }) => device));
  const stations = new Set([...agreements.map(({ station }) => station), ...of('office').filter(({ office }) => shownOffices.has(office)).map((one) => one.station), ...of('term').map((one) => one.station)]);
  const named: { readonly [K in DirectoryKind]?: (body: DirectoryBody<K>) => boolean } = {
    founding: () => true, registrar: () => true, term: () => true,
    agreement: (body) => body.peer === peer,
    station: (body) => stations.has(body.station),
    office: (body) => shownOffices.has(body.office),
    position: (body) => shownOffices.has(body.office),
    person: (body) => persons.has(body.person),
    holder: (body) => positions.has(body.position),
    device: (body) => devices.has(body.device),
    delegation: (body) => positions.has(body.position),
    alternate: (body) => positions.has(body.position),
    'office-key': (body) => shownOffices.has(body.office),
    end: (body) => isShownEnd(body, { peer, stations, offices: shownOffices, positions, persons, devices, delegations: new Set(delegations.map(({ delegation }) => delegation)) }),
  };
  return read.flatMap(({ kind, body }, index) => ((named[kind] as ((body: unknown) => boolean) | undefined)?.(body) === true ? [index] : []));
}

interface ShownNames {
  readonly peer: string;
  readonly stations: ReadonlySet<string>;
  readonly offices: ReadonlySet<string>;
  readonly positions: ReadonlySet<string>;
  readonly persons: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
  readonly delegations: ReadonlySet<string>;
}

function isShownEnd({ what, code, other }: DirectoryBody<'end'>, { peer, stations, offices, positions, persons, devices, delegations }: ShownNames): boolean {
  switch (what) {
    case 'station': return stations.has(code);
    case 'office': case 'office-key': return offices.has(code);
    case 'position': case 'seal': return positions.has(code);
    case 'person': return persons.has(code);
    case 'device': return devices.has(code);
    case 'holder': return persons.has(code) && positions.has(other ?? '');
    case 'delegation': return delegations.has(code);
    case 'registrar': return true;
    case 'agreement': return code === peer;
    case 'list': case 'link': return false;
  }
}

function readBody(bytes: Uint8Array): { readonly kind: DirectoryKind; readonly body: DirectoryBody } {
  const { kind, body } = entryStatement.decode(directoryEntry.decode(bytes).statement);
  return { kind, body: DIRECTORY_BODIES[kind].decode(body) as DirectoryBody };
}
