/**
 * Sealing again what recipients cannot open: the origin office's device opens its own stanza and makes new ones of the same
 * body key, for keys in force now. Source: docs/protocol/envelope.md §Sealing again.
 */
import { base64url, equal, fromHex } from '#core/bytes.ts';
import { root as treeRoot } from '#core/merkle.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { checkEnvelopeHead, type EnvelopeHead, sameOffice } from '#model/envelope-head.ts';
import { officeText, officeTold } from '#model/peer-names.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { sparseLeaves } from '#model/resealing.ts';
import { resealing as resealingCodec, resealStatement } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import { decodedLater } from '#core/decoding.ts';
import type { KeyDesk } from './key-desk.ts';
import { openBody } from '../dispatch/opening.ts';
import { keyOf, sealStanza } from '../dispatch/sealing.ts';
import { takenReceipts } from '../dispatch/taken-receipts.ts';
import { maySeal, sealingPosition, signer } from '../signers.ts';

export interface ResealedDispatch {
  readonly dispatch: string;
  readonly sealing: number;
  readonly offices: readonly string[];
  /** Recipients that cannot be sealed to now, and why. */
  readonly left: readonly { readonly office: string; readonly code: RefusalCode }[];
}

export interface ResealOutcome {
  readonly resealed: readonly ResealedDispatch[];
  readonly undone: readonly RefusalCode[];
}

/** Dispatches sealed again in one session without being asked for. */
const AT_ONCE = 16;
/** Sealings that a device makes by itself, the first among them; after that a person looks why it does not help. */
const SEALINGS_BY_ITSELF = 4;
/** With these the errand itself cannot go on. */
const STOPS: readonly RefusalCode[] = ['station-unreachable', 'cancelled', 'session-missing', 'session-expired'];

/** Whether this person seals again for an office, with a seal that is on this device. */
export function mayReseal(desk: KeyDesk, office: string): boolean {
  return maySeal(desk.ring, desk.view, office, 'seal again', desk.now());
}

/** Seals again what an office sent and others truly said that they cannot open: some at a time, each by itself. */
export async function resealAsked(desk: KeyDesk, office: string): Promise<ResealOutcome> {
  const { dispatches } = await desk.api.call('unreadable', { path: { office } });
  const resealed: ResealedDispatch[] = [];
  const undone: RefusalCode[] = [];
  for (const { dispatch, sealing, offices } of dispatches.filter((one) => one.sealing + 1 < SEALINGS_BY_ITSELF).slice(0, AT_ONCE)) {
    try {
      const asking = await whoAsks(desk, dispatch, offices);
      if (asking.length > 0) resealed.push(await sealAgain(desk, office, dispatch, asking, sealing + 1));
    } catch (error) {
      if (!(error instanceof Refusal) || STOPS.includes(error.code)) throw error;
      undone.push(error.code);
    }
  }
  return { resealed, undone: [...undone, ...resealed.flatMap(({ left }) => left.map(({ code }) => code))] };
}

/**
 * Seals a dispatch again by a person's decision.
 * @param to recipient offices; without them those that said they cannot open it
 * @throws Refusal `nothing-unreadable`, `not-addressed-here`, `recipient-key-missing`, `not-entitled`, `key-missing`, `cannot-open`,
 *   and those of the station
 */
export async function resealDispatch(desk: KeyDesk, office: string, dispatch: string, to?: readonly string[]): Promise<ResealedDispatch> {
  const { resealed = [] } = await desk.api.call('trace', { path: { dispatch } });
  const offices = to ?? (await whoAsks(desk, dispatch, null));
  if (offices.length === 0) throw new Refusal('nothing-unreadable', { dispatch });
  return sealAgain(desk, office, dispatch, offices, 1 + Math.max(0, ...resealed.map(({ sealing }) => sealing)));
}

/** Offices of which there is a signed word, of their last sealing: the station's own word asks for nothing. */
async function whoAsks(desk: KeyDesk, dispatch: string, among: readonly string[] | null): Promise<string[]> {
  const { crypto, view, api } = desk;
  const answer = await api.call('trace', { path: { dispatch } });
  const { resealed = [] } = answer;
  const told = among?.map((one) => officeText(view, officeTold(view, one)));
  const asking = new Set<string>();
  for (const { bytes, taken } of takenReceipts(answer)) {
    const said = await verifyReceipt({ provider: crypto, view, peers: desk.peers, witnessedAt: taken }, bytes).catch(refusedOnly);
    if (said?.kind !== 'unreadable' || !equal(said.dispatch, fromHex(dispatch)!)) continue;
    const { sealing } = said;
    const office = officeText(view, said.office);
    const isAnswered = resealed.some((one) => officeText(view, officeTold(view, one.office)) === office && one.sealing > sealing);
    if (!isAnswered && (told === undefined || told.includes(office))) asking.add(office);
  }
  return [...asking];
}

function refusedOnly(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}

async function sealAgain(desk: KeyDesk, office: string, dispatch: string, offices: readonly string[], number: number): Promise<ResealedDispatch> {
  const { crypto, view, ring, api } = desk;
  const { position } = sealingPosition(ring, view, office, 'seal again', desk.now());
  const bytes = await api.bytes('envelope', { path: { dispatch }, query: { office } });
  const head = await decodedLater('cbor-malformed', () => checkEnvelopeHead(crypto, view, bytes, { peers: desk.peers }));
  const isOurs = equal(head.id, fromHex(dispatch) ?? new Uint8Array(0)) && sameOffice(head.header.from, { organisation: view.organisation.id, office });
  if (!isOurs) throw new Refusal('header-forged', { field: 'dispatch' });
  const { stanzas, left } = await makeStanzas(desk, head, office, offices, number);
  const stanzaRoot = treeRoot(crypto.hash, sparseLeaves(crypto.hash, head.header.to.length + 1, stanzas));
  const statement = resealStatement.encode({ version: 1, dispatch: head.id, number, office: head.header.from, position, stanzaRoot, time: desk.now() });
  const seal = await signer(crypto, ring, view, { kind: 'seal', position });
  const word = { statement, signature: await signOne(crypto, seal, 're-seal', statement, desk.random) };
  const body = { office, resealing: base64url(resealingCodec.encode({ version: 1, stanzas, office: word })) };
  const { sealing } = await api.call('reseal', { path: { dispatch }, body });
  return { dispatch, sealing, offices: stanzas.map(({ index }) => officeText(view, head.header.to[index - 1]!.office)), left };
}

interface Placed {
  readonly index: number;
  readonly stanza: Uint8Array;
}

/** Why an office is left for another time. */
const LEFT: readonly RefusalCode[] = ['recipient-key-missing', 'peer-not-shown'];

/** Who has no key in force is left for another time, and blocks nobody. */
async function makeStanzas(
  desk: KeyDesk, { header, headerBytes, envelope }: EnvelopeHead, office: string, offices: readonly string[], number: number,
): Promise<{ stanzas: Placed[]; left: { office: string; code: RefusalCode }[] }> {
  const { crypto, view, ring } = desk;
  const strange = offices.find((one) => !header.to.some((to) => officeText(view, to.office) === one));
  if (strange !== undefined) throw new Refusal('not-addressed-here', { office: strange });
  const { bodyKey, plain } = await openBody(crypto, envelope, header.from, (purpose, which) => ring.officeKey(office, purpose, which));
  plain.fill(0);
  const [stanzas, left]: [Placed[], { office: string; code: RefusalCode }[]] = [[], []];
  try {
    for (const [i, { office: to }] of header.to.entries()) {
      const name = officeText(view, to);
      if (!offices.includes(name)) continue;
      try {
        const key = keyOf(desk, to, 'transport', desk.now());
        stanzas.push({ index: i + 1, stanza: await sealStanza(crypto, { office: to, key }, headerBytes, bodyKey, number) });
      } catch (error) {
        if (!(error instanceof Refusal) || !LEFT.includes(error.code)) throw error;
        left.push({ office: name, code: error.code });
      }
    }
  } finally {
    bodyKey.fill(0);
  }
  if (stanzas.length === 0) throw new Refusal('recipient-key-missing', { office: left[0]!.office });
  return { stanzas, left };
}
