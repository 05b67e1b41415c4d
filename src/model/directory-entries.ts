/** Makes entries of the directory log: what registrars, roots and key-making devices sign. */

import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import {
  DIRECTORY_BODIES, type DirectoryBody, directoryEntry, type DirectoryKind, entryStatement,
} from '#wire/directory.ts';
import type { LogPoint } from '#wire/names.ts';
import { signBatch, signOne, type TwinSigner } from '#wire/sign.ts';
import type { Structure } from '#wire/codec.ts';

export interface EntryOrder {
  /** Null for the founding entry only. */
  readonly organisation: Uint8Array | null;
  readonly created: Instant;
  /** The newest state of the log that the signer has checked. */
  readonly after: LogPoint | null;
  readonly random: RandomSource;
}

/** An entry's kind with its body, before anyone signs it; of an `end` that tells of the past, since when. */
export type EntryPlan = { [K in DirectoryKind]: { readonly kind: K; readonly body: DirectoryBody<K>; readonly created?: Instant | undefined } }[DirectoryKind];

/**
 * One entry, signed by everyone given.
 * @returns the bytes that the log holds
 */
export async function makeEntry<K extends DirectoryKind>(
  provider: CryptoProvider, signers: readonly TwinSigner[], kind: K, body: DirectoryBody<K>, order: EntryOrder,
): Promise<Uint8Array> {
  const [only] = await makeEntries(provider, signers, [{ kind, body } as EntryPlan], order);
  return only!;
}

/** Several entries that the same signers decide together: each signs once, however many they are. */
export async function makeEntries(
  provider: CryptoProvider, signers: readonly TwinSigner[], plans: readonly EntryPlan[], order: EntryOrder,
): Promise<Uint8Array[]> {
  if (plans.length === 0) return [];
  const statements = plans.map((plan) => encodeStatement(plan, order));
  const bySigner = await Promise.all(
    signers.map((signer) => signBatch(provider, signer, 'directory', statements, order.random)),
  );
  return statements.map((statement, i) =>
    directoryEntry.encode({ statement, signatures: bySigner.map((signatures) => signatures[i]!) }),
  );
}

/** The same entry with one more signature: a second registrar's, made elsewhere and later. */
export async function countersignEntry(
  provider: CryptoProvider, signer: TwinSigner, entryBytes: Uint8Array, random: RandomSource,
): Promise<Uint8Array> {
  const { statement, signatures } = directoryEntry.decode(entryBytes);
  const added = await signOne(provider, signer, 'directory', statement, random);
  return directoryEntry.encode({ statement, signatures: [...signatures, added] });
}

function encodeStatement({ kind, body, created }: EntryPlan, order: EntryOrder): Uint8Array {
  const codec = DIRECTORY_BODIES[kind] as Structure<unknown>;
  return entryStatement.encode({
    version: 1,
    organisation: order.organisation ?? undefined,
    kind,
    body: codec.encode(body),
    created: created ?? order.created,
    after: order.after ?? undefined,
    salt: order.random.bytes(16),
  });
}
