/**
 * Who signs changes of the directory: asked for on a device, given and taken away with the root, which is open for as long
 * as it signs. The command line and the pages do it alike. Source: docs/decisions/0121-a-second-registrar-in-pages.md.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { openTwinKeys, subjectName, validityFrom, x509Maker } from '#model/certificate-maker.ts';
import { checkDeviceRequest } from '#model/device-requests.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { type DeviceRequest, deviceRequest } from '#wire/invitation.ts';
import { parseCertificate } from '#x509/certificate.ts';
import { signPlans } from './admission.ts';
import { demandFingerprint } from '../keyring/device-request.ts';
import { demandAsker, type KeyRequestFile, makeKeyRequest, openIssuer, sealIssuer } from '../office-keys/key-requests.ts';
import { type OpenKeyring, unlockKeyring } from '../keyring/keyring.ts';
import { type Proposed, propose, registrarDesk } from './registrar-desk.ts';
import type { Session } from '../session.ts';
import { signer } from '../signers.ts';

/** Opens the root's keyring; called once everything else was checked. */
export type RootOpener = () => Promise<OpenKeyring>;

/** A root's file, sealed as it was taken away; nothing is written back to it. @throws Refusal `keyring-malformed`, `passphrase-wrong` when it opens */
export function rootOfFile({ crypto, random }: Pick<Session, 'crypto' | 'random'>, file: Uint8Array, passphrase: string): RootOpener {
  const store = { read: async () => file, write: async () => { throw new Refusal('internal', { reason: 'root-written' }); } };
  return () => unlockKeyring({ crypto, random, store }, passphrase);
}

/** Makes a registrar's keys on this device and asks for their certificates; they sign nothing before the directory has them. */
export async function requestRegistrar(session: Session): Promise<KeyRequestFile> {
  const { request, fingerprint, secret } = await makeKeyRequest(session.crypto, session.ring, session.now());
  await session.ring.change((contents) => ({ ...contents, registrar: secret }));
  return { request: deviceRequest.encode(request), fingerprint };
}

export interface RegistrarOrder {
  readonly request: DeviceRequest;
  /** As the asker read it. */
  readonly fingerprint: string;
  readonly root: RootOpener;
  /** Takes the issuer's keys, sealed to the asker's device, before anything is proposed: what fails later loses nothing. */
  readonly deliver: (grant: Uint8Array) => Promise<void>;
}

/**
 * By a registrar beside the root.
 * @throws Refusal `registrar-required`, `fingerprint-differs`; those of checkDeviceRequest, demandAsker, proposeAsRoot
 */
export async function addRegistrar(session: Session, { request, fingerprint, root, deliver }: RegistrarOrder, signal?: AbortSignal): Promise<Proposed & { readonly person: string; readonly name: string }> {
  const { crypto, random, view } = session;
  const desk = await registrarDesk(session);
  demandFingerprint(crypto, request, fingerprint);
  const { device, more } = demandAsker(view, await checkDeviceRequest(crypto, view.organisation.id, request));
  const { person } = device;
  const name = view.person(person)?.name ?? person;
  const subject = { name: subjectName(view.organisation.name, 'Đăng ký', name), validity: validityFrom(desk.now, 'end') };
  const certificates = await x509Maker(crypto, random).twin(desk.issuer, 'registrar', subject, more);
  const grant = await sealIssuer(crypto, view.organisation.id, device, session.ring.contents.issuer!);
  const proposed = await proposeAsRoot(session, root, [{ kind: 'registrar', body: { person, name, certificates } }], () => deliver(grant), signal);
  return { ...proposed, person, name };
}

/** Takes the issuer's keys that another registrar sealed to this device: with them it certifies devices too. @throws Refusal those of openIssuer; `certificate-invalid` where they are another's */
export async function acceptIssuer({ crypto, ring, view }: Session, grant: Uint8Array): Promise<void> {
  const issuer = await openIssuer(crypto, ring, grant);
  const keys = await openTwinKeys(crypto, issuer);
  const { p256, mldsa } = view.organisation.issuer;
  const isIt = equal(keys.p256.publicKey, parseCertificate(p256).publicKey.raw) && equal(keys.mldsa.publicKey, parseCertificate(mldsa).publicKey.raw);
  if (!isIt) throw new Refusal('certificate-invalid', { reason: 'no-certificate-for-key', identity: 'issuer' });
  await ring.change((contents) => ({ ...contents, issuer }));
}

/** @throws Refusal `person-unknown` for who is no registrar; those of proposeAsRoot */
export async function endRegistrar(session: Session, root: RootOpener, person: string, reason: 'left' | 'compromised', signal?: AbortSignal): Promise<Proposed> {
  if (!session.view.registrars().some((one) => one.person === person)) throw new Refusal('person-unknown', { person });
  return proposeAsRoot(session, root, [{ kind: 'end', body: { what: 'registrar', code: person, reason } }], undefined, signal);
}

/**
 * The root signs alone and is locked again, whatever comes of it, before anything leaves this device.
 * @param signed what has to be safe before the directory may say so
 * @throws Refusal those of the opener, of signer and of the log
 */
async function proposeAsRoot(session: Session, openRoot: RootOpener, plans: readonly EntryPlan[], signed?: () => Promise<void>, signal?: AbortSignal): Promise<Proposed> {
  const entries = await signAsRoot(session, openRoot, plans);
  await signed?.();
  return propose(session, entries, signal);
}

async function signAsRoot({ crypto, random, clock, view }: Session, openRoot: RootOpener, plans: readonly EntryPlan[]): Promise<Uint8Array[]> {
  const ring = await openRoot();
  try {
    const root = await signer(crypto, ring, view, { kind: 'root' });
    return await signPlans({ crypto, random, organisation: view.organisation, now: clock.now() }, [root], plans, view.point);
  } finally {
    ring.lock();
  }
}
