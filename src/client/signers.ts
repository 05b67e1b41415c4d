/**
 * The identities with which a device may sign: its secrets, joined with the certificates that the directory holds for
 * them. They are found by public key, so that a secret can never speak under another's certificate.
 */
import { equal } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { openTwinKeys, type TwinKeys } from '#model/certificate-maker.ts';
import type { DirectoryView, PositionRecord } from '#model/directory-view.ts';
import { type Act, ACTS, positionMay } from '#model/rights.ts';
import type { Twin } from '#wire/directory.ts';
import type { TwinSecret } from '#wire/keyring.ts';
import type { TwinSigner, TwinVerifier } from '#wire/sign.ts';
import { parseCertificate } from '#x509/certificate.ts';
import type { OpenKeyring } from './keyring/keyring.ts';

export type SignerWhich =
  | { readonly kind: 'device' | 'registrar' | 'issuer' | 'root' }
  | { readonly kind: 'seal'; readonly position: string };

/**
 * A signer of this keyring.
 * @throws Refusal `key-missing` where the keyring has no such secret; `device-unknown`, `device-ended`, `position-unknown`,
 *   `certificate-invalid` where the directory has no certificate for it; of a seal `seal-missing`
 */
export async function signer(crypto: CryptoProvider, ring: OpenKeyring, view: DirectoryView, which: SignerWhich): Promise<TwinSigner> {
  const keys = await keysOf(crypto, secretOf(ring, which));
  const found = verifiersOf(crypto, ring, view, which).find((verifier) => isOf(verifier, keys));
  if (found === undefined) throw uncertified(which);
  return { ...keys, p256Certificate: found.p256Certificate, mldsaCertificate: found.mldsaCertificate };
}

/** Of seals it is nothing strange: another machine's took its place, or a new one was asked for here. */
function uncertified(which: SignerWhich): Refusal {
  if (which.kind === 'seal') return new Refusal('seal-missing', { position: which.position, reason: 'seal-replaced' });
  return new Refusal('certificate-invalid', { reason: 'no-certificate-for-key', identity: which.kind });
}

/** Keys made ready, for as long as the keyring holds their secrets: expanding an ML-DSA seed costs half a signature. */
const ready = new WeakMap<TwinSecret, Promise<Pick<TwinKeys, 'p256' | 'mldsa'>>>();

function keysOf(crypto: CryptoProvider, secret: TwinSecret): Promise<Pick<TwinKeys, 'p256' | 'mldsa'>> {
  const known = ready.get(secret);
  if (known !== undefined) return known;
  const opening = openTwinKeys(crypto, secret).then(({ p256, mldsa }) => ({ p256, mldsa }));
  ready.set(secret, opening);
  return opening;
}

/** Whether a secret is the one that a verifier believes. */
export async function isSecretOf(crypto: CryptoProvider, secret: TwinSecret, verifier: TwinVerifier): Promise<boolean> {
  return isOf(verifier, await keysOf(crypto, secret));
}

/**
 * The position with which this device seals for an office: one that its person holds now, whose seal key it has.
 * @throws Refusal `not-entitled` where the person may not; `seal-missing` where they may, and not with this device
 */
export function sealingPosition(ring: OpenKeyring, view: DirectoryView, office: string, act: Act, at: Instant): PositionRecord {
  const found = sealOf(ring, view, office, act, at);
  if (found !== null) return found;
  const unsealed = heldFor(ring, view, office, act, at).find((position) => positionMay(position, 'carry the seal'));
  if (unsealed === undefined) return refuse(act, office);
  const isAsked = ring.contents.seals.some((seal) => seal.position === unsealed.position);
  const reason = view.seals(unsealed.position).length > 0 ? 'seal-ended' : 'seal-asked';
  throw new Refusal('seal-missing', { position: unsealed.position, office, ...(isAsked && { reason }) });
}

/** Whether this device seals for an office when its person does that. */
export function maySeal(ring: OpenKeyring, view: DirectoryView, office: string, act: Act, at: Instant): boolean {
  return sealOf(ring, view, office, act, at) !== null;
}

function sealOf(ring: OpenKeyring, view: DirectoryView, office: string, act: Act, at: Instant): PositionRecord | null {
  const { seals } = ring.contents;
  return heldFor(ring, view, office, act, at).find((position) => position.seal !== null && seals.some((seal) => seal.position === position.position)) ?? null;
}

function heldFor({ contents: { person } }: OpenKeyring, view: DirectoryView, office: string, act: Act, at: Instant): PositionRecord[] {
  const held = person === undefined ? [] : view.held(person, at);
  return held.filter((position) => position.office === office && positionMay(position, act));
}

/** A position of the person in that office that may. @throws Refusal `not-entitled` */
export function actingPosition(view: DirectoryView, person: string, act: Act, office: string, at: Instant): PositionRecord {
  return view.held(person, at).find((held) => held.office === office && positionMay(held, act)) ?? refuse(act, office);
}

function refuse(act: Act, office: string): never {
  throw new Refusal('not-entitled', { right: ACTS[act][0], office });
}

/** Who this keyring acts for. @throws Refusal `key-missing` for a keyring of no person */
export function actorOf(ring: OpenKeyring): { person: string; device: string; name: string } {
  const { person, device, name } = ring.contents;
  if (person === undefined || device === undefined) throw new Refusal('key-missing', { key: 'device' });
  return { person, device, name };
}

function secretOf(ring: OpenKeyring, which: SignerWhich): TwinSecret {
  const { signing, registrar, issuer, root, seals } = ring.contents;
  const secret =
    which.kind === 'seal'
      ? seals.find(({ position }) => position === which.position)?.seal
      : { device: signing, registrar, issuer, root }[which.kind];
  if (secret === undefined) throw new Refusal('key-missing', { key: which.kind });
  return secret;
}

function verifiersOf(crypto: CryptoProvider, ring: OpenKeyring, view: DirectoryView, which: SignerWhich): readonly TwinVerifier[] {
  if (which.kind === 'device') {
    const device = view.device(actorOf(ring).device);
    if (device === null) throw new Refusal('device-unknown');
    if (device.endedBy !== null) throw new Refusal('device-ended', { device: device.device });
    return [device.verifier];
  }
  if (which.kind === 'seal') {
    const seal = view.position(which.position)?.seal;
    if (seal === undefined || seal === null) throw new Refusal('position-unknown');
    return [seal.verifier];
  }
  if (which.kind === 'registrar') return view.registrars().map(({ verifier }) => verifier);
  return [verifierOf(crypto, view.organisation[which.kind])];
}

function verifierOf({ hash }: CryptoProvider, { p256, mldsa }: Twin): TwinVerifier {
  return {
    p256: parseCertificate(p256).publicKey.raw,
    mldsa: parseCertificate(mldsa).publicKey.raw,
    p256Certificate: hash.sha256(p256),
    mldsaCertificate: hash.sha256(mldsa),
  };
}

function isOf(verifier: TwinVerifier, keys: { p256: SigningKey; mldsa: SigningKey }): boolean {
  return equal(verifier.p256, keys.p256.publicKey) && equal(verifier.mldsa, keys.mldsa.publicKey);
}
