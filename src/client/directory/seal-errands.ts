/**
 * The seal of a position for a device that is in force: asked for there, given by a registrar who compared the
 * fingerprint. Source: docs/decisions/0034-one-more-pair-of-keys.md, docs/operating/people.md.
 */
import { Refusal } from '#core/refusals.ts';
import { checkDeviceRequest } from '#model/device-requests.ts';
import { type DeviceRequest, deviceRequest } from '#wire/invitation.ts';
import { planPosition } from './admission.ts';
import { demandFingerprint } from '../keyring/device-request.ts';
import { demandAsker, type KeyRequestFile, makeKeyRequest } from '../office-keys/key-requests.ts';
import { type Proposed, proposePlans, registrarDesk } from './registrar-desk.ts';
import type { Session } from '../session.ts';
import { actorOf } from '../signers.ts';

/**
 * Makes the pair on this device and asks for its certificates. The secret stands in the ring at once; it seals nothing
 * before the directory has it.
 * @throws Refusal `holder-unknown` where this person does not hold the position themself
 */
export async function requestSeal(session: Session, position: string): Promise<KeyRequestFile> {
  const { crypto, ring, view } = session;
  const { person } = actorOf(ring);
  const isOwn = view.held(person, session.now()).some((held) => held.position === position && held.acting === null);
  if (!isOwn) throw new Refusal('holder-unknown', { person, position });
  const { request, fingerprint, secret } = await makeKeyRequest(crypto, ring, session.now());
  await ring.change((contents) => ({ ...contents, seals: [...contents.seals.filter((one) => one.position !== position), { position, seal: secret }] }));
  return { request: deviceRequest.encode(request), fingerprint };
}

/**
 * Certifies the seal that a device asks for; the one that stood before is ended by it.
 * @param typed the fingerprint as the holder read it
 * @throws Refusal `registrar-required`, `fingerprint-differs`, `holder-unknown`; those of checkDeviceRequest, demandAsker and proposePlans
 */
export async function giveSeal(session: Session, code: string, request: DeviceRequest, typed: string, signal?: AbortSignal): Promise<Proposed & { readonly device: string }> {
  const { crypto, view } = session;
  const desk = await registrarDesk(session);
  demandFingerprint(crypto, request, typed);
  const { device: asker, more } = demandAsker(view, await checkDeviceRequest(crypto, view.organisation.id, request));
  const held = view.held(asker.person, desk.now).find(({ position, acting }) => position === code && acting === null);
  if (held === undefined) throw new Refusal('holder-unknown', { person: asker.person, position: code });
  const { position, office, title, rights } = held;
  const proposed = await proposePlans(session, [await planPosition(desk, { position, office, title, rights }, view.office(office)!.name, more)], signal, request.statement);
  return { ...proposed, device: asker.device };
}
