/**
 * Sealing a dispatch, as pure functions over bytes: no network, no keyring, so that worker threads can run them.
 * Source: docs/protocol/core.md §Office seal, docs/protocol/envelope.md.
 */
import { concat, utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { sealTo } from '#core/hpke.ts';
import { assert, Refusal } from '#core/refusals.ts';
import { coreDigest, endorsementsDigest } from '#model/digests.ts';
import type { OfficeKeyRecord } from '#model/directory-view.ts';
import { directoryNamed, type Known, officeText } from '#model/peer-names.ts';
import { type Core, letter, sealStatement } from '#wire/core.ts';
import { type Header, header, stanza, stanzaKey, submission } from '#wire/envelope.ts';
import type { OfficeRef, RegisterNumber } from '#wire/names.ts';
import type { Signed } from '#wire/signature.ts';
import type { OpenDraft } from './draft.ts';
import { headerPartOf } from '../parts/parts.ts';

export const HOP_LIMIT = 16;
const STANZA_LABEL = utf8('tram/v1/stanza\0');
/** The body key is used once, so its nonce may be constant. */
export const BODY_NONCE = new Uint8Array(12);
const BODY_KEY_BYTES = 32;

/** Whom a body key is sealed to. */
export interface StanzaTarget {
  readonly office: OfficeRef;
  readonly key: OfficeKeyRecord;
}

export interface SealPosition {
  readonly position: string;
  readonly symbol: string;
}

/** The statement that the office seals: this core, these endorsements, this number. */
export function sealStatementOf(crypto: CryptoProvider, open: OpenDraft, by: SealPosition, number: RegisterNumber, time: Instant): Uint8Array {
  const { core, draft } = open;
  return sealStatement.encode({
    version: 1,
    core: coreDigest(crypto, draft.core),
    endorsements: endorsementsDigest(crypto, draft.endorsements),
    office: core.from,
    position: by.position,
    number,
    symbol: by.symbol,
    time,
  });
}

/** Where the stanzas go: the origin office's storage key first, then each recipient's transport key. */
export function stanzaTargets(known: Known, { from, to }: Pick<Core, 'from' | 'to'>, now: Instant): StanzaTarget[] {
  const own = { office: from, key: keyOf(known, from, 'storage', now) };
  return [own, ...to.map(({ office }) => ({ office, key: keyOf(known, office, 'transport', now) }))];
}

/** The key of an office to seal to. @throws Refusal `recipient-key-missing`, `peer-not-shown` */
export function keyOf(known: Known, office: OfficeRef, purpose: 'transport' | 'storage', now: Instant): OfficeKeyRecord {
  const key = directoryNamed(known, office).currentKey(office.office, purpose, now);
  if (key === null) throw new Refusal('recipient-key-missing', { office: officeText(known.view, office) });
  return key;
}

export interface SealedDispatch {
  /** SHA-256 of the header. */
  readonly dispatch: Uint8Array;
  /** Encoded Submission. */
  readonly submission: Uint8Array;
}

/**
 * Seals letter and stanzas into what the device hands to its station.
 * @param station code of the origin office's home station
 */
export async function sealDispatch(
  crypto: CryptoProvider,
  random: RandomSource,
  open: OpenDraft,
  seal: Signed,
  station: string,
  targets: readonly StanzaTarget[],
): Promise<SealedDispatch> {
  const headerBytes = header.encode(headerOf(crypto, open, station));
  const bodyKey = random.bytes(BODY_KEY_BYTES);
  const plain = letterBytes(open, seal);
  const body = await crypto.aead.seal(bodyKey, BODY_NONCE, headerBytes, plain);
  const stanzas: Uint8Array[] = [];
  for (const target of targets) stanzas.push(await sealStanza(crypto, target, headerBytes, bodyKey, 0));
  bodyKey.fill(0);
  plain.fill(0);
  return {
    dispatch: crypto.hash.sha256(headerBytes),
    submission: submission.encode({ version: 1, header: headerBytes, stanzas, body }),
  };
}

function letterBytes({ draft }: OpenDraft, seal: Signed): Uint8Array {
  return letter.encode({ version: 1, core: draft.core, endorsements: draft.endorsements, seal, partKeys: draft.partKeys });
}

function headerOf(crypto: CryptoProvider, { core, draft }: OpenDraft, station: string): Header {
  return {
    version: 1,
    suite: core.suite,
    kind: 'dispatch',
    from: core.from,
    station,
    to: core.to,
    created: core.created,
    expires: core.expires,
    deliverBy: core.deliverBy,
    replyBy: core.replyBy,
    exercise: core.exercise,
    reference: core.reference,
    core: coreDigest(crypto, draft.core),
    parts: core.parts.map(headerPartOf),
    hopLimit: HOP_LIMIT,
    standIns: core.standIns,
    relation: core.relation,
  };
}

/** One stanza: the body key for one office. @returns encoded Stanza */
export async function sealStanza(crypto: CryptoProvider, { office, key }: StanzaTarget, headerBytes: Uint8Array, bodyKey: Uint8Array, sealing: number): Promise<Uint8Array> {
  assert(key.kem === crypto.kem.id, 'an office key is of this suite\'s KEM');
  const named = { office, purpose: key.purpose, number: key.number, sealing };
  const { encapsulation, ciphertext } = await sealTo(crypto, key.publicKey, stanzaInfo(headerBytes), stanzaKey.encode(named), bodyKey);
  return stanza.encode({ key: named, kem: key.kem, encapsulation, ciphertext });
}

/** HPKE info of every stanza of a dispatch. */
export function stanzaInfo(headerBytes: Uint8Array): Uint8Array {
  return concat(STANZA_LABEL, headerBytes);
}
