/** Questions whose text is made once: each asks for what it was given, on either engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kysely } from 'kysely';
import { newDisk } from '../../../test/fixtures/disks.ts';
import type { ColumnTypes } from './migrate.ts';
import { question } from './question.ts';
import { openStore } from './store.ts';

interface NoteTables {
  note: { id: number; body: Uint8Array | null };
}

const migrations = {
  '0001-note': {
    async up(db: Kysely<unknown>, types: ColumnTypes) {
      await db.schema.createTable('note').addColumn('id', types.integer, (column) => column.primaryKey()).addColumn('body', types.bytes).execute();
    },
  },
};

let made = 0;
const put = question((db: Kysely<NoteTables>, { id, body }: NoteTables['note']) =>
  db.insertInto('note').values({ id, body }).onConflict((on) => on.column('id').doUpdateSet({ body })));
const above = question((db: Kysely<NoteTables>, { id }: { id: number }) => {
  made += 1;
  return db.selectFrom('note').selectAll().where('id', '>', id).orderBy('id').limit(2);
});

test('a question is made once and asks for what each is given, null too', async () => {
  const store = await openStore(newDisk(), { migrations });
  await store.of<NoteTables>().commit(async (tx) => {
    const body = Uint8Array.of(1, 2);
    for (const id of [1, 2, 3]) assert.equal(await put.run(tx, { id, body }), 1n);
    await put.run(tx, { id: 3, body: null });
    assert.deepEqual(await above.all(tx, { id: 1 }), [{ id: 2, body }, { id: 3, body: null }]);
    assert.deepEqual(await above.first(tx, { id: 0 }), { id: 1, body });
    assert.equal(await above.first(tx, { id: 3 }), undefined);
  });
  assert.equal(made, 1);
  await store.close();
});
