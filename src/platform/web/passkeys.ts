/**
 * Passkeys that answer with a secret (WebAuthn's PRF extension): 32 bytes that only the authenticator derives, after it
 * verified its user. Source: https://www.w3.org/TR/webauthn-3/#prf-extension.
 */
import { base64url } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { ownBytes } from './subtle.ts';

export interface PasskeyOrder {
  readonly organisation: string;
  /** Device code, by which the authenticator lists it. */
  readonly device: string;
  readonly name: string;
  /** 32 bytes. */
  readonly prfInput: Uint8Array;
}

export interface AskedPasskey {
  readonly credential: Uint8Array;
  readonly prfInput: Uint8Array;
}

export interface PasskeyAnswer {
  readonly credential: Uint8Array;
  /** 32 bytes. */
  readonly output: Uint8Array;
}

export interface Passkeys {
  /** Where passkeys of this page work. */
  readonly relyingParty: string;
  /** @throws Refusal `cancelled`; `passkey-unusable` where the authenticator derives no secret */
  make(order: PasskeyOrder): Promise<PasskeyAnswer>;
  /** @throws Refusal `cancelled`, `passkey-unusable` */
  ask(known: readonly AskedPasskey[]): Promise<PasskeyAnswer>;
}

const ES256 = -7;
const RS256 = -257;
const CHALLENGE_BYTES = 32;

/** @returns null where this page can have none: no such browser, or an address without a name */
export function webPasskeys(): Passkeys | null {
  const { hostname } = location;
  const isNamed = !/^[\d.]+$|^\[/.test(hostname);
  return isNamed && 'PublicKeyCredential' in globalThis ? { relyingParty: hostname, make, ask } : null;
}

async function make({ organisation, device, name, prfInput }: PasskeyOrder): Promise<PasskeyAnswer> {
  const made = await demanded(() => navigator.credentials.create({
    publicKey: {
      challenge: fresh(), rp: { name: organisation }, user: { id: new TextEncoder().encode(device), name: device, displayName: name },
      pubKeyCredParams: [{ type: 'public-key', alg: ES256 }, { type: 'public-key', alg: RS256 }],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      extensions: { prf: { eval: { first: ownBytes(prfInput) } } },
    },
  }));
  const { prf } = made.getClientExtensionResults();
  const output = prf?.results?.first;
  const credential = new Uint8Array(made.rawId);
  if (output !== undefined) return { credential, output: secretOf(output) };
  if (prf?.enabled !== true) throw new Refusal('passkey-unusable');
  // Many authenticators tell the secret only when they are asked a second time.
  return ask([{ credential, prfInput }]);
}

async function ask(known: readonly AskedPasskey[]): Promise<PasskeyAnswer> {
  const given = await demanded(() => navigator.credentials.get({
    publicKey: {
      challenge: fresh(), userVerification: 'required',
      allowCredentials: known.map(({ credential }) => ({ type: 'public-key' as const, id: ownBytes(credential) })),
      extensions: { prf: { evalByCredential: Object.fromEntries(known.map(({ credential, prfInput }) => [base64url(credential), { first: ownBytes(prfInput) }])) } },
    },
  }));
  const output = given.getClientExtensionResults().prf?.results?.first;
  if (output === undefined) throw new Refusal('passkey-unusable');
  return { credential: new Uint8Array(given.rawId), output: secretOf(output) };
}

/** Nothing is proved to anybody by the signature: it is the derived secret that opens. */
function fresh(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES));
}

function secretOf(output: BufferSource): Uint8Array {
  return ArrayBuffer.isView(output) ? new Uint8Array(output.buffer, output.byteOffset, output.byteLength).slice() : new Uint8Array(output).slice();
}

async function demanded(asking: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const found = await asking();
    if (found instanceof PublicKeyCredential) return found;
  } catch (cause) {
    throw new Refusal(cause instanceof DOMException && cause.name === 'NotAllowedError' ? 'cancelled' : 'passkey-unusable', {}, { cause });
  }
  throw new Refusal('passkey-unusable');
}
