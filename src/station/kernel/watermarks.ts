/**
 * How full the disk may get. A disk that fills up is found out at three marks, each earlier than the next: below the
 * first somebody is warned, below the second no new part is taken, below the third no new dispatch. What is left after
 * that is for the ledger, which must be able to say what happened until the end.
 */
import { Refusal } from '#core/refusals.ts';

const MEBIBYTE = 2 ** 20;

/** Bytes that are free, at least, for the disk to be better than its level. */
export interface Watermarks {
  readonly warnBytes: number;
  readonly partsBytes: number;
  readonly dispatchesBytes: number;
}

/** From good to bad. */
export const DISK_LEVELS = ['good', 'low', 'no-parts', 'no-dispatches'] as const;
export type DiskLevel = (typeof DISK_LEVELS)[number];

export const DEFAULT_WATERMARKS: Watermarks = { warnBytes: 2_048 * MEBIBYTE, partsBytes: 512 * MEBIBYTE, dispatchesBytes: 128 * MEBIBYTE };

/** Marks that are in their order, whatever was configured: the worse one is never above the better one. */
export function orderedWatermarks({ warnBytes, partsBytes, dispatchesBytes }: Watermarks): Watermarks {
  return { warnBytes: Math.max(warnBytes, partsBytes), partsBytes, dispatchesBytes: Math.min(dispatchesBytes, partsBytes) };
}

export function diskLevel(freeBytes: number, marks: Watermarks): DiskLevel {
  const { warnBytes, partsBytes, dispatchesBytes } = orderedWatermarks(marks);
  if (freeBytes < dispatchesBytes) return 'no-dispatches';
  if (freeBytes < partsBytes) return 'no-parts';
  return freeBytes < warnBytes ? 'low' : 'good';
}

/**
 * @param keepBytes what must stay free after `bytes` more were written
 * @throws Refusal `disk-full`, its detail `mebibytes` how much has to be freed
 */
export function demandRoom(freeBytes: number, bytes: number, keepBytes: number): void {
  const shortBytes = bytes + keepBytes - freeBytes;
  if (shortBytes > 0) throw new Refusal('disk-full', { bytes, mebibytes: Math.ceil(shortBytes / MEBIBYTE) });
}

/** Bytes to be freed before what `disk-full` refused may have room, as far as it says; null where it was a share that was full, not the disk. */
export function missingBytes({ detail }: Pick<Refusal, 'detail'>): number | null {
  if ('maximum' in detail) return null;
  return typeof detail['mebibytes'] === 'number' ? detail['mebibytes'] * MEBIBYTE : MEBIBYTE;
}
