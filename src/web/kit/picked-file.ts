/** A file that a person picked: a worker can read it by itself, piece by piece. */
import { type BlobFile, blobFile } from '#client/parts/part-messages.ts';

export function pickedFile(file: File): BlobFile {
  return blobFile(file, file.name);
}
