/**
 * What a recipient checks of an opened dispatch before any text is shown, all of it or nothing.
 * Source: docs/protocol/core.md §What a recipient checks. What is left to who opens the parts: the chunks against the
 * roots, and the SHA-256 of each plaintext against the core's.
 */

import { equal } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { CHUNK_BYTES, keyCommitment } from '#core/stream.ts';
import type { Evidence, Judging } from '#model/acting.ts';
import { demandCome, demandFresh } from '#model/core-age.ts';
import { coreDigest } from '#model/digests.ts';
import { directoryOf } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import {
  checkEndorsement, checkOrder, checkSeal, demandSameLog, type VerifiedEndorsement, type VerifiedSeal,
} from '#model/endorsement-checks.ts';
import { checkEnvelopeHead, type EnvelopeHead, type HeadOptions, sameOffice } from '#model/envelope-head.ts';
import { core as coreCodec, type Core, type CorePart, type Letter, letter as letterCodec } from '#wire/core.ts';
import { sameStandIn } from '#model/stand-ins.ts';
import type { Header, HeaderPart } from '#wire/envelope.ts';
import type { Addressee } from '#wire/names.ts';

export { checkEnvelopeHead, type EnvelopeHead } from '#model/envelope-head.ts';

export type CheckName =
  | 'envelope' | 'sealing' | 'core' | 'header' | 'parts' | 'directory' | 'author' | 'approve' | 'sign' | 'two-persons' | 'office-seal' | 'time' | 're-seal';

/** Something that was checked and held; the first that does not hold is thrown as a Refusal. */
export interface Check {
  readonly name: CheckName;
  readonly ok: true;
  /** Person, office or station whose signature it is. */
  readonly who?: string;
  readonly serials?: Evidence['serials'];
  readonly certificates?: Evidence['certificates'];
  readonly exposed?: Evidence['exposed'];
  /** When the signer says it was. */
  readonly time?: number;
  /** The holder in whose place the signer acted, and the delegation by which. */
  readonly actedFor?: string;
  readonly delegation?: string;
  /** A service's signature: no person read it. */
  readonly automatic?: boolean;
}

export interface CheckedDispatch {
  readonly head: EnvelopeHead;
  readonly core: Core;
  readonly coreDigest: Uint8Array;
  readonly endorsements: readonly VerifiedEndorsement[];
  readonly seal: VerifiedSeal;
  readonly partKeys: readonly Uint8Array[];
  readonly checks: readonly Check[];
}

/**
 * @param envelope the envelope's bytes, or its head checked before against this same view
 * @param opened the letter, or its bytes as the body held them
 * @throws DecodeError; Refusal `core-forged`, `header-differs`, `path-in-file-name`, `directory-inconsistent`,
 *   `signature-wrong`, `not-entitled`, `approval-missing`, `same-person-twice`, `step-out-of-order`, `date-out-of-range`,
 *   and those of checkEnvelopeHead
 */
export async function checkDispatch(
  provider: CryptoProvider, view: DirectoryView, envelope: Uint8Array | EnvelopeHead, opened: Uint8Array | Letter,
  options: HeadOptions = {},
): Promise<CheckedDispatch> {
  const head = envelope instanceof Uint8Array ? await checkEnvelopeHead(provider, view, envelope, options) : envelope;
  const letter = opened instanceof Uint8Array ? letterCodec.decode(opened) : opened;
  const digest = coreDigest(provider, letter.core);
  if (!equal(digest, head.header.core)) throw new Refusal('core-forged', { field: 'digest' });
  const core = coreCodec.decode(letter.core);
  checkAgreement(head.header, core);
  const origin = directoryOf(view, options.peers, core.from.organisation);
  const judging: Judging = { provider, ...options, view: origin };
  checkCore(provider, origin, core, letter.partKeys);
  demandSameLog(origin, core.directory);
  const endorsements: VerifiedEndorsement[] = [];
  for (const one of letter.endorsements) endorsements.push(await checkEndorsement(judging, core, digest, one));
  checkOrder(core, endorsements);
  const seal = await checkSeal(judging, core, digest, letter.endorsements, letter.seal);
  const taken = head.first.time;
  demandFresh(head.header.created, taken);
  for (const { purpose, time } of endorsements) demandCome(time, taken, purpose);
  demandSealTime(endorsements, seal, taken);
  const checks = listChecks(head, endorsements, seal);
  return { head, core, coreDigest: digest, endorsements, seal, partKeys: letter.partKeys, checks };
}

/** What a core says by itself. */
function checkCore(provider: CryptoProvider, view: DirectoryView, core: Core, partKeys: readonly Uint8Array[]): void {
  if (!equal(core.organisation, view.organisation.id)) throw new Refusal('core-forged', { field: 'organisation' });
  if (partKeys.length !== core.parts.length) throw new Refusal('core-forged', { field: 'partKeys' });
  for (const [i, part] of core.parts.entries()) {
    checkFileName(part.name);
    if (part.chunks !== chunksOf(part.size)) throw new Refusal('core-forged', { field: 'parts', part: i });
    const committed = equal(part.keyCommitment, keyCommitment(provider.hash, partKeys[i]!));
    if (!committed) throw new Refusal('core-forged', { field: 'partKeys', part: i });
  }
}

/** A bare name: nothing that a file system reads as a place. @throws Refusal `path-in-file-name` */
export function checkFileName(name: string): void {
  const isBare = !/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name) && name !== '.' && name !== '..' && name.trim() !== '';
  if (!isBare) throw new Refusal('path-in-file-name');
}

/** An empty file has one empty chunk. */
function chunksOf(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK_BYTES));
}

/**
 * Every field of the header is the core's: what stations acted upon is what the author signed.
 * @throws Refusal `header-differs` (field)
 */
export function checkAgreement(header: Header, core: Core): void {
  for (const field of ['suite', 'created', 'expires', 'deliverBy', 'replyBy', 'exercise', 'relation'] as const) {
    if (header[field] !== core[field]) throw differs(field);
  }
  if (!sameOffice(header.from, core.from)) throw differs('from');
  if (!sameList(header.to, core.to, sameAddressee)) throw differs('to');
  if (!sameList(header.standIns ?? [], core.standIns ?? [], sameStandIn)) throw differs('standIns');
  if (!equal(header.reference ?? new Uint8Array(), core.reference ?? new Uint8Array())) throw differs('reference');
  if (!sameList(header.parts, core.parts, samePart)) throw differs('parts');
}

const TAG_BYTES = 16;

function samePart(outer: HeaderPart, inner: CorePart): boolean {
  const { chunks, size } = inner;
  return equal(outer.root, inner.root) && outer.chunks === chunks && outer.size === size + TAG_BYTES * chunks;
}

function sameAddressee(one: Addressee, other: Addressee): boolean {
  return sameOffice(one.office, other.office) && one.role === other.role && one.precedence === other.precedence;
}

function sameList<A, B>(some: readonly A[], others: readonly B[], same: (a: A, b: B) => boolean): boolean {
  return some.length === others.length && some.every((one, i) => same(one, others[i]!));
}

function differs(field: string): Refusal {
  return new Refusal('header-differs', { field });
}

/** The office seals what was signed before, and no later than its station takes it over. */
function demandSealTime(endorsements: readonly VerifiedEndorsement[], { time }: VerifiedSeal, sealed: number): void {
  demandCome(time, sealed, 'office-seal');
  if (time < endorsements.at(-1)!.time) throw new Refusal('step-out-of-order', { purpose: 'office-seal' });
}

function listChecks(head: EnvelopeHead, endorsements: readonly VerifiedEndorsement[], seal: VerifiedSeal): Check[] {
  const held = (name: CheckName): Check => ({ name, ok: true });
  return [
    held('envelope'),
    { name: 'sealing', ok: true, ...head.evidence, time: head.first.time },
    ...(head.reseal === null ? [] : [{ name: 're-seal' as const, ok: true as const, ...head.reseal.evidence, time: head.reseal.statement.time }]),
    held('core'), held('header'), held('parts'), held('directory'),
    ...endorsements.map(({ purpose, time, evidence, acting, isAutomatic }): Check =>
      ({ name: purpose, ok: true, ...evidence, time, ...(isAutomatic && { automatic: true }), ...(acting === null ? {} : { actedFor: acting.by, delegation: acting.delegation }) })),
    held('two-persons'),
    { name: 'office-seal', ok: true, ...seal.evidence, time: seal.time },
    held('time'),
  ];
}
