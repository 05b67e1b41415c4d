/**
 * Restores a device's keyring on another machine, or after its passphrase or file was lost: what the station kept, opened
 * by the card or by OPAQUE, under a new passphrase, a new device secret and a revision that leaves every other copy
 * behind. Source: docs/protocol/log-in.md §Recovery.
 */
import { equal } from '#core/bytes.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import type { StationApi } from '../api.ts';
import { type KeyringDeps, type OpenKeyring, unlockKeyring } from './keyring.ts';
import { decodeKeyringFile, DEVICE_SECRET_BYTES } from './keyring-file.ts';
import { fetchByCard, type FetchedRing } from './ring-copy.ts';
import type { Opener } from './ring-slots.ts';
import { checkPassphrase, type StretchingCost } from './slots.ts';

/** Further than a device out of reach of its station changes its ring: one left behind does not catch up by itself. */
export const LEAP = 2 ** 20;

export interface RecoveryOrder {
  readonly fetched: FetchedRing;
  readonly opener: Opener;
  readonly passphrase: string;
  /** Of the station that answered. */
  readonly organisation: Uint8Array;
  readonly cost?: StretchingCost;
}

/**
 * The copy that a card opens, of all that name it. Others' may: what names a card stands in the clear in a sealed ring.
 * @throws Refusal `card-unknown` where the station has none that it opens
 */
export async function findByCard(deps: Pick<KeyringDeps, 'crypto' | 'random'>, api: StationApi, card: Uint8Array): Promise<FetchedRing> {
  for (let fetched = await fetchByCard(deps.crypto, api, card); ; fetched = await fetchByCard(deps.crypto, api, card, fetched.device)) {
    if (await isOpenedBy(deps, fetched, { kind: 'card', card })) return fetched;
  }
}

async function isOpenedBy({ crypto, random }: Pick<KeyringDeps, 'crypto' | 'random'>, fetched: FetchedRing, opener: Opener): Promise<boolean> {
  try {
    const ring = await unlockKeyring({ crypto, random, store: inMemory(fetched.file) }, opener);
    const { device } = ring.contents;
    ring.lock();
    return device === fetched.device;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/**
 * Nothing stands in the store before the copy was opened, checked and sealed anew.
 * @param deps whose store has no keyring; whose device secret is kept where OPAQUE opens with it, and new for a card
 * @throws Refusal `name-taken` where a keyring stands there; `keyring-malformed`, `card-wrong`, `passphrase-wrong`,
 *   `passphrase-too-short`, `organisation-unknown`
 */
export async function restoreKeyring(deps: KeyringDeps & { readonly deviceSecret: KeyringStore }, order: RecoveryOrder): Promise<OpenKeyring> {
  const { fetched, opener, passphrase, organisation, cost } = order;
  checkPassphrase(passphrase);
  if ((await deps.store.read()) !== null) throw new Refusal('name-taken', { what: 'keyring' });
  if (!equal(decodeKeyringFile(fetched.file).organisation, organisation)) throw new Refusal('organisation-unknown');
  // A secret that the lost machine has too would let its thief guess at what is written from now on.
  const secret = opener.kind === 'opaque' ? await deps.deviceSecret.read() : deps.random.bytes(DEVICE_SECRET_BYTES);
  const scratch = { ...deps, store: inMemory(fetched.file), deviceSecret: inMemory(secret) };
  const ring = await unlockKeyring(scratch, opener);
  try {
    const { device, person } = ring.contents;
    if (device !== fetched.device || person !== fetched.person) throw new Refusal('keyring-malformed', { reason: 'another-device' });
    await ring.setPassphrase(passphrase, cost);
    // Its passkeys may be inside the machine that was lost.
    if (ring.slots.some(({ kind }) => kind === 'passkey')) await ring.removeSlots(({ kind }) => kind === 'passkey');
    const card = ring.slots.find((slot) => slot.kind === 'card');
    if (card !== undefined && opener.kind === 'card') await ring.markCardTried(card.number, deps.clock?.now() ?? card.created);
    await ring.leapTo(Math.max(fetched.leastRevision, ring.revision) + LEAP);
    await deps.deviceSecret.write(secret!);
    await deps.store.write((await ring.sealed()).bytes);
    return await unlockKeyring(deps, { kind: 'keys', keys: ring.keys! });
  } finally {
    ring.lock();
  }
}

function inMemory(bytes: Uint8Array | null): KeyringStore {
  let held = bytes;
  return {
    read: async () => held,
    write: async (written) => {
      held = written;
    },
  };
}
