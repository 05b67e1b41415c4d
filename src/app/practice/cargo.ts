/** What the practice dispatch carries: the files given, or an exercise of its own. */
import { createReadStream } from 'node:fs';
import type { FileSink, SourceFile } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import type { Attachment } from '#client/dispatch/compose.ts';
import type { CliContext, PracticeOrder } from '#cli/context.ts';
import { attachmentsFrom, textFrom } from '#cli/composing.ts';

/** Big enough that the link can break in the middle, small enough for any machine. */
const GENERATED_BYTES = 3_000_000;
const PIECE_BYTES = 65_536;

export interface Cargo {
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** Read before anything is set up. @throws Refusal `file-missing`, `text-malformed`, `text-too-long` */
export async function cargoOf(context: CliContext, { text, attach, subject }: PracticeOrder): Promise<Cargo> {
  const { words } = context;
  const hasOwn = text !== null || attach.length > 0;
  const attachments = hasOwn ? await attachmentsFrom(context, attach) : [{ file: generatedFile(context, words.practice.attachment) }];
  for (const file of attach) await readable(file);
  return { subject: subject ?? words.practice.subject, text: text === null ? words.practice.text : textFrom(context, text), attachments };
}

async function readable(file: string): Promise<void> {
  try {
    for await (const _ of createReadStream(file, { start: 0, end: 0 })) break;
  } catch (cause) {
    throw new Refusal('file-missing', { file: file.split('/').at(-1) ?? '' }, { cause });
  }
}

/** The same bytes each time they are read, and random, so that nothing of them can be anywhere by accident. */
function generatedFile({ random }: CliContext, name: string): SourceFile {
  const piece = random.bytes(PIECE_BYTES);
  return {
    name,
    sizeBytes: GENERATED_BYTES,
    async *read(fromByte) {
      for (let at = fromByte; at < GENERATED_BYTES; ) {
        const within = at % PIECE_BYTES;
        const taken = piece.subarray(within, Math.min(PIECE_BYTES, within + GENERATED_BYTES - at));
        yield taken;
        at += taken.length;
      }
    },
  };
}

/**
 * Takes what is opened and compares it, byte for byte, with the file that was sent, reading both as they come: nothing
 * of it is written anywhere.
 */
export function comparingSink(source: SourceFile, differs: () => void): FileSink {
  const original = source.read(0)[Symbol.asyncIterator]();
  let held = new Uint8Array(0);
  const take = async (length: number): Promise<Uint8Array> => {
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (held.length === 0) {
        const next = await original.next();
        if (next.done === true) return taken.subarray(0, filled);
        held = new Uint8Array(next.value);
      }
      const step = Math.min(held.length, length - filled);
      taken.set(held.subarray(0, step), filled);
      held = held.subarray(step);
      filled += step;
    }
    return taken;
  };
  return {
    async write(bytes) {
      const expected = await take(bytes.length);
      if (Buffer.compare(expected, bytes) !== 0) differs();
    },
    async commit() {
      if ((await take(1)).length !== 0) differs();
      return source.name;
    },
    abandon: async () => void (await original.return?.()),
  };
}
