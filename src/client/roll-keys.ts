/** New keys of an office at once, because somebody who had the old ones shall read nothing that is sent from now on. */
import { base64url } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import type { KeyPurpose } from '#wire/names.ts';
import { signPlans } from './admission.ts';
import { withOfficeKeys } from './keyring.ts';
import { type MadeOfficeKey, makeOfficeKey, officeKeyPlan } from './office-keys.ts';
import type { Session } from './session.ts';
import { signer } from './signers.ts';

const PERIOD_MS = 7 * DAY_MS;
/** A little before the act, for clocks that are behind. */
const EARLY_MS = 3_600_000;

/** Whether this device may make the keys of an office now. */
export function mayRoll(session: Session, office: string): boolean {
  const { person } = session.ring.contents;
  return person !== undefined && session.view.may(person, 'keys', office, session.now());
}

/**
 * Makes the next storage generation and transport period, current from now on, and wraps them for who may have them.
 * Secrets are in the keyring before the directory hears of their public keys.
 * @returns how many wraps were given
 */
export async function rollOfficeKeys(session: Session, office: string): Promise<number> {
  const { crypto, random, ring } = session;
  const now = session.now();
  const next = (purpose: KeyPurpose): number => Math.max(0, ...session.view.officeKeys(office, purpose).map(({ number }) => number)) + 1;
  const made: MadeOfficeKey[] = [
    await makeOfficeKey(crypto, office, 'storage', next('storage'), now - EARLY_MS),
    await makeOfficeKey(crypto, office, 'transport', next('transport'), now - EARLY_MS, now + PERIOD_MS),
  ];
  await ring.change((contents) => withOfficeKeys(contents, made.map(({ secret }) => secret)));
  const own = await signer(crypto, ring, session.view, { kind: 'device' });
  const desk = { crypto, random, organisation: session.view.organisation, now };
  const entries = await signPlans(desk, [own], made.map(({ published }) => officeKeyPlan(office, published)), session.view.point);
  await session.api.call('propose', { body: { entries: entries.map(base64url) } });
  await session.directory.sync();
  return session.shareOfficeKeys(office);
}
