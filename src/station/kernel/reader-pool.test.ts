/** Readers that lose their connection are lent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import type { DatabaseHandle, Disk } from './disk.ts';
import { ReaderPool } from './reader-pool.ts';

/** As PostgreSQL's, whose server goes away between the last answer and the end of the transaction. */
class LosingHandle implements Pick<DatabaseHandle, 'begin' | 'rollback' | 'inTransaction' | 'close'> {
  inTransaction = false;

  async begin(): Promise<void> {
    this.inTransaction = true;
  }

  async rollback(): Promise<void> {
    this.inTransaction = false;
    throw new Refusal('database-unreachable');
  }

  async close(): Promise<void> {}
}

test('connections that are lost at the end of a read are not lost to the pool', { timeout: 5_000 }, async () => {
  let opened = 0;
  const pool = (await ReaderPool.over({
    reader: async () => {
      opened += 1;
      return new LosingHandle() as unknown as DatabaseHandle;
    },
  } as unknown as Disk))!;
  const lost = { code: 'database-unreachable' };
  for (let i = 0; i < 6; i++) {
    await Promise.all(Array.from({ length: 6 }, () => assert.rejects(pool.run(async () => null), lost)));
  }
  assert.ok(opened <= 4, `${opened} were opened`);
});
