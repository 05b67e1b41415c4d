/** A registrar's device at work: signs entries, proposes them, and waits for nobody. */
import { base64url } from '#core/bytes.ts';
import { issuerOf, type RegistrarDesk, signPlans } from '#client/admission.ts';
import { signer } from '#client/signers.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { Refusal } from '#core/refusals.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';

const ENTRIES_PER_PROPOSAL = 32;

export interface Proposed {
  readonly outcome: 'sequenced' | 'sent';
  readonly size: number;
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
  return propose(context, device, await signPlans(desk, [registrar], plans, device.session.view.point));
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
