/**
 * A dispatch that is still being made: its core, who endorsed it, and how it is shared within its office.
 * Source: docs/protocol/core.md.
 */
import { concat, utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import { demandNotForAuthor, demandServiceMay } from '#model/endorsement-checks.ts';
import { coreDigest } from '#model/digests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { ACT_OF_ENDORSEMENT, ACTS, positionMay } from '#model/rights.ts';
import {
  type Core, core, type CorePart, type Draft, draft, type EndorsementPurpose, endorsementStatement, sealedDraft,
} from '#wire/core.ts';
import { signBatch, type TwinSigner } from '#wire/sign.ts';
import { decodedOr } from '#core/decoding.ts';
import type { CheckedComposition } from './compose.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';

/** The person who acts, in which position, with which device's keys. */
export interface Actor {
  readonly person: string;
  readonly position: string;
  readonly signer: TwinSigner;
}

/** A draft with its core at hand. */
export interface OpenDraft {
  readonly core: Core;
  readonly draft: Draft;
}

export const DRAFT_ID_BYTES = 16;
const DRAFT_LABEL = utf8('tram/v1/draft\0');
const NOTHING = new Uint8Array(0);

export interface DraftDeps {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly view: DirectoryView;
}

/** Builds the core of a checked composition and signs it as its author. */
export async function authorDraft(
  deps: DraftDeps,
  composition: CheckedComposition,
  parts: readonly NamedPart[],
  author: Actor,
  now: Instant,
): Promise<OpenDraft> {
  return endorse(deps, beginDraft(deps, composition, parts, author, now), 'author', author, now);
}

/** A part with the key that opens it. */
export interface NamedPart {
  readonly part: CorePart;
  readonly key: Uint8Array;
}

/** A core that nobody has signed yet. */
export function beginDraft(deps: DraftDeps, composition: CheckedComposition, parts: readonly NamedPart[], author: Pick<Actor, 'person' | 'position'>, now: Instant): OpenDraft {
  const value = coreOf(deps, composition, parts.map(({ part }) => part), author, now);
  return { core: value, draft: { version: 1, core: core.encode(value), endorsements: [], partKeys: parts.map(({ key }) => key) } };
}

function coreOf(
  { crypto, random, view }: DraftDeps,
  composition: CheckedComposition,
  parts: CorePart[],
  author: Pick<Actor, 'person' | 'position'>,
  now: Instant,
): Core {
  const { office, to, expires, deliverBy, replyBy, reference, relation } = composition;
  return {
    version: 1,
    suite: crypto.suite,
    organisation: view.organisation.id,
    from: { organisation: view.organisation.id, office },
    to: [...to],
    created: now,
    expires,
    deliverBy,
    replyBy,
    exercise: composition.exercise,
    classification: composition.classification,
    reference,
    documentType: composition.documentType,
    subject: composition.subject,
    text: composition.text,
    parts,
    author: author.person,
    authorPosition: author.position,
    directory: { size: view.point.size, root: view.point.root },
    salt: random.bytes(32),
    standIns: composition.standIns === undefined ? undefined : [...composition.standIns],
    relation,
  };
}

/**
 * Adds one person's endorsement.
 * @throws Refusal `same-person-twice` where the author would approve or sign; `step-out-of-order`, `approval-missing`,
 *   `not-entitled`
 */
export async function endorse(deps: DraftDeps, open: OpenDraft, purpose: EndorsementPurpose, actor: Actor, now: Instant): Promise<OpenDraft> {
  const [only] = await endorseMany(deps, [open], purpose, actor, now);
  return only!;
}

/** The same for several, signed together: the caller has had each of them approved by that person. */
export async function endorseMany(deps: DraftDeps, opens: readonly OpenDraft[], purpose: EndorsementPurpose, actor: Actor, now: Instant): Promise<OpenDraft[]> {
  if (opens.length === 0) return [];
  for (const open of opens) checkMayEndorse(deps, open, purpose, actor, now);
  const statements = opens.map((open) => statementOf(deps, open, purpose, actor, now));
  const signatures = await signBatch(deps.crypto, actor.signer, purpose, statements, deps.random);
  return opens.map(({ core: value, draft: before }, i) => {
    const endorsements = [...before.endorsements, { statement: statements[i]!, signature: signatures[i]! }];
    return { core: value, draft: { ...before, endorsements } };
  });
}

function statementOf({ crypto, view }: DraftDeps, open: OpenDraft, purpose: EndorsementPurpose, actor: Actor, now: Instant): Uint8Array {
  return endorsementStatement.encode({
    version: 1,
    purpose,
    core: coreDigest(crypto, open.draft.core),
    organisation: open.core.organisation,
    person: actor.person,
    position: actor.position,
    // Never before the step before, or the core: another device's clock may be ahead of this one.
    time: Math.max(now, open.core.created, lastTime(open.draft)),
    directory: { size: view.point.size, root: view.point.root },
  });
}

const RANK: Readonly<Record<EndorsementPurpose, number>> = { author: 0, approve: 1, sign: 2 };

function checkMayEndorse({ view }: DraftDeps, { core: { author, from }, draft: { endorsements, returned } }: OpenDraft, purpose: EndorsementPurpose, actor: Actor, now: Instant): void {
  if (purpose === 'author' ? actor.person !== author : actor.person === author) {
    throw new Refusal('same-person-twice', { step: purpose });
  }
  if (returned !== undefined) throw new Refusal('step-out-of-order', { step: purpose });
  const steps = endorsements.map(({ statement }) => endorsementStatement.decode(statement));
  const last = steps.at(-1)?.purpose ?? null;
  const isNext = last === null ? purpose === 'author' : RANK[purpose] >= Math.max(1, RANK[last]) && last !== 'sign';
  if (!isNext) throw new Refusal('step-out-of-order', { step: purpose });
  if (purpose === 'sign' && last !== 'approve') throw new Refusal('approval-missing');
  if (steps.some((step) => step.purpose === purpose && step.person === actor.person)) {
    throw new Refusal('same-person-twice', { step: purpose });
  }
  const act = ACT_OF_ENDORSEMENT[purpose];
  const held = view.held(actor.person, now).find((one) => one.position === actor.position && one.office === from.office && positionMay(one, act));
  if (held === undefined) throw new Refusal('not-entitled', { right: ACTS[act][0], office: from.office });
  demandNotForAuthor(held.acting, purpose, author);
  demandServiceMay(view, actor.person, purpose, held, author);
}

/** Of the newest endorsement; 0 without one. */
export function lastTime({ endorsements }: Draft): Instant {
  const last = endorsements.at(-1);
  return last === undefined ? 0 : endorsementStatement.decode(last.statement).time;
}

/**
 * Seals a draft for the devices of its office.
 * @param id 16 bytes
 * @throws Refusal `recipient-key-missing` where the office has no storage key
 */
export async function sealDraft({ crypto, random, view }: DraftDeps, id: Uint8Array, { core: { from }, draft: value }: OpenDraft, now: Instant): Promise<Uint8Array> {
  const storage = view.currentKey(from.office, 'storage', now);
  if (storage === null) throw new Refusal('recipient-key-missing', { office: from.office });
  const key = random.bytes(32);
  const nonce = random.bytes(12);
  const wrapped = await sealTo(crypto, storage.publicKey, concat(DRAFT_LABEL, id), NOTHING, key);
  const ciphertext = await crypto.aead.seal(key, nonce, id, draft.encode(value));
  key.fill(0);
  return sealedDraft.encode({
    number: storage.number,
    encapsulation: wrapped.encapsulation,
    wrappedKey: wrapped.ciphertext,
    nonce,
    ciphertext,
  });
}

/**
 * Opens a draft of an office whose storage key this device holds. What is inside is checked when endorsed or sent.
 * @throws Refusal `key-missing`, `cannot-open`, `cbor-malformed`
 */
export async function openDraft(crypto: CryptoProvider, ring: OpenKeyring, office: string, id: Uint8Array, sealed: Uint8Array): Promise<OpenDraft> {
  const { number, encapsulation, wrappedKey, nonce, ciphertext } = decodedOr('cbor-malformed', () => sealedDraft.decode(sealed));
  const secret = ring.officeKey(office, 'storage', number);
  if (secret === null) throw new Refusal('key-missing', { office, purpose: 'storage', number });
  const key = await openWith(crypto, secret, encapsulation, concat(DRAFT_LABEL, id), NOTHING, wrappedKey);
  const bytes = key === null ? null : await crypto.aead.open(key, nonce, id, ciphertext);
  if (bytes === null) throw new Refusal('cannot-open', { what: 'draft' });
  const value = decodedOr('cbor-malformed', () => draft.decode(bytes));
  const inside = decodedOr('cbor-malformed', () => core.decode(value.core));
  if (inside.from.office !== office) throw new Refusal('header-differs', { field: 'from' });
  return { core: inside, draft: value };
}
