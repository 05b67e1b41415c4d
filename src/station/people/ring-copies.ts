/**
 * Sealed copies of keyrings, the newest of each device, in a table that can be erased. What is in them this station
 * cannot read: their passphrase and OPAQUE slots need a secret that only the device holds, their card slot a card.
 * Source: docs/protocol/log-in.md §Copies.
 */
import { equal, hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Tables, Tx } from '#station/kernel/store.ts';
import { ringCopyStatement } from '#wire/gate.ts';
import { type KeyringFile, keyringFile } from '#wire/keyring.ts';
import { verifySignature } from '#wire/sign.ts';
import type { PeopleDeps } from './deps.ts';
import type { Caller } from './policy.ts';
import { decodeSignature } from './sessions.ts';
import { type PeopleTables, rememberRevision } from './store.ts';

export interface RingUpload {
  readonly revision: number;
  readonly file: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  readonly gate: Uint8Array;
  /** Of the device: unpadded base64url. */
  readonly signature: string;
  readonly record: Uint8Array | null;
}

export type RingCopy = PeopleTables['ring_copy'];

const GATE_BYTES = 32;
const RECORD_BYTES_MAX = 512;

export class RingCopies {
  readonly #deps: Pick<PeopleDeps, 'store' | 'provider'>;
  readonly #view: () => DirectoryView;
  readonly #tables: Tables<PeopleTables>;

  constructor(deps: Pick<PeopleDeps, 'store' | 'provider'>, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /**
   * Keeps a copy in place of the one before, whose traces are erased. The same again changes nothing.
   * @throws Refusal `keyring-malformed` where it is no sealed ring of this organisation in its present form (one that a
   *   passphrase alone opens is never kept here); `proof-wrong` where the device did not sign it: whoever borrowed a
   *   session could else replace the copy, and shut the device out by its revision; `keyring-rolled-back` where its
   *   revision is not greater
   */
  async put({ device }: Caller, upload: RingUpload): Promise<{ revision: number; opaque: boolean }> {
    const file = this.#decoded(upload);
    await this.#demandSigned(device, upload);
    const kept = await this.#tables.commit(async (tx) => {
      const standing = await copyOf(tx, device);
      const isSame = standing !== null && standing.revision === file.revision && equal(standing.bytes, upload.file);
      if (isSame && upload.record === null) return standing;
      const least = isSame ? 0 : (standing?.revision ?? 0) + 1;
      if (file.revision < least) throw new Refusal('keyring-rolled-back', { revision: file.revision, leastRevision: least - 1 });
      const row = this.#rowOf(device, upload, file, standing?.opaque_record ?? null);
      await tx.insertInto('ring_copy').values(row).onConflict((conflict) => conflict.column('device').doUpdateSet(row)).execute();
      await rememberRevision(tx, device, file.revision);
      return row;
    });
    await this.#deps.store.scrub();
    return { revision: kept.revision, opaque: kept.opaque_record !== null };
  }

  /** Of a device in force; null for none. */
  async of(device: string): Promise<RingCopy | null> {
    const row = await this.#tables.read((db) => db.selectFrom('ring_copy').selectAll().where('device', '=', device).executeTakeFirst());
    return row !== undefined && this.#isInForce(device) ? row : null;
  }

  /** The devices in force whose copy names a card by that locator, in the order of their codes, with the gate that it names. */
  async namedByCard(card: string): Promise<{ device: string; gate: Uint8Array }[]> {
    const rows = await this.#tables.read((db) => db.selectFrom('ring_copy').select(['device', 'card_gate']).where('card', '=', card).execute());
    const named = rows.flatMap(({ device, card_gate: gate }) => (gate !== null && this.#isInForce(device) ? [{ device, gate }] : []));
    return named.toSorted((one, other) => (one.device < other.device ? -1 : 1));
  }

  /** The greatest revision that this station has seen of a device. */
  async greatestOf(device: string): Promise<number> {
    const row = await this.#tables.read((db) => db.selectFrom('device_revision').select('revision').where('device', '=', device).executeTakeFirst());
    return row?.revision ?? 0;
  }

  /** Erases the copies of devices that have ended. @returns how many there were */
  async eraseEnded(): Promise<number> {
    const rows = await this.#tables.read((db) => db.selectFrom('ring_copy').select('device').execute());
    const ended = rows.map(({ device }) => device).filter((device) => !this.#isInForce(device));
    if (ended.length === 0) return 0;
    await this.#tables.commit(async (tx) => {
      for (const device of ended) {
        await tx.deleteFrom('ring_copy').where('device', '=', device).execute();
        await tx.deleteFrom('opaque_attempt').where('device', '=', device).execute();
      }
    });
    await this.#deps.store.scrub();
    return ended.length;
  }

  #isInForce(device: string): boolean {
    return this.#view().device(device)?.endedBy === null;
  }

  #decoded({ file, revision, gate, record }: RingUpload): KeyringFile {
    const decoded = decode(file);
    const isOurs = decoded !== null && decoded.revision === revision && equal(decoded.organisation, this.#view().organisation.id)
      && decoded.slots.length === 0 && decoded.openings !== undefined;
    if (!isOurs) throw new Refusal('keyring-malformed');
    if (gate.length !== GATE_BYTES || (record?.length ?? 0) > RECORD_BYTES_MAX) throw new Refusal('request-malformed', { field: 'gate' });
    return decoded;
  }

  async #demandSigned(device: string, { revision, file, gate, signature }: RingUpload): Promise<void> {
    const { provider } = this.#deps;
    const record = this.#view().device(device);
    const proof = decodeSignature(signature);
    const statement = ringCopyStatement(device, revision, provider.hash.sha256(file), gate);
    const isSigned = record !== null && proof !== null && (await verifySignature(provider, record.verifier, 'session', statement, proof));
    if (!isSigned) throw new Refusal('proof-wrong');
  }

  /** A record is kept for as long as the copy has the OPAQUE slot that was made with it. */
  #rowOf(device: string, { file, gate, record }: RingUpload, { revision, openings = [] }: KeyringFile, standing: Uint8Array | null): RingCopy {
    const card = openings.find((slot) => slot.kind === 'card');
    const opaque = openings.find((slot) => slot.kind === 'opaque');
    const { sha256 } = this.#deps.provider.hash;
    const kept = [record, standing].find((one) => one !== null && opaque !== undefined && equal(sha256(one), opaque.record)) ?? null;
    return {
      device, revision, bytes: file, gate, card: card === undefined ? null : hex(card.locator), card_gate: card?.gate ?? null, opaque_record: kept,
    };
  }
}

async function copyOf(tx: Tx<PeopleTables>, device: string): Promise<RingCopy | null> {
  return (await tx.selectFrom('ring_copy').selectAll().where('device', '=', device).executeTakeFirst()) ?? null;
}

function decode(bytes: Uint8Array): KeyringFile | null {
  try {
    return keyringFile.decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
