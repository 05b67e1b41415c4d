/**
 * The directory log rides the links: whoever has more sends what the other lacks. A run goes in frames; it is taken in
 * whole, with the checkpoint that covers it. Source: docs/protocol/directory.md §Replication.
 */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import { missingBytes } from '#station/kernel/watermarks.ts';
import type { FrameOf } from '#wire/frames.ts';
import { LIMITS } from '#wire/limits.ts';
import { PRECEDENCE_RANK } from '#wire/names.ts';
import { UNITS, unitsOf } from './budget.ts';
import type { DirectoryExchange } from './deps.ts';
import { afford, type Talk } from './talk.ts';

/** Room in a frame for entries, beside the checkpoint and the lengths. */
const FRAME_ENTRY_BYTES = LIMITS.frameBytes - LIMITS.checkpointBytes - 1_024;
/** Entries that are gathered before the checkpoint that covers them. */
const GATHERED_BYTES_MAX = 64 * 1024 * 1024;
/** What an entry counts at least: millions of empty ones would fill the memory by their number alone. */
const ENTRY_BYTES_MIN = 1_024;

export class DirectoryTalk {
  readonly #talk: Talk;
  #peerSize: number;
  #gathered: { from: number; entries: Uint8Array[]; bytes: number } | null = null;
  #sending = false;

  constructor(talk: Talk) {
    this.#talk = talk;
    this.#peerSize = talk.hello.directory.size;
  }

  /** Sends what the peer lacks, as far as we know what it has. */
  async offer(): Promise<void> {
    const { directory } = this.#talk.room;
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (!this.#talk.closed && this.#peerSize < directory.view().point.size) await this.#sendRun();
    } finally {
      this.#sending = false;
    }
  }

  /** @throws DecodeError where the run has a hole, another organisation or no end */
  async receive({ organisation, from, entries, more, checkpoint }: FrameOf<'directory'>): Promise<void> {
    const { room, peer } = this.#talk;
    if (!equal(organisation, room.directory.view().organisation.id)) {
      throw new DecodeError('directory.organisation', 0, 'another organisation');
    }
    const bytes = entries.reduce((sum, { length }) => sum + Math.max(length, ENTRY_BYTES_MIN), 0);
    await afford(this.#talk, unitsOf(bytes));
    const run = this.#gathered ?? { from, entries: [], bytes: 0 };
    run.entries.push(...entries);
    run.bytes += bytes;
    const isNext = from === run.from + run.entries.length - entries.length;
    if (!isNext || run.bytes > GATHERED_BYTES_MAX) throw new DecodeError('directory.from', 0, 'the run has a hole or no end');
    this.#gathered = more ? run : null;
    if (more) return;
    this.#peerSize = Math.max(this.#peerSize, run.from + run.entries.length);
    try {
      await room.directory.receive({ from: run.from, entries: run.entries, checkpoint });
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
      const code = error instanceof Refusal ? error.code : 'directory-entry-refused';
      room.budgets.of(peer).charge(UNITS.refused);
      room.say('directory-refused', { peer, code });
      const [first, last] = [run.from + run.entries.length, room.directory.view().point.size];
      await this.#talk.send({ kind: 'service', word: 'directory-size', first, last });
      // The peer takes what it has sent for known here until another hello says what is. What else was refused is so next time too.
      if (error instanceof Refusal && code === 'disk-full') this.#talk.retryLater(code, PRECEDENCE_RANK.routine, missingBytes(error));
    }
  }

  async #sendRun(): Promise<void> {
    const { directory } = this.#talk.room;
    const frames = await directoryFrames(directory, this.#peerSize);
    if (frames.length === 0) this.#peerSize = directory.view().point.size;
    for (const frame of frames) {
      this.#peerSize += frame.entries.length;
      await this.#talk.send(frame);
    }
  }
}

/** All entries of the log from an index on, as they go over any carrier; none where there is nothing. */
export async function directoryFrames(directory: DirectoryExchange, fromIndex: number): Promise<FrameOf<'directory'>[]> {
  const { entries, checkpoint } = await directory.entriesFrom(fromIndex);
  if (entries.length === 0) return [];
  const organisation = directory.view().organisation.id;
  const runs = inFrames(entries);
  let from = fromIndex;
  return runs.map((run, index) => {
    const more = index < runs.length - 1;
    const frame: FrameOf<'directory'> = { kind: 'directory', organisation, from, entries: run, more, checkpoint: more ? new Uint8Array(0) : checkpoint };
    from += run.length;
    return frame;
  });
}

/** Entries in runs that each fit a frame. */
function inFrames(entries: readonly Uint8Array[]): Uint8Array[][] {
  const frames: Uint8Array[][] = [[]];
  let bytes = 0;
  for (const entry of entries) {
    const last = frames.at(-1)!;
    const isFull = last.length === LIMITS.directoryEntriesPerFrame || bytes + entry.length > FRAME_ENTRY_BYTES;
    if (isFull) frames.push([entry]);
    else last.push(entry);
    bytes = isFull ? entry.length : bytes + entry.length;
  }
  return frames;
}
