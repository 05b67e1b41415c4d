/** One dispatch from its author's device to the reader's and back, by the client alone. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { endorseAll, sendMany, writeMany } from '#client/dispatch/batch.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import { openDispatch, readDispatch, tellOrigin } from '#client/dispatch/incoming.ts';
import { openMany } from '#client/dispatch/open-many.ts';
import { approveDraft, coreOf, readDraft, saveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { readInbox, readRegister, searchRegister } from '#client/registers/register.ts';
import { replyTo } from '#client/dispatch/reply.ts';
import { Session } from '#client/session.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { concat, hex } from '#core/bytes.ts';
import type { FileSink } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { envelope, header } from '#wire/envelope.ts';
import { memoryFile, practiceOffices, ringOf, stillClock } from './practice-office.ts';
import { PracticeStations } from './practice-station.ts';

const refused = (code: RefusalCode) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, JSON.stringify(error.detail));
  return true;
};

let stations: PracticeStations;
let [anh, khue, lan]: Session[] = [];
const clock = stillClock();

before(async () => {
  const practice = await practiceOffices();
  stations = new PracticeStations(practice, clock);
  const session = async (person: string, position: string, station: string) => {
    const ring = await ringOf(practice, person, [position]);
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport: stations.at(station), ring, authority: practice.authority });
    await one.begin();
    return one;
  };
  anh = await session('anh', 'chuyen-vien', 'tram-tinh');
  khue = await session('khue', 'chanh-van-phong', 'tram-tinh');
  lan = await session('lan', 'truc-ban', 'tram-muong-leo');
});

const file = nodeRandom.bytes(65_536);
const attachment = concat(file, file, file.subarray(0, 1_000));
const telegram = (more: Partial<Composition> = {}): Composition => ({
  office: 'van-phong',
  recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'immediate' }],
  documentType: 'Công điện', subject: 'Ứng phó mưa lũ trên sông Mã', text: 'Đề nghị đồng chí trực 24/24.',
  classification: 'confidential', exercise: true, attachments: [], ...more,
});

async function sent(more: Partial<Composition> = {}): Promise<string> {
  const { id } = await writeDraft(anh!, telegram(more));
  await approveDraft(khue!, id);
  await signDraft(khue!, id);
  return (await sendDraft(khue!, id)).dispatch;
}

function memorySink(): { sink: FileSink; written: Uint8Array[]; state: string } {
  const one = { written: [] as Uint8Array[], state: 'open', sink: null as unknown as FileSink };
  one.sink = {
    write: async (bytes) => void one.written.push(bytes.slice()),
    commit: async () => (one.state = 'committed'),
    abandon: async () => {
      if (one.state === 'open') one.state = 'abandoned';
    },
  };
  return one;
}

test('what one writes, another approves and signs, a third opens, and the first sees it', async () => {
  const name = 'Công điện số 12 – mưa lũ.docx';
  stations.cutUploadAfter = 70_000;
  const draft = await writeDraft(anh!, telegram({ attachments: [{ file: memoryFile(name, attachment) }] }));
  await approveDraft(khue!, draft.id);
  const signed = await signDraft(khue!, draft.id);
  const other = await writeDraft(anh!, telegram({ subject: 'Khác' }));
  await assert.rejects(sendDraft(khue!, draft.id, coreOf(khue!, other)), refused('draft-changed'), 'what was ordered, and nothing else under its id');
  for (const digits of [0, 31]) {
    await assert.rejects(sendDraft(khue!, draft.id, coreOf(khue!, signed).slice(0, digits)), refused('draft-changed'), 'too few digits to name a core');
  }
  const accepted = await sendDraft(khue!, draft.id, coreOf(khue!, signed).slice(0, 32));
  assert.deepEqual(await sendDraft(khue!, draft.id), { ...accepted, isBefore: true }, 'again, after a lost answer');

  const place = memorySink();
  const opened = await openDispatch(lan!, accepted.dispatch, 'muong-leo', { sink: async () => place.sink });
  assert.equal(opened.core.text, telegram().text);
  assert.equal((await readInbox(lan!, 'muong-leo'))[0]!.content!.files[0], name);
  assert.deepEqual(concat(...place.written), attachment);
  assert.deepEqual([place.state, opened.files], ['committed', ['committed']]);
  assert.deepEqual(opened.endorsements.map(({ purpose, person }) => [purpose, person]), [['author', 'anh'], ['approve', 'khue'], ['sign', 'khue']]);

  await tellOrigin(lan!, 'handed-over', accepted.dispatch, 'muong-leo');
  await tellOrigin(lan!, 'acted', accepted.dispatch, 'muong-leo', 'Đã trực');
  const answer = await writeDraft(lan!, replyTo(opened, { documentType: 'Báo cáo', subject: 'Đã nhận', text: '', attachments: [] }));
  assert.deepEqual(answer.open.core.reference, opened.head.id);

  const trace = await traceDispatch(anh!, accepted.dispatch);
  assert.equal(trace.forged, 0);
  assert.deepEqual(trace.receipts.map(({ kind, who }) => [kind, who?.name ?? null, who?.note ?? null]), [
    ['arrived', null, null], ['opened', 'Lò Thị Lan', null], ['handed-over', 'Lò Thị Lan', null], ['acted', 'Lò Thị Lan', 'Đã trực'],
  ]);
  assert.equal(trace.life.offices[0]!.state, 'acted');
  assert.equal((await traceDispatch(lan!, accepted.dispatch)).receipts[1]!.who, null, 'names are for the origin only');
});

test('a person approves and signs what they read, not what somebody puts under the same id meanwhile', async () => {
  const { id } = await writeDraft(anh!, telegram());
  const other = await writeDraft(anh!, telegram({ subject: 'Rút toàn bộ lực lượng' }));
  const read = await readDraft(khue!, id);
  const swapped = await saveDraft(anh!, { ...other, id, version: read.version });
  await assert.rejects(approveDraft(khue!, id, coreOf(khue!, read)), refused('draft-changed'));
  await saveDraft(anh!, { ...read, version: swapped.version });
  const approved = await approveDraft(khue!, id, coreOf(khue!, read));
  await saveDraft(anh!, { ...other, id, version: approved.version });
  await assert.rejects(signDraft(khue!, id, coreOf(khue!, approved)), refused('draft-changed'));
});

test('who opened it is named as the directory has them, whatever name their device gives itself', async () => {
  const dispatch = await sent();
  await lan!.ring.change((contents) => ({ ...contents, name: 'Chủ tịch UBND tỉnh' }));
  await openDispatch(lan!, dispatch, 'muong-leo');
  await lan!.ring.change((contents) => ({ ...contents, name: 'Lò Thị Lan' }));
  const { receipts } = await traceDispatch(anh!, dispatch);
  assert.deepEqual(receipts.map(({ kind, who }) => [kind, who?.name ?? null]), [['arrived', null], ['opened', 'Lò Thị Lan']]);
});

test('what is written to a machine is in the ledger first, in one call; what is only looked at is not, and without the station nothing is written', async () => {
  const dispatch = await sent({ attachments: ['Công điện số 12.pdf', 'bản đồ.png', 'phụ lục.docx'].map((name) => ({ file: memoryFile(name, attachment.subarray(0, 70_000 - name.length)) })) });
  const from = stations.asked.length;
  const earlier = stations.downloads.length;
  await openDispatch(lan!, dispatch, 'muong-leo');
  assert.equal(stations.asked.slice(from).includes('recordDownloads'), false);
  const places = new Map<string, ReturnType<typeof memorySink>>();
  const errand = {
    wanted: ({ name }: { name: string }) => name !== 'bản đồ.png',
    sink: async ({ name }: { name: string }) => {
      places.set(name, memorySink());
      assert.equal(stations.downloads.length, earlier + 2, 'both before the first is made');
      return places.get(name)!.sink;
    },
  };
  const { core, files } = await openDispatch(lan!, dispatch, 'muong-leo', errand);
  assert.deepEqual(files, ['committed', null, 'committed']);
  assert.deepEqual(stations.downloads.slice(earlier), [0, 2].map((i) => `${dispatch} muong-leo ${hex(core.parts[i]!.root)}`));
  places.clear();
  stations.away = 'recordDownloads';
  await assert.rejects(openDispatch(lan!, dispatch, 'muong-leo', errand), refused('download-unrecorded'));
  stations.away = null;
  assert.equal(places.size, 0);
});

test('a register is searched without diacritics, over what only the device can read', async () => {
  await sent({ subject: 'Đường Tà Xùa sạt lở' });
  const { lines } = await readRegister(anh!, 'van-phong', 'out');
  assert.deepEqual(searchRegister(lines, 'duong ta xua').map(({ content }) => content!.subject), ['Đường Tà Xùa sạt lở']);
  assert.equal(searchRegister(lines, 'dang khue').length, lines.length);
  assert.equal(searchRegister(lines, 'khong co').length, 0);
});

test('many at once share signatures and all open', async () => {
  const written = await writeMany(anh!, 'van-phong', Array.from({ length: 20 }, (_, i) => telegram({ subject: `Điện ${i}` })));
  const signed = await endorseAll(khue!, 'van-phong', await endorseAll(khue!, 'van-phong', written, 'approve'), 'sign');
  const outcomes = await sendMany(khue!, 'van-phong', signed);
  const dispatches = outcomes.map((outcome) => ('dispatch' in outcome ? outcome.dispatch : assert.fail(String(outcome))));
  const opened = await openMany(lan!, [...dispatches, 'ff'.repeat(32)], 'muong-leo');
  assert.deepEqual(opened.slice(0, 20).map((one) => ('core' in one ? one.core.subject : one.code)), Array.from({ length: 20 }, (_, i) => `Điện ${i}`));
  assert.ok(opened[20] instanceof Refusal && opened[20].code === 'dispatch-unknown');
  assert.equal((await traceDispatch(anh!, dispatches[7]!)).receipts.length, 2);
});

test('one person cannot be two', async () => {
  const { id } = await writeDraft(anh!, telegram());
  await assert.rejects(approveDraft(anh!, id), refused('not-entitled'));
  await assert.rejects(signDraft(khue!, id), refused('approval-missing'));
  await assert.rejects(sendDraft(khue!, id), refused('step-out-of-order'));
  await approveDraft(khue!, id);
  await assert.rejects(approveDraft(khue!, id), refused('step-done'));
  const own = await writeDraft(lan!, telegram({ office: 'muong-leo', recipients: [{ to: { office: 'van-phong' }, role: 'info', precedence: 'routine' }] }));
  assert.equal((await readDraft(lan!, own.id)).open.core.author, 'lan');
  await assert.rejects(readDraft(anh!, own.id), refused('key-missing'));
});

test('nothing of a tampered dispatch is given out, and the refusal says what', async () => {
  const dispatch = await sent({ attachments: [{ file: memoryFile('a.bin', attachment) }] });
  const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const changed = (how: (one: ReturnType<typeof envelope.decode>) => Partial<ReturnType<typeof envelope.decode>>) =>
    (name: string, answer: Uint8Array) => {
      if (name !== 'envelope') return answer;
      const one = envelope.decode(answer);
      return envelope.encode({ ...one, ...how(one) });
    };
  const cases: [RefusalCode, typeof stations.tamper][] = [
    ['header-forged', changed((one) => ({ header: header.encode({ ...header.decode(one.header), exercise: false }) }))],
    ['header-forged', changed((one) => ({ body: flip(one.body, 20) }))],
    ['header-forged', changed(({ stanzas: [only] }) => ({ stanzas: [{ ...only!, stanza: flip(only!.stanza, 700) }] }))],
    ['signature-wrong', changed(({ sealing }) => ({ sealing: { ...sealing, signature: { ...sealing.signature, mldsa: flip(sealing.signature.mldsa, 9) } } }))],
    ['signature-wrong', changed(({ sealing }) => ({ sealing: { ...sealing, signature: { ...sealing.signature, p256: flip(sealing.signature.p256, 9) } } }))],
    ['cbor-malformed', (name, answer) => (name === 'envelope' ? answer.subarray(0, -1) : answer)],
    ['part-forged', (name, answer) => (name === 'partBytes' ? flip(answer, 70_000) : answer)],
    ['part-forged', (name, answer) => (name === 'partLeaves' ? flip(answer, 3) : answer)],
    ['part-forged', (name, answer) => (name === 'partBytes' ? concat(answer, Uint8Array.of(1)) : answer)],
    ['part-incomplete', (name, answer) => (name === 'partBytes' ? answer.subarray(0, 65_552) : answer)],
  ];
  for (const [i, [code, tamper]] of cases.entries()) {
    const place = memorySink();
    stations.tamper = tamper;
    const receipted = stations.receipts.get(dispatch)!.length;
    await assert.rejects(openDispatch(lan!, dispatch, 'muong-leo', { sink: async () => place.sink }), refused(code), `case ${i}`);
    assert.notEqual(place.state, 'committed');
    assert.equal(stations.receipts.get(dispatch)!.length, receipted, 'and nothing is receipted');
  }
  stations.tamper = (_, answer) => answer;
  const other = await sent();
  const envelopeOfOther = stations.held.get(other)!.envelope;
  stations.held.set(dispatch, { ...stations.held.get(dispatch)!, envelope: envelopeOfOther });
  await assert.rejects(readDispatch(lan!, dispatch, 'muong-leo'), refused('header-forged'));
});

test('what cannot be sent takes no number', async () => {
  const written = async (more: Partial<Composition> = {}, who = anh!) => {
    const { id } = await writeDraft(who, telegram(more));
    await approveDraft(khue!, id);
    await signDraft(khue!, id);
    return id;
  };
  const old = await written();
  const expiring = await written({ expires: clock.at + 1_000 });
  const asked = stations.asked.length;
  clock.at += 2_000;
  await assert.rejects(sendDraft(khue!, expiring), refused('dispatch-expired'));
  clock.at += 31 * 24 * 3_600_000;
  await assert.rejects(sendDraft(khue!, old), refused('date-out-of-range'));
  clock.at -= 25 * 3_600_000 + 2_000;
  assert.ok(!stations.asked.slice(asked).includes('number'));
});

test('a forged receipt counts for nothing', async () => {
  const dispatch = await sent();
  const [arrived] = stations.receipts.get(dispatch)!;
  stations.receipts.get(dispatch)!.push(arrived!.map((byte, i) => (i === arrived!.length - 3 ? byte ^ 1 : byte)), arrived!);
  const trace = await traceDispatch(anh!, dispatch);
  assert.deepEqual([trace.receipts.length, trace.forged], [1, 1]);
});

test('a directory that went back, or that became another, is refused', async () => {
  const { practice } = stations;
  const kept = [...practice.entries];
  stations.tamper = (name, answer) => {
    if (name !== 'directory') return answer;
    const { checkpoint } = JSON.parse(new TextDecoder().decode(answer));
    return new TextEncoder().encode(JSON.stringify({ size: 3, entries: [], checkpoint: checkpoint.replace(/\n\d+\n/, '\n3\n') }));
  };
  await assert.rejects(anh!.directory.sync(), refused('directory-rolled-back'));
  stations.tamper = (_, answer) => answer;
  assert.deepEqual(practice.entries, kept);
});

test('a keyring older than the station has seen is refused at log-in', async () => {
  stations.keyringRevision = 99;
  await assert.rejects(anh!.api.logIn(nodeCrypto, anh!.ring, anh!.view), refused('keyring-rolled-back'));
  stations.keyringRevision = 0;
});

test('an upload that is cancelled leaves no draft', async () => {
  const stop = new AbortController();
  const drafts = stations.drafts.size;
  const progress = ({ step }: { step: string }) => step === 'upload' && stop.abort();
  const errand = { signal: stop.signal, progress };
  await assert.rejects(writeDraft(anh!, telegram({ attachments: [{ file: memoryFile('a', attachment) }] }), errand), refused('cancelled'));
  assert.equal(stations.drafts.size, drafts);
});
