/**
 * A device's own copy of what other organisations show of their directories: fetched from its station, judged here, never
 * smaller or other than what was accepted before. The point of each is pinned in the keyring. What is refused is not taken
 * and said, and stops no work within the own organisation. Source: docs/protocol/federation.md §Handing on.
 */
import { equal, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { KeyringStore } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Peers } from '#model/directories.ts';
import type { ApplyOptions } from '#model/directory.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { type AcceptedShown, acceptShown } from '#model/shown-directory.ts';
import { arrayOf, bytes, structure } from '#wire/codec.ts';
import { LIMITS } from '#wire/limits.ts';
import type { LogPoint } from '#wire/names.ts';
import type { StationApi } from '../api.ts';
import { decodedLater } from '#core/decoding.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';

export interface PeersDeps extends ApplyOptions {
  readonly crypto: CryptoProvider;
  readonly api: Pick<StationApi, 'call' | 'bytes'>;
  readonly ring: OpenKeyring;
  readonly view: () => DirectoryView;
  /** What earlier runs fetched, to be judged again; public, so it needs no sealing. */
  readonly cache?: KeyringStore;
}

/** Organisations whose point a device remembers. */
export const PEERS_MAX = 256;
const SHOWN_BYTES_MAX = LIMITS.disclosureBytes + 4 * 1024 * 1024;
const cached = structure('PeersCache', 256 * 1024 * 1024, arrayOf(bytes(1, SHOWN_BYTES_MAX), PEERS_MAX));

export class PeersSync implements Peers {
  readonly #deps: PeersDeps;
  readonly #held = new Map<string, AcceptedShown>();
  readonly #refused = new Map<string, RefusalCode>();
  #isRestored = false;

  constructor(deps: PeersDeps) {
    this.#deps = deps;
  }

  view(organisation: Uint8Array): DirectoryView | null {
    return this.#held.get(hex(organisation))?.state ?? null;
  }

  /** The point of a peer's log that this device accepted last; null before the first. */
  point(organisation: Uint8Array): LogPoint | null {
    const pinned = (this.#deps.ring.contents.peers ?? []).find((one) => equal(one.organisation, organisation));
    return pinned === undefined ? null : { size: pinned.size, root: pinned.root };
  }

  /** What the station offered and this device did not take, by the peer's name. */
  get refused(): ReadonlyMap<string, RefusalCode> {
    return this.#refused;
  }

  /** Takes what the station has of each peer, if it holds. @returns whether anything is new */
  async sync(signal?: AbortSignal): Promise<boolean> {
    const agreements = newestOf(this.#deps.view().agreements());
    if (agreements.length === 0) return false;
    await this.#restore(agreements);
    const { peers } = await this.#deps.api.call('peers', { signal });
    let isNew = false;
    for (const agreement of agreements) {
      const size = peers.find(({ organisation }) => organisation === hex(agreement.organisation))?.size ?? null;
      if (await this.#take(agreement, size, signal)) isNew = true;
    }
    if (isNew) await this.#keep();
    return isNew;
  }

  async #take(agreement: AgreementRecord, size: number | null, signal: AbortSignal | undefined): Promise<boolean> {
    const { peer, organisation } = agreement;
    const pinned = this.point(organisation);
    const held = this.#held.get(hex(organisation)) ?? null;
    if (size === held?.point.size || size === null) return false;
    try {
      if (pinned !== null && size < pinned.size) throw new Refusal('directory-rolled-back', { held: pinned.size, offered: size });
      const shown = await this.#deps.api.bytes('peerDirectory', { path: { peer }, signal });
      const accepted = await this.#judge(agreement, pinned, shown);
      this.#held.set(hex(organisation), accepted);
      await this.#pin(organisation, pinned, accepted.point);
      this.#refused.delete(peer);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || !JUDGED.includes(error.code)) throw error;
      this.#refused.set(peer, error.code);
      return false;
    }
  }

  #judge(agreement: AgreementRecord, held: LogPoint | null, shown: Uint8Array): Promise<AcceptedShown> {
    const { crypto, authority } = this.#deps;
    return decodedLater('cbor-malformed', () => acceptShown(crypto, agreement, held, shown, authority === undefined ? {} : { authority }));
  }

  async #pin(organisation: Uint8Array, pinned: LogPoint | null, { size, root }: LogPoint): Promise<void> {
    if (pinned !== null && size <= pinned.size) return;
    await this.#deps.ring.change((contents) => {
      const others = (contents.peers ?? []).filter((one) => !equal(one.organisation, organisation));
      return { ...contents, peers: [...others, { organisation, size, root }].slice(-PEERS_MAX) };
    });
  }

  /** A cache that is damaged, foreign or other than what was pinned is nothing worse than none. */
  async #restore(agreements: readonly AgreementRecord[]): Promise<void> {
    if (this.#isRestored) return;
    this.#isRestored = true;
    const kept = (await this.#deps.cache?.read()) ?? null;
    if (kept === null) return;
    try {
      for (const shown of cached.decode(kept)) {
        for (const agreement of agreements) {
          const accepted = await this.#judge(agreement, null, shown).catch(refusedOnly);
          const pinned = this.point(agreement.organisation);
          const isPinned = accepted !== null && pinned !== null && accepted.point.size === pinned.size && equal(accepted.point.root, pinned.root);
          if (isPinned) this.#held.set(hex(agreement.organisation), accepted);
        }
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }

  async #keep(): Promise<void> {
    await this.#deps.cache?.write(cached.encode([...this.#held.values()].slice(0, PEERS_MAX).map((one) => one.bytes)));
  }
}

/** With these what was offered is at fault, and not the way to it. */
const JUDGED: readonly RefusalCode[] = [
  'directory-rolled-back', 'directory-inconsistent', 'directory-entry-refused', 'directory-signature-wrong', 'organisation-unknown', 'cbor-malformed',
  'certificate-invalid', 'body-too-large',
];

/** One agreement for each organisation: the one in force, else the last. */
function newestOf(agreements: readonly AgreementRecord[]): AgreementRecord[] {
  const newest = new Map<string, AgreementRecord>();
  for (const one of agreements) {
    const before = newest.get(hex(one.organisation));
    if (before === undefined || before.endedBy !== null) newest.set(hex(one.organisation), one);
  }
  return [...newest.values()];
}

function refusedOnly(error: unknown): null {
  if (error instanceof Refusal) return null;
  throw error;
}
