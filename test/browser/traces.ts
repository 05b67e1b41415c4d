/** What a browser left of a text in its profile on the disk. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Files under a folder in which a piece of one of the texts stands, in any form in which a browser keeps text. */
export function tracesIn(folder: string, texts: readonly string[]): string[] {
  const needles = texts.flatMap((text) => {
    const piece = text.slice(0, 16);
    return [Buffer.from(piece), Buffer.from(piece, 'utf16le'), Buffer.from(encodeURIComponent(piece)), Buffer.from(Buffer.from(text).toString('base64').slice(0, 20))].map((bytes) => ({ text, bytes }));
  });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const bytes = contentsOf(path.join(parentPath, name));
    return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ text }) => `${path.relative(folder, path.join(parentPath, name))}: ${text}`);
  });
}

/** A browser that runs drops files of its own between being listed and being read: what is gone holds nothing. */
function contentsOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
