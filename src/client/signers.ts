/**
 * The identities with which a device may sign: its secrets, joined with the certificates that the directory holds for
 * them. They are found by public key, so that a secret can never speak under another's certificate.
 */
import { equal } from '#core/bytes.ts';
import type { CryptoProvider, SigningKey } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { openTwinKeys, type TwinKeys } from '#model/certificate-maker.ts';
import type { DirectoryView, PositionRecord } from '#model/directory-view.ts';
import type { Right, Twin } from '#wire/directory.ts';
import type { TwinSecret } from '#wire/keyring.ts';
import type { TwinSigner, TwinVerifier } from '#wire/sign.ts';
import { parseCertificate } from '#x509/certificate.ts';
import type { OpenKeyring } from './keyring.ts';

export type SignerWhich =
  | { readonly kind: 'device' | 'registrar' | 'issuer' | 'root' }
  | { readonly kind: 'seal'; readonly position: string };

/**
 * A signer of this keyring.
 * @throws Refusal `key-missing` where the keyring has no such secret; `device-unknown`, `position-unknown`,
 *   `certificate-invalid` where the directory has no certificate for it
 */
export async function signer(crypto: CryptoProvider, ring: OpenKeyring, view: DirectoryView, which: SignerWhich): Promise<TwinSigner> {
  const keys = await keysOf(crypto, secretOf(ring, which));
  const found = verifiersOf(crypto, ring, view, which).find((verifier) => isOf(verifier, keys));
  if (found === undefined) throw new Refusal('certificate-invalid', { reason: 'no-certificate-for-key', identity: which.kind });
  return { ...keys, p256Certificate: found.p256Certificate, mldsaCertificate: found.mldsaCertificate };
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

/**
 * The position with which this device seals for an office: one that its person holds now, whose seal key it has.
 * @param rights one of them is enough; the first is named where all are lacking
 * @throws Refusal `not-entitled`
 */
export function sealingPosition(ring: OpenKeyring, view: DirectoryView, office: string, rights: readonly Right[], at: number): PositionRecord {
  const { person, seals } = ring.contents;
  const held = person === undefined ? [] : view.held(person, at);
  const found = held.find(
    (position) =>
      position.office === office &&
      rights.some((right) => position.rights.includes(right)) &&
      position.seal !== null &&
      seals.some((seal) => seal.position === position.position),
  );
  if (found === undefined) throw new Refusal('not-entitled', { right: rights[0]!, office });
  return found;
}

/** A position of the person in that office with that right. @throws Refusal `not-entitled` */
export function actingPosition(view: DirectoryView, person: string, right: 'draft' | 'approve' | 'sign' | 'receive' | 'hand-over', office: string, at: number): PositionRecord {
  const found = view.held(person, at).find((held) => held.office === office && held.rights.includes(right));
  if (found === undefined) throw new Refusal('not-entitled', { right, office });
  return found;
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
    if (device === null || device.endedBy !== null) throw new Refusal('device-unknown');
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
