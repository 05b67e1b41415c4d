/** A registrar's device at work: signs entries, proposes them, and waits for nobody. */
import { base64url } from '#core/bytes.ts';
import { issuerOf, type RegistrarDesk, signPlans } from '#client/admission.ts';
import { signer } from '#client/signers.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { isForTwo } from '#model/directory-signers.ts';
import { PENDING_ENTRIES_MAX } from '#wire/proposal.ts';
import { Refusal } from '#core/refusals.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';

const ENTRIES_PER_PROPOSAL = 32;

export interface Proposed {
  /** `waiting`: at the station, until another registrar signs too. */
  readonly outcome: 'sequenced' | 'sent' | 'waiting';
  readonly size: number;
  /** Codes of what waits. */
  readonly proposals?: readonly string[];
}

/** @throws Refusal `registrar-required` where this keyring is no registrar's */
export async function registrarDesk({ provider: crypto, random, clock }: CliContext, { session: { ring, view } }: Device): Promise<RegistrarDesk> {
  if (ring.contents.registrar === undefined || ring.contents.issuer === undefined) throw new Refusal('registrar-required');
  const issuer = await issuerOf(crypto, ring, view.organisation);
  return { crypto, random, organisation: view.organisation, issuer, now: clock.now() };
}

/** Signs as registrar, proposes, and fetches the directory back. */
export async function proposePlans(context: CliContext, device: Device, plans: readonly EntryPlan[]): Promise<Proposed> {
  const { provider, random, clock } = context;
  if (device.session.ring.contents.registrar === undefined) throw new Refusal('registrar-required');
  const registrar = await signer(provider, device.session.ring, device.session.view, { kind: 'registrar' });
  const desk = { crypto: provider, random, organisation: device.session.view.organisation, now: clock.now() };
  const entries = await signPlans(desk, [registrar], plans, device.session.view.point);
  return needsSecond(device, plans) ? park(device, entries) : propose(context, device, entries);
}

/** Whether one registrar's word is not enough; then all of it waits together, since entries build on each other. */
function needsSecond({ session: { view } }: Device, plans: readonly EntryPlan[]): boolean {
  return view.registrars().length > 1 && plans.some((plan) => isForTwo(plan, (office) => view.office(office)));
}

async function park({ session: { api, view } }: Device, entries: readonly Uint8Array[]): Promise<Proposed> {
  if (entries.length > PENDING_ENTRIES_MAX) throw new Refusal('proposals-full', { most: PENDING_ENTRIES_MAX });
  const { proposal } = await api.call('putPending', { body: { entries: entries.map(base64url) } });
  return { outcome: 'waiting', size: view.point.size, proposals: [proposal] };
}

export async function propose(context: CliContext, device: Device, entries: readonly Uint8Array[]): Promise<Proposed> {
  let last: Proposed = { outcome: 'sequenced', size: device.session.view.point.size };
  for (let at = 0; at < entries.length; at += ENTRIES_PER_PROPOSAL) {
    const some = entries.slice(at, at + ENTRIES_PER_PROPOSAL).map(base64url);
    last = await device.session.api.call('propose', { body: { entries: some } });
  }
  await device.session.directory.sync(context.stop);
  return last;
}
