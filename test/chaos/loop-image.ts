/** An ext4 file system in a file: copied while its station writes, the copy is what a power cut would have left. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

export class LoopImage {
  readonly mounted: string;
  readonly #folder: string;
  #file: string;
  #cuts = 0;

  /** Makes and mounts it; needs root. */
  constructor(folder: string, name: string, mebibytes: number) {
    this.#folder = folder;
    this.#file = path.join(folder, `${name}.img`);
    this.mounted = path.join(folder, name);
    mkdirSync(this.mounted, { recursive: true });
    run('truncate', '-s', `${mebibytes}M`, this.#file);
    run('mkfs.ext4', '-q', '-F', this.#file);
    this.#mount();
  }

  /** Keeps the bytes that the device holds this moment, and none that still are in memory. */
  snapshot(): string {
    const kept = path.join(this.#folder, `cut-${++this.#cuts}.img`);
    run('cp', '--sparse=always', this.#file, kept);
    return kept;
  }

  /** Puts a snapshot where the file system was: its journal is replayed, what was never written is not there. */
  restart(snapshot: string): void {
    this.close();
    this.#file = snapshot;
    this.#mount();
  }

  close(): void {
    run('umount', this.mounted);
    rmSync(this.#file);
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#file, this.mounted);
  }
}

export function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
