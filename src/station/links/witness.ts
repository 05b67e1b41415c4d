/**
 * Two neighbours witness each other's ledgers: each sends its newest checkpoint with a proof that it continues the last
 * one seen, and keeps the other's cosignature. Source: docs/protocol/ledger.md §Checkpoints; C2SP tlog-cosignature.
 */
import { concat, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import type { Sha256 } from '#core/merkle.ts';
import { Recent } from '#core/recent.ts';
import { decodeCheckpoint } from '#wire/checkpoint.ts';
import type { LogKeys } from '#wire/directory.ts';
import type { FrameOf } from '#wire/frames.ts';
import { decodeNote, encodeSignatureLine, type NoteSignature } from '#wire/note.ts';
import { ledgerOrigin, logKeysOf, witnessKeysOf, witnessName } from '#model/ledger-names.ts';
import type { Checkpoints } from '#station/kernel/checkpoints.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Store } from '#station/kernel/store.ts';

/** What of a `check` frame speaks of ledgers. */
type Statement = Pick<FrameOf<'check'>, 'checkpoint' | 'consistency' | 'from'>;
type Answer = Pick<FrameOf<'witnessed'>, 'size' | 'cosignature'>;

/** A neighbour as a log: its keys and the incarnation whose ledger it speaks of. */
export interface PeerLog {
  readonly station: string;
  readonly incarnation: Uint8Array;
  readonly logKeys: LogKeys;
}

export interface Witness {
  /** Our newest checkpoint, proved from a size that the neighbour has seen. */
  state(from: number): Promise<Statement & { readonly size: number }>;
  /** Cosigns a neighbour's checkpoint; an empty cosignature and the size we know where the proof starts elsewhere. */
  answer(peer: PeerLog, statement: Statement): Promise<Answer>;
  /** Keeps a neighbour's cosignature. @throws Refusal `signature-wrong` */
  keep(peer: PeerLog, answer: Answer): Promise<void>;
}

interface WitnessDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly checkpoints: Checkpoints;
  readonly hash: Sha256;
  readonly organisation: Uint8Array;
}

export function createWitness(deps: WitnessDeps): Witness {
  const { store, ledger, checkpoints, hash, organisation } = deps;
  /** A heartbeat repeats what was said: neither side signs or verifies the same again. */
  let newest: { readonly size: number; readonly checkpoint: Uint8Array } | null = null;
  const answered = new Recent<Answer>(16);
  return {
    async state(from) {
      const now = await store.read((db) => ledger.size(db));
      if (newest?.size !== now) newest = sized(await checkpoints.checkpoint());
      const { size, checkpoint } = newest;
      const start = from > size ? 0 : from;
      const consistency = await store.read((db) => ledger.consistency(db, start, size));
      return { checkpoint, consistency, from: start, size };
    },
    async answer({ station, incarnation, logKeys }, { checkpoint, consistency, from }) {
      const origin = ledgerOrigin(organisation, station, incarnation);
      const digest = hex(hash.sha256(checkpoint));
      const before = answered.get(digest);
      if (before !== undefined) return before;
      const stated = decodeCheckpoint(decodeNote(checkpoint).text);
      if (stated.origin !== origin) throw new DecodeError('check.checkpoint', 0, 'not the speaker\'s ledger');
      const seen = await checkpoints.lastSeen(origin);
      const isFromElsewhere = (seen?.size ?? 0) !== from && seen?.size !== stated.size;
      if (isFromElsewhere) return { size: seen?.size ?? 0, cosignature: new Uint8Array(0) };
      const proof = seen?.size === stated.size ? [] : consistency;
      const lines = await checkpoints.cosign(checkpoint, logKeysOf(hash, origin, logKeys), proof);
      return answered.keep(digest, { size: stated.size, cosignature: utf8(lines.map(encodeSignatureLine).join('')) });
    },
    async keep({ station, logKeys }, { size, cosignature }) {
      const name = witnessName(organisation, station);
      await checkpoints.addCosignatures(size, decodeLines(cosignature), witnessKeysOf(hash, name, logKeys));
    },
  };
}

function sized(checkpoint: Uint8Array): { size: number; checkpoint: Uint8Array } {
  return { size: decodeCheckpoint(decodeNote(checkpoint).text).size, checkpoint };
}

/** Signature lines alone are no note: any text makes them one. */
function decodeLines(lines: Uint8Array): readonly NoteSignature[] {
  return decodeNote(concat(utf8('witnessed\n\n'), lines)).signatures;
}
