/** Files of a draft that is written again: fetched and opened into memory, to be sealed anew with it. */
import { MemoryFile } from '#client/parts/memory-file.ts';
import type { HeldDraft } from '#client/dispatch/outgoing.ts';
import type { Session } from '#client/session.ts';

/** What a tab may hold beside everything else; larger files are picked again by whoever has them. */
const CARRIED_BYTES_MAX = 64 * 1_024 * 1_024;

export interface CarriedFiles {
  readonly files: readonly File[];
  /** Names of those that are too large to be carried over. */
  readonly left: readonly string[];
}

export async function carriedFiles(session: Session, { open: { core, draft } }: HeldDraft, signal: AbortSignal): Promise<CarriedFiles> {
  const [files, left]: [File[], string[]] = [[], []];
  let bytes = 0;
  for (const [i, part] of core.parts.entries()) {
    bytes += part.size;
    if (bytes > CARRIED_BYTES_MAX) {
      left.push(part.name);
      continue;
    }
    const file = new MemoryFile(part.size);
    await session.parts.receive(part, draft.partKeys[i]!, file, { signal });
    files.push(new File([file.take()], part.name, { type: part.mediaType }));
  }
  return { files, left };
}
