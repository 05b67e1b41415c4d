/** Files that go to machines: in the ledger, or refused, and then nothing of them is. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { hex, utf8 } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, DRAFTER, foundTestOrganisation, HUB, setClock, STRANGER } from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, send } from '../../../test/fixtures/submissions.ts';

const ON = { device: 'may-moi' };

const clock = setClock();
const disk = newDisk();
let free = Number.MAX_SAFE_INTEGER;
let org: PracticeOrganisation;
let hub: TestStation;
/** With two parts, from van-phong to phong-mot: both live here. */
let dispatch: string;
let roots: string[];

before(async () => {
  org = await foundTestOrganisation();
  hub = await openStation(org, HUB, clock, { disk: { ...disk, freeBytes: () => free } });
  const parts = [await makePart(2), await makePart(1, 400)];
  for (const { declaration, sealed } of parts) {
    await hub.dispatch.parts.declare({ person: CLERK }, declaration);
    await hub.dispatch.parts.append({ person: CLERK }, declaration.root, 0, inPieces(sealed));
  }
  dispatch = hex((await send(hub, org, { to: ['phong-mot'], parts: parts.map(({ header }) => header) })).id);
  roots = parts.map(({ declaration }) => declaration.root);
});

const downloads = async () => (await hub.events()).filter(({ kind }) => kind === 'downloaded');
const record = (person: string, office: string, wanted: readonly string[] = roots, of = dispatch): Promise<void> =>
  hub.dispatch.downloads.record({ person, ...ON }, of, office, wanted);

test('each part is an entry: what, for which office; who and on which device beside it, sealed', async () => {
  await record(STRANGER, 'phong-mot', [...roots, roots[0]!]);
  const events = await downloads();
  assert.deepEqual(events.map(({ subject, facts }) => [hex(subject!), facts.office?.office, hex(facts.digest!)]), roots.map((root) => [dispatch, 'phong-mot', root]));
  for (const { index, commitments } of events) {
    assert.deepEqual(commitments.map(({ name }) => name), ['device', 'person']);
    for (const [name, value] of [['person', STRANGER], ['device', ON.device]] as const) {
      assert.deepEqual((await hub.store.read((db) => hub.ledger.sealedField(db, index, name)))?.value, utf8(value));
    }
  }
});

test('the office on whose behalf it was taken reads who took what to which machine, and no other does', async () => {
  const list = await hub.dispatch.downloads.list({ person: STRANGER }, dispatch, 'phong-mot');
  assert.deepEqual(list.map(({ part, person, device }) => [part, person, device]), roots.toReversed().map((root) => [root, STRANGER, ON.device]));
  assert.deepEqual(await hub.dispatch.downloads.list({ person: DRAFTER }, dispatch, 'van-phong'), []);
  for (const [person, office, code] of [[CLERK, 'phong-mot', 'not-entitled'], [STRANGER, 'van-phong', 'not-entitled'], [STRANGER, 'muong-leo', 'office-unknown']] as const) {
    await assert.rejects(hub.dispatch.downloads.list({ person }, dispatch, office), { code }, `${person} for ${office}`);
  }
});

test('what was erased is told as gone', async () => {
  const [newest] = await hub.dispatch.downloads.list({ person: STRANGER }, dispatch, 'phong-mot');
  await hub.store.commit((tx) => hub.ledger.erase(tx, newest!.index, 'person'));
  const [again] = await hub.dispatch.downloads.list({ person: STRANGER }, dispatch, 'phong-mot');
  assert.deepEqual([again!.person, again!.device], [null, ON.device]);
});

test('the office that sent it, of its own copy too; the same file to the same machine once an hour, and told the last time', async () => {
  const earlier = (await downloads()).length;
  await record(DRAFTER, 'van-phong', [roots[1]!]);
  await record(DRAFTER, 'van-phong', [roots[1]!]);
  assert.equal((await downloads()).length, earlier + 1);
  clock.at += HOUR_MS;
  await record(DRAFTER, 'van-phong', [roots[1]!]);
  const events = await downloads();
  assert.deepEqual(events.slice(earlier).map(({ facts }) => facts.office?.office), ['van-phong', 'van-phong']);
  const list = await hub.dispatch.downloads.list({ person: DRAFTER }, dispatch, 'van-phong');
  assert.deepEqual(list.map(({ index, part }) => [index, part]), [[events.at(-1)!.index, roots[1]!]]);
});

test('not where the disk has no room left, past which dispatches go first', async () => {
  const earlier = (await downloads()).length;
  free = 0;
  await assert.rejects(record(STRANGER, 'phong-mot'), { code: 'disk-full' });
  free = Number.MAX_SAFE_INTEGER;
  assert.equal((await downloads()).length, earlier);
});

test('who may not read it for that office, and what is no part of it, leave nothing in the ledger', async () => {
  const earlier = await hub.kinds();
  for (const [person, office] of [[CLERK, 'phong-mot'], [STRANGER, 'van-phong'], ['nobody', 'phong-mot']] as const) {
    await assert.rejects(record(person, office), { code: 'not-entitled' }, `${person} for ${office}`);
  }
  await assert.rejects(record(STRANGER, 'muong-leo'), { code: 'office-unknown' });
  await assert.rejects(record(STRANGER, 'phong-mot', roots, 'ff'.repeat(32)), { code: 'dispatch-unknown' });
  await assert.rejects(record(STRANGER, 'phong-mot', [roots[0]!, '00'.repeat(32)]), { code: 'part-unknown' });
  assert.deepEqual(await hub.kinds(), earlier);
});
