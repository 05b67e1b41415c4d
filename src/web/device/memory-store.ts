/** A store that is nowhere but here: for what is made and taken away, or passes. */
import type { KeyringStore } from '#core/outside.ts';

export function memoryStore(): KeyringStore {
  let file: Uint8Array | null = null;
  return { read: async () => file, write: async (bytes) => { file = bytes; } };
}
