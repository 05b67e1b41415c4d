/** What stations gave their word for in custody frames: it must be on their disks after every power cut. */
import { hex } from '#core/bytes.ts';
import type { MemoryDisk } from '#station/kernel/memory-disk.ts';

/** A custody frame that left a station: what it promised must be on its disk. */
export interface Promised {
  readonly station: string;
  readonly peer: string;
  readonly id: Uint8Array;
  readonly channel: number;
  /** Whether a power cut found it missing from the disk. */
  lost: boolean;
  /** Whether the disk that had it is gone, and an older copy of it is in its place. */
  isForgotten: boolean;
}

interface Machine {
  readonly code: string;
  readonly disk: Pick<MemoryDisk, 'inspect'>;
}

export class Promises {
  readonly all: Promised[] = [];

  add(station: string, peer: string, { id, channel }: { readonly id: Uint8Array; readonly channel: number }): void {
    this.all.push({ station, peer, id, channel, lost: false, isForgotten: false });
  }

  /** Right after a power cut: is everything there that this station gave its word for? */
  demand(machine: Machine): void {
    for (const promise of this.#missing(machine)) promise.lost = true;
  }

  /** Its disk is an older copy. */
  forget(machine: Machine): void {
    for (const promise of this.#missing(machine)) promise.isForgotten = true;
  }

  #missing({ code, disk }: Machine): Promised[] {
    const taken = new Set(disk.inspect(`select distinct subject from ledger_entry where kind in ('custody-taken', 'duplicate') and subject is not null`)
      .map(({ subject }) => hex(subject as Uint8Array)));
    return this.all.filter(({ station, id, isForgotten }) => station === code && !isForgotten && !taken.has(hex(id)));
  }
}
