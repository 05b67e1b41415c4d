/** A file that a person picked, read piece by piece: never whole in memory. */
import type { SourceFile } from '#core/outside.ts';

const PIECE_BYTES = 1024 * 1024;

export function pickedFile(file: File): SourceFile {
  return { name: file.name.normalize('NFC'), sizeBytes: file.size, read: (fromByte) => pieces(file, fromByte) };
}

async function* pieces(file: File, fromByte: number): AsyncGenerator<Uint8Array> {
  for (let at = fromByte; at < file.size; at += PIECE_BYTES) {
    yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
  }
}
