/**
 * An invitation to join: a file for the stick, and a code of twelve characters that goes another way and unlocks the
 * single-use secret in it. Source: docs/protocol/directory.md §Joining.
 */
import { utf8 } from '#core/bytes.ts';
import type { Instant, RandomSource } from '#core/clock.ts';
import { CROCKFORD, crockfordTyped, inFours } from '#core/crockford.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { type Invitation, invitation } from '#wire/invitation.ts';
import { decodedOr } from '#core/decoding.ts';
import { DEFAULT_COST, type StretchingCost } from '../keyring/slots.ts';

const CODE_CHARACTERS = 12;
/** Whose code vouches for the whole file. */
const BOUND_VERSION = 2;
const LOCKED_BYTES = 48;

export interface InvitationOrder {
  readonly station: string;
  readonly site: string;
  readonly expires: Instant;
  /** The station that the new one meets first. */
  readonly neighbour: string;
  /** Where that station answers, for the new one to dial. */
  readonly address?: string | undefined;
}

export interface MadeInvitation {
  /** The file. */
  readonly bytes: Uint8Array;
  readonly invitation: Invitation;
  /** `7KQ2-M0XD-91TA`, for another way. */
  readonly code: string;
  /** What the code unlocks; the registrar keeps it until the request comes. */
  readonly secret: Uint8Array;
}

/** @throws Refusal `station-unknown` where the neighbour is not in the directory, `name-taken` where the new one is */
export async function makeInvitation(
  crypto: CryptoProvider,
  random: RandomSource,
  view: DirectoryView,
  order: InvitationOrder,
  cost: StretchingCost = DEFAULT_COST,
): Promise<MadeInvitation> {
  if (view.station(order.neighbour) === null) throw new Refusal('station-unknown', { station: order.neighbour });
  if (view.station(order.station) !== null) throw new Refusal('name-taken', { station: order.station });
  const { station, site, expires, neighbour, address } = order;
  const { organisation, point } = view;
  const [id, salt, nonce, secret] = [random.bytes(16), random.bytes(16), random.bytes(12), random.bytes(32)];
  const code = makeCode(random);
  const open: Invitation = {
    version: BOUND_VERSION,
    organisation: organisation.id,
    name: organisation.name,
    founding: organisation.founding,
    station,
    site,
    expires,
    directory: { size: point.size, root: point.root },
    invitation: id,
    salt,
    nonce,
    locked: new Uint8Array(LOCKED_BYTES),
    neighbour,
    address,
  };
  const key = await keyOf(crypto, code, salt, cost);
  const made = { ...open, locked: await crypto.aead.seal(key, nonce, boundTo(crypto, open), secret) };
  key.fill(0);
  return { bytes: invitation.encode(made), invitation: made, code, secret };
}

/** All that the file says besides the secret: who holds it and the code joins what the code was made for. */
function boundTo({ hash }: Pick<CryptoProvider, 'hash'>, read: Invitation): Uint8Array {
  return hash.sha256(invitation.encode({ ...read, locked: new Uint8Array(LOCKED_BYTES) }));
}

/** @throws Refusal `invitation-malformed` */
export function readInvitation(bytes: Uint8Array): Invitation {
  return decodedOr('invitation-malformed', () => invitation.decode(bytes));
}

/**
 * The secret behind the code.
 * @throws Refusal `invitation-code-wrong`, where the file was changed too; `invitation-malformed` for one of before version 2
 */
export async function unlockInvitation(
  crypto: CryptoProvider,
  read: Invitation,
  code: string,
  cost: StretchingCost = DEFAULT_COST,
): Promise<Uint8Array> {
  if (read.version < BOUND_VERSION) throw new Refusal('invitation-malformed', { reason: 'version' });
  const plain = plainCode(code);
  if (plain === null) throw new Refusal('invitation-code-wrong');
  const key = await keyOf(crypto, plain, read.salt, cost);
  const secret = await crypto.aead.open(key, read.nonce, boundTo(crypto, read), read.locked);
  key.fill(0);
  if (secret === null) throw new Refusal('invitation-code-wrong');
  return secret;
}

function keyOf(crypto: CryptoProvider, code: string, salt: Uint8Array, cost: StretchingCost): Promise<Uint8Array> {
  return crypto.stretch(utf8(plainCode(code)!), { ...cost, salt });
}

/** 60 random bits. */
function makeCode(random: RandomSource): string {
  return inFours([...random.bytes(CODE_CHARACTERS)].map((byte) => CROCKFORD[byte % CROCKFORD.length]!).join(''));
}

/** A code as it was typed, in the alphabet's own letters; null where it is none. */
function plainCode(typed: string): string | null {
  const plain = crockfordTyped(typed);
  return plain?.length === CODE_CHARACTERS ? plain : null;
}
