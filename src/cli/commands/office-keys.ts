/** An office's keys: made on this device where there are none, and given to every device entitled to them. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { entitledDevices, makeFirstOfficeKeys, officeKeyPlan } from '#client/office-keys.ts';
import { withOfficeKeys } from '#client/keyring.ts';
import { signPlans } from '#client/admission.ts';
import { signer } from '#client/signers.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { propose } from '../registrar.ts';
import type { Values } from '../values.ts';

export interface KeysResult {
  readonly office: string;
  readonly made: number;
  readonly given: number;
}

export async function officeKeys(context: CliContext, values: Values): Promise<Outcome> {
  const done = await withDevice(context, values, (device) => keepOfficeKeys(context, device, officeOf(values, device)));
  return { json: done, lines: [fill(context.words.said.keysMade, { office: done.office, made: done.made, given: done.given })] };
}

/**
 * Makes keys only where the directory has none: another device's come by wrap, and the first sequenced wins. Secrets
 * are in the keyring before the directory hears of their public keys, so that a crash in between loses none.
 */
export async function keepOfficeKeys(context: CliContext, device: Device, office: string): Promise<KeysResult> {
  const { provider, random, clock } = context;
  const { session } = device;
  if (!mayKeepKeys(context, device, office)) throw new Refusal('office-keys-not-entitled', { office });
  const hasKeys = session.view.currentKey(office, 'storage', clock.now()) !== null;
  let made = 0;
  if (!hasKeys) {
    const keys = await makeFirstOfficeKeys(provider, office, clock.now());
    await session.ring.change((contents) => withOfficeKeys(contents, keys.map(({ secret }) => secret)));
    const own = await signer(provider, session.ring, session.view, { kind: 'device' });
    const plans = keys.map(({ published }) => officeKeyPlan(office, published));
    const desk = { crypto: provider, random, organisation: session.view.organisation, now: clock.now() };
    await propose(context, device, await signPlans(desk, [own], plans, session.view.point));
    made = keys.length;
  }
  const wraps = await session.shareOfficeKeys(office);
  return { office, made, given: wraps === 0 ? 0 : entitledDevices(session.view, office, clock.now()).length - 1 };
}

function mayKeepKeys({ clock }: CliContext, { person, session: { view } }: Device, office: string): boolean {
  return view.held(person, clock.now()).some((position) => position.office === office && position.rights.includes('keys'));
}
