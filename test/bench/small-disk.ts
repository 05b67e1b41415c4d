/** A small disk in memory that is filled at will; needs root, and a mount namespace of its own to leave nothing behind. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MEBIBYTE = 2 ** 20;
const DISK_MEBIBYTES = 128;

export interface Ballast {
  readonly mounted: string;
  /** Fills it until so many mebibytes are free. */
  leave(mebibytes: number): void;
  clear(): void;
  release(): void;
}

export function smallDisk(mounted: string): Ballast {
  mkdirSync(mounted, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', mounted]);
  const ballast = path.join(mounted, 'ballast');
  return {
    mounted,
    leave(mebibytes) {
      const { bavail, bsize } = statfsSync(mounted);
      writeFileSync(ballast, new Uint8Array(Math.max(0, bavail * bsize - mebibytes * MEBIBYTE)));
    },
    clear: () => rmSync(ballast, { force: true }),
    release: () => void execFileSync('umount', [mounted]),
  };
}
