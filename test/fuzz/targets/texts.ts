/** Signed notes and checkpoints are text. */

import { utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { decodeCheckpoint, encodeCheckpoint } from '#wire/checkpoint.ts';
import { decodeNote, encodeNote } from '#wire/note.ts';
import { oneForm, textOf, type Target } from '../target.ts';

const CHECKPOINT = `tram/00112233445566778899aabbccddeeff/directory\n20852793\n${btoa('x'.repeat(32))}\n`;
const NOTE = `${CHECKPOINT}\n\u2014 tram/0011 ${btoa('y'.repeat(68))}\n`;

/** @param golden notes among them, of directory and ledger */
export function textTargets(golden: readonly Uint8Array[]): Target[] {
  const notes = golden.filter(isNote);
  return [
    {
      name: 'signed note',
      measured: [{ parts: [{ file: 'src/wire/note.ts', only: ['decodeNote', 'controlAt', 'decodeSignatureLine', 'isKeyName'] }] }],
      calls: ['src/wire/note.ts decodeNote'],
      shape: 'text',
      seeds: () => [NOTE, `${CHECKPOINT}\n${`\u2014 w ${btoa('y'.repeat(5))}\n`.repeat(65)}`, `${CHECKPOINT}\n\n`, `${'x'.repeat(256 * 1_024)}${NOTE}`].map(utf8).concat(notes),
      run: (input) => oneForm(encodeNote(decodeNote(input)), input),
    },
    {
      name: 'checkpoint',
      measured: [{ parts: [{ file: 'src/wire/checkpoint.ts', only: ['decodeCheckpoint', 'decodeDecimal'] }] }],
      calls: ['src/wire/checkpoint.ts decodeCheckpoint', 'src/wire/checkpoint.ts decodeDecimal'],
      shape: 'text',
      seeds: () => [CHECKPOINT, `${CHECKPOINT}more\n`, `${CHECKPOINT}\n`, `${CHECKPOINT}${'x'.repeat(16 * 1_024)}\n`].map(utf8).concat(notes.map((note) => utf8(decodeNote(note).text))),
      run: (input) => oneForm(utf8(encodeCheckpoint(decodeCheckpoint(textOf(input)))), input),
    },
  ];
}

function isNote(bytes: Uint8Array): boolean {
  try {
    decodeNote(bytes);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}
