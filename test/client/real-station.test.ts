/** The client against a real station over real HTTP: what the double believes, this one checks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endorseAll, sendMany, writeMany } from '#client/dispatch/batch.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import { openDispatch, tellOrigin } from '#client/dispatch/incoming.ts';
import { openMany } from '#client/dispatch/open-many.ts';
import { approveDraft, discardDraft, listDrafts, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { readInbox, readRegister, searchRegister } from '#client/registers/register.ts';
import { replyTo } from '#client/dispatch/reply.ts';
import { Session } from '#client/session.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { concat } from '#core/bytes.ts';
import type { FileSink } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type NodeHttpTransport, nodeHttpTransport } from '#platform/node/http-transport.ts';
import { createStation, type Station } from '#station/compose.ts';
import { HttpServer } from '#station/kernel/http.ts';
import { silentLog } from '#station/kernel/log.ts';
import { newDisk } from '../fixtures/disks.ts';
import { memoryFile, NOW, practiceOffices, ringOf } from './practice-office.ts';

const STATION = 'tram-tinh';
const clock = { ...nodeClock, now: () => NOW };
const transports: NodeHttpTransport[] = [];
let station: Station;
let server: HttpServer<unknown>;
let [anh, khue, lan]: Session[] = [];

before(async () => {
  const practice = await practiceOffices({ farHome: STATION });
  const { signer, log } = practice.stations.get(STATION)!;
  station = await createStation({
    station: STATION, founding: practice.founded.founding, incarnation: nodeRandom.bytes(16), disk: newDisk(), clock, random: nodeRandom,
    provider: nodeCrypto, signer, logSigner: log.signer, log: silentLog, version: '0.0.0', simulation: { authority: practice.authority },
    network: { dial: () => Promise.reject(new Error('nobody to dial')) },
  });
  await station.people.receive({ from: 0, entries: practice.entries, checkpoint: await practice.checkpoint() });
  await station.start();
  server = new HttpServer({ routes: station.routes, authenticate: (token) => station.people.authenticate(token), mayGoOn: (caller) => station.people.mayGoOn(caller), callerOf: ({ device }) => device, clock, random: nodeRandom, log: silentLog });
  const { port } = await server.listen('127.0.0.1', 0);
  const session = async (person: string, position: string) => {
    const transport = nodeHttpTransport(`http://127.0.0.1:${port}`);
    transports.push(transport);
    const ring = await ringOf(practice, person, [position]);
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport, ring, authority: practice.authority });
    await one.begin();
    return one;
  };
  anh = await session('anh', 'chuyen-vien');
  khue = await session('khue', 'chanh-van-phong');
  lan = await session('lan', 'truc-ban');
});

after(async () => {
  for (const transport of transports) transport.close();
  await server.stop();
  await station.stop();
});

const telegram = (more: Partial<Composition> = {}): Composition => ({
  office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'flash' }], documentType: 'Công điện',
  subject: 'Ứng phó mưa lũ trên sông Mã', text: 'Trực 24/24.', classification: 'confidential', exercise: true, attachments: [], ...more,
});

test('a dispatch goes its whole way through a real station', async () => {
  const block = nodeRandom.bytes(65_536);
  const bytes = concat(...Array.from({ length: 40 }, () => block), block.subarray(0, 99));
  const name = 'Công điện số 12 – mưa lũ.docx';
  const attachments = [{ file: memoryFile(name, bytes) }, { file: memoryFile('rỗng.txt', new Uint8Array(0)) }];
  const { id } = await writeDraft(anh!, telegram({ attachments }));
  assert.deepEqual((await listDrafts(khue!, 'van-phong')).map(({ draft, step }) => [draft, step]), [[id, 'saved']]);
  await approveDraft(khue!, id);
  await signDraft(khue!, id);
  const sent = await sendDraft(khue!, id);
  assert.equal((await sendDraft(khue!, id)).dispatch, sent.dispatch, 'again, after a lost answer');
  const lines = async () => (await readInbox(lan!, 'muong-leo')).map(({ dispatch, state, content, sealed }) => [dispatch, state, content?.subject, sealed]);
  assert.deepEqual(await lines(), [[sent.dispatch, 'arrived', undefined, null]], 'nothing of what nobody has opened');

  const written: Uint8Array[] = [];
  const sink: FileSink = { write: async (piece) => void written.push(piece.slice()), commit: async () => 'ok', abandon: async () => assert.fail() };
  const opened = await openDispatch(lan!, sent.dispatch, 'muong-leo', { wanted: (part) => part.name === name, sink: async () => sink });
  assert.ok(Buffer.concat(written).equals(bytes));
  assert.equal((await openDispatch(lan!, sent.dispatch, 'muong-leo')).number.number, opened.number.number, 'the same number again');
  assert.deepEqual(await lines(), [[sent.dispatch, 'opened', telegram().subject, null]]);
  await tellOrigin(lan!, 'handed-over', sent.dispatch, 'muong-leo', 'Giao cho Giàng A Sơn.', 'Giàng A Sơn');
  await tellOrigin(lan!, 'acted', sent.dispatch, 'muong-leo', 'Đã trực');
  const trace = await traceDispatch(khue!, sent.dispatch);
  assert.equal(trace.life.offices[0]!.state, 'acted');
  assert.equal(trace.receipts.find(({ kind }) => kind === 'acted')!.who!.note, 'Đã trực');
  assert.equal(trace.forged, 0);
  const asked = async (session: Session) => session.api.call('trace', { path: { dispatch: sent.dispatch } });
  const { receipts, own } = await asked(lan!);
  assert.deepEqual([own!.length, (await asked(khue!)).own], [2, undefined], 'what an office keeps for itself is shown to no other of the same station');
  assert.equal((await traceDispatch(lan!, sent.dispatch)).receipts.find(({ kind }) => kind === 'handed-over')!.who!.given, 'Giàng A Sơn');
  const given = searchRegister((await readRegister(lan!, 'muong-leo', 'in')).lines, 'giang a son');
  assert.deepEqual(given.map(({ dispatch, told, given: whom }) => [dispatch, told, whom]), [[sent.dispatch, true, 'Giàng A Sơn']]);
  const refused = (body: { receipts: string[]; own: string[] }, code: string) => assert.rejects(lan!.api.call('putReceipts', { body }), (error) => error instanceof Refusal && error.code === code);
  const note = own![0]!.note;
  await refused({ receipts, own: [note] }, 'request-malformed');
  const receiptOf = (wanted: string) => receipts[trace.receipts.findIndex(({ kind }) => kind === wanted)]!;
  await refused({ receipts: [receiptOf('opened')], own: [note] }, 'receipt-forged');
  await refused({ receipts: [receiptOf('acted')], own: ['AAAA'] }, 'cbor-malformed');
  const answer = replyTo(opened, { documentType: 'Báo cáo', subject: 'Đã nhận', text: '', attachments: [] });
  assert.equal((await writeDraft(lan!, answer)).step, 'saved');
});

test('many at once go through a real station', async () => {
  const written = await writeMany(anh!, 'van-phong', Array.from({ length: 300 }, (_, i) => telegram({ subject: `Đường ${i}` })));
  const signed = await endorseAll(khue!, 'van-phong', await endorseAll(khue!, 'van-phong', written, 'approve'), 'sign');
  const outcomes = await sendMany(khue!, 'van-phong', signed);
  const dispatches = outcomes.map((outcome) => ('dispatch' in outcome ? outcome.dispatch : assert.fail(String(outcome))));
  const opened = await openMany(lan!, dispatches, 'muong-leo');
  assert.equal(opened.filter((one) => !(one instanceof Refusal)).length, 300);
  const { lines } = await readRegister(khue!, 'van-phong', 'out', { limit: 10 });
  assert.equal(searchRegister(lines, 'duong').length, 10);
});

test('a cancelled draft is discarded, and nothing more can be done with it', async () => {
  const { id } = await writeDraft(anh!, telegram());
  assert.equal((await discardDraft(anh!, id)).step, 'discarded');
  await assert.rejects(approveDraft(khue!, id), (error) => error instanceof Refusal && error.code === 'draft-closed');
});
