/**
 * New keys of an office: made on this device, in its keyring before anybody hears of them, fixed by directory entries.
 * The first sequenced wins: what lost is taken out of the ring again, and the winner's comes by wrap.
 * Source: docs/protocol/keyring.md §Periods, §Rolls.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { type EntryPlan, makeEntries } from '#model/directory-entries.ts';
import type { KeyNeed } from '#model/key-periods.ts';
import type { OfficePublicKey } from '#wire/invitation.ts';
import type { OfficeKeySecret } from '#wire/keyring.ts';
import type { KeyDesk } from './key-desk.ts';
import { withOfficeKeys } from '../keyring/keyring.ts';
import { lodge, type Patience } from '../directory/lodging.ts';
import { officeKeyPlan } from './office-keys.ts';
import { signer } from '../signers.ts';

/**
 * Makes keys and proposes them, signed by this device alone.
 * @param then entries that follow them, such as the ends of compromised keys: no sender is without a key in between
 * @returns how many the directory has now as this device made them; fewer while they are on their way to the sequencer
 */
export async function makeKeys(desk: KeyDesk, office: string, needs: readonly KeyNeed[], then: readonly EntryPlan[] = [], patience: Patience = {}): Promise<number> {
  const { crypto, ring } = desk;
  const published: OfficePublicKey[] = [];
  const secrets: OfficeKeySecret[] = [];
  for (const { purpose, number, from, until } of needs) {
    // A secret of an earlier try, whose entry never came: another one each time would fill the ring.
    const secret = ring.officeKey(office, purpose, number)?.slice() ?? (await crypto.kem.generateSecret());
    secrets.push({ office, purpose, number, secret });
    published.push({ purpose, number, from, until, kem: crypto.kem.id, publicKey: await crypto.kem.publicKey(secret) });
  }
  if (secrets.length > 0) await ring.change((contents) => withOfficeKeys(contents, secrets));
  await proposeAsDevice(desk, [...published.map((key) => officeKeyPlan(office, key)), ...then], patience);
  await dropLost(desk, office);
  return published.filter(({ purpose, number, publicKey }) => isFixedAs(desk, office, purpose, number, publicKey)).length;
}

/** Signs with this device's keys and proposes; what was refused because another came first is no fault. */
export async function proposeAsDevice(desk: KeyDesk, plans: readonly EntryPlan[], patience: Patience = {}): Promise<void> {
  if (plans.length === 0) return;
  const { crypto, random, ring, view, directory } = desk;
  const own = await signer(crypto, ring, view, { kind: 'device' });
  const order = { organisation: view.organisation.id, created: desk.now(), after: view.point, random };
  const entries = await makeEntries(crypto, [own], plans, order);
  try {
    await lodge(desk, entries, patience);
  } catch (error) {
    const isLate = error instanceof Refusal && error.code === 'directory-entry-refused' && error.detail['reason'] === 'number-taken';
    if (!isLate) throw error;
    await directory.sync();
  }
}

/** Secrets under numbers that the directory has fixed otherwise: another device was first. */
async function dropLost(desk: KeyDesk, office: string): Promise<void> {
  const { crypto, ring, view } = desk;
  const lost: OfficeKeySecret[] = [];
  for (const purpose of ['transport', 'storage'] as const) {
    const newest = view.officeKeys(office, purpose).toSorted((one, other) => other.number - one.number).slice(0, NEWEST);
    for (const { number, publicKey } of newest) {
      const secret = ring.officeKey(office, purpose, number);
      if (secret === null || equal(await crypto.kem.publicKey(secret), publicKey)) continue;
      lost.push({ office, purpose, number, secret });
    }
  }
  await dropKeys(desk, lost);
}

const NEWEST = 8;

/** Takes secrets out of the ring and erases them. */
export async function dropKeys({ ring }: Pick<KeyDesk, 'ring'>, keys: readonly Pick<OfficeKeySecret, 'office' | 'purpose' | 'number'>[]): Promise<void> {
  if (keys.length === 0) return;
  const isOne = (held: OfficeKeySecret): boolean =>
    keys.some(({ office, purpose, number }) => held.office === office && held.purpose === purpose && held.number === number);
  const dropped: OfficeKeySecret[] = [];
  await ring.change((contents) => {
    dropped.push(...contents.officeKeys.filter(isOne));
    return { ...contents, officeKeys: contents.officeKeys.filter((held) => !isOne(held)) };
  });
  for (const { secret } of dropped) secret.fill(0);
}

function isFixedAs({ view }: KeyDesk, office: string, purpose: KeyNeed['purpose'], number: number, publicKey: Uint8Array): boolean {
  const fixed = view.officeKeys(office, purpose).find((key) => key.number === number);
  return fixed !== undefined && equal(fixed.publicKey, publicKey);
}
