/** Made-up lines of a register, for tests and benchmarks of the local index. */
import { nodeCrypto } from '#platform/node/crypto.ts';
import { hex, utf8 } from '#core/bytes.ts';
import type { IndexFiles } from '#core/outside.ts';
import type { RegisterRow } from '#client/registers/register-index.ts';

export const LINES_NOW = Date.UTC(2026, 10, 23, 5, 21);

/** A line by its number, the same each time. */
export function madeRow(number: number, more: Partial<RegisterRow> = {}): RegisterRow {
  return {
    dispatch: hex(nodeCrypto.hash.sha256(utf8(`dòng ${number}`))), direction: 'in', office: 'vp', from: 'don', number: { series: '2026', number },
    time: LINES_NOW - 1_000_000_000 + number * 1_000, role: 'action', precedence: 'routine', exercise: true, deliverBy: null, replyBy: null, expires: null,
    reference: null, state: 'opened', parts: 1, bytes: 900,
    content: {
      subject: `Phân công đồng chí Nguyễn Thị Ánh trực chỉ huy, lần ${number}`, documentType: 'Công điện', classification: 'secret', symbol: `${number}/ĐSC`,
      to: ['Văn phòng'], signer: 'Lò Văn Minh', files: ['Công điện số 12.pdf'],
    },
    sealed: null, others: ['Đồn Sốp Cộp'], ...more,
  };
}

/** Files in memory, as a disk would hold them. */
export class MemoryFiles implements IndexFiles {
  readonly kept = new Map<string, Uint8Array>();
  /** Writing and erasing steps until the device stops; each write has two: begun, and whole. */
  stepsLeft = Infinity;

  async names(): Promise<string[]> {
    return [...this.kept.keys()];
  }

  async read(name: string): Promise<Uint8Array | null> {
    return this.kept.get(name)?.slice() ?? null;
  }

  async readPart(name: string, from: number, to: number): Promise<Uint8Array | null> {
    const bytes = this.kept.get(name);
    return bytes === undefined || bytes.length < to ? null : bytes.slice(from, to);
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#step();
    this.kept.set(name, bytes.slice(0, bytes.length >> 1));
    this.#step();
    this.kept.set(name, bytes.slice());
  }

  async erase(name: string): Promise<void> {
    this.#step();
    this.kept.delete(name);
  }

  #step(): void {
    if (this.stepsLeft-- <= 0) throw new Error('the device stopped');
  }
}
