/** What whoever has an office's seal said in its name stands in nobody's way once that is declared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { carryAll, openRow, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import { CLERK, foundTestOrganisation, POST_CLERK, setClock } from '../../../test/fixtures/organisation.ts';
import { officeReceipt, send, SERIES } from '../../../test/fixtures/submissions.ts';

test('an office says again under its new seal what others said with the old one, and both stations have that; what still counts stays', async () => {
  const organisation = await foundTestOrganisation();
  const clock = setClock();
  const row = await openRow(organisation, clock);
  const [hub, , post] = row as [TestStation, TestStation, TestStation];
  const person = POST_CLERK;
  const { id } = await send(hub, organisation);
  await carryAll(row);
  await post.dispatch.numbers.incoming({ person }, 'muong-leo', SERIES, [id]);
  const say = async (kind: 'opened' | 'acted', time: number): Promise<number> =>
    post.dispatch.receipts.upload({ person }, [await officeReceipt(organisation, post, 'muong-leo-truc', { dispatch: id, kind, time })]);
  const counting = async (station: TestStation, reader: string): Promise<string[]> => {
    const { receipts } = await station.dispatch.traces.trace({ person: reader }, hex(id));
    const verified = await Promise.all(receipts.map(({ bytes, taken }) => verifyReceipt({ provider: nodeCrypto, view: organisation.state, witnessedAt: taken }, bytes).catch(() => null)));
    return verified.flatMap((one) => (one !== null && ['opened', 'acted'].includes(one.kind) ? [`${one.kind} ${one.time}${one.evidence.exposed === undefined ? '' : ' by a witness'}`] : []));
  };
  clock.at += 60_000;
  const opened = clock.at;
  await say('opened', opened);
  await carryAll(row);
  clock.at += 60_000;
  await assert.rejects(say('acted', clock.at + 365 * DAY_MS), { code: 'date-out-of-range' });
  const since = clock.at;
  await say('acted', since);
  await carryAll(row);
  clock.at += HOUR_MS;
  organisation.now = since;
  await organisation.add([{ kind: 'end', body: { what: 'seal', code: 'muong-leo-truc', other: 'seal-1', reason: 'stolen' } }]);
  const { title, office, rights } = organisation.state.position('muong-leo-truc')!;
  const seal = await organisation.identity('office-seal', title);
  organisation.now = clock.at;
  await organisation.add([{ kind: 'position', body: { position: 'muong-leo-truc', office, title, rights: [...rights], seal: seal.certificates } }]);
  organisation.seals.set('muong-leo-truc', seal);
  const readers = [[hub, CLERK], [post, person]] as const;
  for (const [station, reader] of readers) assert.deepEqual(await counting(station, reader), [`opened ${opened} by a witness`]);
  clock.at += 60_000;
  for (const kind of ['opened', 'acted'] as const) await say(kind, clock.at);
  await carryAll(row);
  for (const [station, reader] of readers) assert.deepEqual(await counting(station, reader), [`opened ${opened} by a witness`, `acted ${clock.at}`], 'the truth is there, and the earlier word that counts is not said over');
  await say('acted', clock.at + 1);
  assert.deepEqual((await counting(post, person))[1], `acted ${clock.at}`, 'once');
});
