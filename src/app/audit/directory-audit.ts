/** The directory log, derived again from its founding entry: every signature, the root, the sequencer's checkpoint. */
import { hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { DecodeError } from '#core/decode-error.ts';
import { type DirectoryState, foldEntries } from '#model/directory.ts';
import { verifyDirectoryCheckpoint } from '#model/directory-log.ts';
import type { DatabaseCopy } from './open-copy.ts';
import type { Findings } from './findings.ts';

/**
 * @param founding the trust anchor of the folder's own configuration; null takes the log's first entry as it is
 * @returns the directory as far as it holds
 */
export async function auditDirectory(
  provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, founding: Uint8Array | null,
): Promise<DirectoryState | null> {
  const entries = findings.claim('directory-entries');
  const rows = copy.all('select entry_index, bytes from directory_entry order by entry_index') as { entry_index: number; bytes: Uint8Array }[];
  rows.forEach(({ entry_index: index }, i) => entries.check(index === i, `directory_entry:${i}`, 'missing'));
  const state = await fold(provider, rows.map(({ bytes }) => bytes), findings);
  if (state === null) return null;
  const anchor = founding === null ? null : hex(founding);
  findings.claim('directory-founding').check(
    anchor === null || anchor === hex(state.organisation.founding), 'directory_entry:0', 'another founding entry');
  await auditCheckpoint(provider, copy, findings, state);
  return state;
}

/** All at once is quick; where that fails, one by one names the entry and keeps what stands before it. */
async function fold(provider: CryptoProvider, entries: readonly Uint8Array[], findings: Findings): Promise<DirectoryState | null> {
  const claim = findings.claim('directory-entries');
  try {
    return await foldEntries(provider, null, entries);
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof DecodeError)) throw error;
  }
  let state: DirectoryState | null = null;
  for (const [index, entry] of entries.entries()) {
    const next: DirectoryState | null = await claim.attempt(`directory_entry:${index}`, () => foldEntries(provider, state, [entry]));
    if (next === null) return begun(state);
    state = next;
  }
  return begun(state);
}

/** Before its first term a log has no sequencer, and nothing can be asked of it. */
function begun(state: DirectoryState | null): DirectoryState | null {
  return state !== null && state.point.size >= FIRST_ENTRIES ? state : null;
}

/** Founding, registrar, term. */
const FIRST_ENTRIES = 3;

async function auditCheckpoint(provider: CryptoProvider, copy: DatabaseCopy, findings: Findings, state: DirectoryState): Promise<void> {
  const claim = findings.claim('directory-checkpoint');
  const rows = copy.all('select size, note from directory_checkpoint') as { size: number; note: Uint8Array }[];
  claim.check(rows.length === 1, 'directory_checkpoint', `${rows.length} checkpoints`);
  for (const { size, note } of rows) {
    const place = `directory_checkpoint:${size}`;
    const point = await claim.attempt(place, () =>
      verifyDirectoryCheckpoint(provider, state.organisation.id, state.sequencer.logKeys, note));
    if (point === null) continue;
    const isSame = point.size === state.point.size && hex(point.root) === hex(state.point.root) && size === point.size;
    claim.check(isSame, place, 'covers another log than the entries');
  }
}
