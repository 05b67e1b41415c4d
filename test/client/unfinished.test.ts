/** Drafts with files go on after a reload, a crash or a cut: the same draft with the same parts, from where they stood; and are given up without a trace. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { WorkerEnd } from '#client/held-worker.ts';
import { openDispatch } from '#client/dispatch/incoming.ts';
import { approveDraft, readDraft, sendDraft, signDraft } from '#client/dispatch/outgoing.ts';
import { partDesk } from '#client/parts/part-desk.ts';
import { blobFile, type MessageEnd, type PartOrder } from '#client/parts/part-messages.ts';
import { servePartWork } from '#client/parts/part-worker.ts';
import { SealedSheet } from '#client/sealed-sheet.ts';
import { Session } from '#client/session.ts';
import { UnfinishedDrafts } from '#client/dispatch/unfinished.ts';
import { KeptDrafts } from '#client/dispatch/unfinished-kept.ts';
import { concat, hex, utf8 } from '#core/bytes.ts';
import type { HttpTransport, NamedStore, PartCopies } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { Turns } from '#core/turns.ts';
import { CHUNK_BYTES, chunkLeaf, SEALED_CHUNK_BYTES } from '#core/stream.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { until } from '../fixtures/until.ts';
import { practiceOffices, ringOf, stillClock } from './practice-office.ts';
import { PracticeStations } from './practice-station.ts';

const MIB = 2 ** 20;
const SLICE_BYTES = 64 * SEALED_CHUNK_BYTES;
const NAME = 'Bản đồ ngập lụt.bin';
const SUBJECT = 'Di dời các bản ven suối';
const SHEET = { what: 'van-phong new', text: `{"subject":"${SUBJECT}"}` };
const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;

const clock = stillClock();
let practice: PracticeOrganisation;
let stations: PracticeStations;
let [anh, khue, lan]: Session[] = [];
let ordered: PartOrder[];
/** What lies on the device. */
let sheets: Map<string, Uint8Array>;
let copies: Map<string, { bytes: Uint8Array; firstWrite: number | null }>;
let roomBytes: number;
/** From there on the page is gone in the middle of a write. */
let diesAt: number | null = null;
/** A sheet that cannot be read now. */
let readFault: string | null = null;
const ports: MessagePort[] = [];
const locks = new Set<string>();

before(async () => {
  practice = await practiceOffices();
});

after(() => ports.forEach((port) => port.close()));

beforeEach(async () => {
  stations = new PracticeStations(practice, clock);
  const session = async (person: string, position: string, station: string) => {
    const ring = await ringOf(practice, person, [position]);
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport: transport(station), ring, authority: practice.authority, parts: (own) => partDesk(own, { base: station, open: worker }) });
    await one.begin();
    return one;
  };
  anh = await session('anh', 'chuyen-vien', 'tram-tinh');
  khue = await session('khue', 'chanh-van-phong', 'tram-tinh');
  lan = await session('lan', 'truc-ban', 'tram-muong-leo');
  [ordered, sheets, copies, roomBytes] = [[], new Map(), new Map(), Number.MAX_SAFE_INTEGER];
});

function transport(station: string): HttpTransport {
  return { ...stations.at(station), streamBytesMax: SLICE_BYTES };
}

function worker(): WorkerEnd {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  const inside = endOf(port2);
  servePartWork({ ...inside, listen: (heard) => inside.listen((message) => {
    ordered.push(message as PartOrder);
    heard(message);
  }) }, Promise.resolve({ crypto: nodeCrypto, random: nodeRandom, clock, transport, copies: async () => memoryCopies() }));
  return { ...endOf(port1), failed: () => undefined, close: () => port1.close() };
}

function endOf(port: MessagePort): MessageEnd {
  return { post: (message, transfer = []) => port.postMessage(message, [...transfer]), listen: (heard) => void port.on('message', heard) };
}

const store: NamedStore = {
  read: async (name) => {
    if (name === readFault) throw new Error('the database is closing');
    return sheets.get(name) ?? null;
  },
  write: async (name, bytes) => void sheets.set(name, bytes),
  erase: async (name) => void sheets.delete(name),
};

function memoryCopies(): PartCopies {
  return {
    names: async () => [...copies.keys()],
    blob: async (name) => (copies.has(name) ? new Blob([copies.get(name)!.bytes as Uint8Array<ArrayBuffer>]) : null),
    erase: async (name) => void copies.delete(name),
    roomBytes: async () => roomBytes,
    open: async (name) => {
      const file = copies.get(name) ?? { bytes: new Uint8Array(0), firstWrite: null };
      copies.set(name, file);
      file.firstWrite = null;
      return {
        get sizeBytes() {
          return file.bytes.length;
        },
        read: async (from, to) => file.bytes.slice(from, to),
        write: async (bytes, at) => {
          if (at + bytes.length > roomBytes) throw new Error('no room');
          if (diesAt !== null && at > diesAt) await new Promise(() => undefined);
          file.firstWrite ??= at;
          const grown = new Uint8Array(Math.max(file.bytes.length, at + bytes.length));
          grown.set(file.bytes);
          grown.set(bytes, at);
          file.bytes = grown;
        },
        flush: async (size) => { file.bytes = file.bytes.slice(0, size); },
        close: async () => undefined,
      };
    },
  };
}

/** The page as it comes up: nothing is left of the one before but what lies on the device. */
function reloaded(kept: PartCopies | null = memoryCopies()): Promise<UnfinishedDrafts> {
  return UnfinishedDrafts.open({ session: anh!, store, copies: async () => kept, alone: async (name) => {
    if (locks.has(name)) return null;
    locks.add(name);
    return () => void locks.delete(name);
  }, oneByOne });
}

/** As the windows of one browser wait for each other. */
const lists = new Turns();
const oneByOne = <T>(_: string, work: () => Promise<T>): Promise<T> => lists.next(work);

const fileOf = (bytes: Uint8Array, name = NAME) => blobFile(new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
const composition = (bytes: Uint8Array) => ({
  office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'immediate' }],
  documentType: 'Công điện', subject: SUBJECT, text: 'Trước 18 giờ.', classification: 'none', exercise: true, reference: new Uint8Array(32).fill(7),
  attachments: [{ file: fileOf(bytes) }],
} as const);

/** Sends the draft; gives what the recipient opens. */
async function arrived(id: string): Promise<Uint8Array> {
  await approveDraft(khue!, id);
  await signDraft(khue!, id);
  const { dispatch } = await sendDraft(khue!, id);
  const pieces: Uint8Array[] = [];
  const sink = { write: async (bytes: Uint8Array) => void pieces.push(bytes.slice()), commit: async () => '', abandon: async () => undefined };
  await openDispatch(lan!, dispatch, 'muong-leo', { sink: async () => sink });
  return concat(...pieces);
}

const isBare = (): boolean => sheets.size === 0 && copies.size === 0;

test('a reload while it is brought: it goes on from the sealed copy, without file or key, and is the same part', async () => {
  const bytes = nodeRandom.bytes(60_000);
  const large = concat(...Array.from({ length: 100 }, () => bytes));
  const first = await reloaded();
  const id = await first.begin(composition(large), { replaces: null, sheet: null });
  stations.tamper = (name, answer) => {
    if (name === 'appendPart') stations.away = name;
    return answer;
  };
  await assert.rejects(first.goOn(id, []), refused('station-unreachable'));
  await first.close();
  stations.away = null;
  const root = [...stations.parts.keys()][0]!;
  const brought = stations.parts.get(root)!.bytes;
  assert.ok(brought.length > 0 && brought.length < large.length, String(brought.length));
  const [kept] = (await reloaded()).drafts;
  assert.deepEqual([kept?.id, kept?.subject, kept?.needed, kept?.isRunning], [id, SUBJECT, [], false]);
  ordered = [];
  stations.tamper = (_, answer) => answer;
  const again = await reloaded();
  await again.goOn(id, []);
  assert.deepEqual(ordered.flatMap((one) => ('order' in one ? [one.order.kind, 'key' in one.order] : [])), ['bring', false]);
  assert.deepEqual([...stations.parts.keys()], [root]);
  assert.deepEqual((await readDraft(anh!, id)).open.core.parts.map((part) => hex(part.root)), [root]);
  assert.deepEqual([again.drafts, isBare()], [[], true]);
  assert.deepEqual(await arrived(id), large);
});

test('a reload while it is sealed: the same file goes on from the last mark, another is refused', async () => {
  const large = new Uint8Array(52 * MIB).fill(5, 20 * MIB, 21 * MIB);
  const first = await reloaded();
  const id = await first.begin(composition(large), { replaces: null, sheet: null });
  diesAt = 33 * MIB;
  void first.goOn(id, []).catch(() => undefined);
  // List, draft and the mark of its part.
  await until(() => sheets.size === 3);
  diesAt = null;
  locks.clear();
  const again = await reloaded();
  assert.deepEqual(again.drafts[0]!.needed.map(({ name, sizeBytes }) => [name, sizeBytes]), [[NAME, 52 * MIB]]);
  await assert.rejects(again.goOn(id, []), refused('file-missing'));
  await assert.rejects(again.goOn(id, [fileOf(large.subarray(1))]), refused('file-changed'));
  await assert.rejects(again.goOn(id, [fileOf(large.with(20 * MIB, 6))]), refused('file-changed'));
  assert.equal(again.drafts[0]!.needed.length, 1, 'the wrong one is asked for again');
  await again.goOn(id, [fileOf(large)]);
  const measures = ordered.flatMap((one) => ('order' in one && one.order.kind === 'measure' ? [one.order.copied!.mark?.leaves.length ?? 0] : []));
  assert.deepEqual(measures, [0, 512 * 32, 512 * 32]);
  assert.deepEqual(await arrived(id), large);
});

test('what was written behind the last mark is never sealed as something else under its key', async () => {
  const large = nodeRandom.bytes(60_000);
  const whole = concat(...Array.from({ length: 50 }, () => large));
  const first = await reloaded();
  const id = await first.begin(composition(whole), { replaces: null, sheet: null });
  diesAt = 17 * CHUNK_BYTES;
  void first.goOn(id, []).catch(() => undefined);
  const written = () => [...copies.values()][0]?.bytes ?? new Uint8Array(0);
  await until(() => written().length === 32 * SEALED_CHUNK_BYTES);
  diesAt = null;
  locks.clear();
  const chunks = Array.from({ length: 4 }, (_, i) => written().subarray(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES));
  const leaves = concat(...await Promise.all(chunks.map((chunk, i) => chunkLeaf(nodeCrypto.hash, i, chunk))));
  const kept = new KeptDrafts(anh!, store, oneByOne);
  const { parts: [part] } = (await kept.read(id))!;
  await kept.keepMark(part!, { digest: nodeCrypto.hash.sha256(whole.subarray(0, 4 * CHUNK_BYTES)), leaves });
  ordered = [];
  const edited = whole.with(20 * CHUNK_BYTES, whole[20 * CHUNK_BYTES]! ^ 1);
  await (await reloaded()).goOn(id, [fileOf(edited)]);
  const measures = ordered.flatMap((one) => ('order' in one && one.order.kind === 'measure' ? [one.order.copied!.mark?.leaves.length ?? 0] : []));
  assert.deepEqual(measures, [4 * 32, 0], 'from its beginning, under another key');
  assert.deepEqual(await arrived(id), edited);
});

test('a crash behind the last leaf, before the part is noted, costs one more sealing', async () => {
  const large = concat(nodeRandom.bytes(CHUNK_BYTES), Uint8Array.of(9));
  const first = await reloaded();
  const id = await first.begin(composition(large), { replaces: null, sheet: null });
  stations.away = 'appendPart';
  await assert.rejects(first.goOn(id, []), refused('station-unreachable'));
  stations.away = null;
  await first.close();
  const kept = new KeptDrafts(anh!, store, oneByOne);
  const there = (await kept.read(id))!;
  await kept.keep({ ...there, draft: null, parts: there.parts.map((part) => ({ ...part, part: null, isCopied: false })) });
  await (await reloaded()).goOn(id, [fileOf(large)]);
  assert.deepEqual(await arrived(id), large);
});

test('without a copy the file is given again, and gives the same part', async () => {
  const large = nodeRandom.bytes(60_000);
  for (const kept of [null, memoryCopies()]) {
    roomBytes = 20_000;
    const first = await reloaded(kept);
    const id = await first.begin(composition(large), { replaces: null, sheet: null });
    stations.away = 'appendPart';
    await assert.rejects(first.goOn(id, []), refused('station-unreachable'));
    assert.equal(first.drafts[0]!.fault instanceof Refusal, true);
    assert.deepEqual(first.drafts[0]!.needed, [], 'this page has it still');
    stations.away = null;
    const [root] = [...stations.parts.keys()].slice(-1);
    const again = await reloaded(kept);
    assert.equal(again.drafts[0]!.needed.length, 1);
    await assert.rejects(again.goOn(id, [fileOf(large.with(9, large[9]! ^ 1))]), refused('file-changed'));
    assert.equal(stations.parts.get(root!)!.bytes.length, 0, 'nothing of another file is sent');
    await again.goOn(id, [fileOf(large)]);
    assert.deepEqual((await readDraft(anh!, id)).open.core.parts.map((part) => hex(part.root)), [root]);
    assert.equal(isBare(), true);
  }
});

test('a disk that fills up while the copy is written costs the copy and nothing else', async () => {
  const large = concat(...Array.from({ length: 40 }, () => nodeRandom.bytes(60_000)));
  const unfinished = await reloaded({ ...memoryCopies(), roomBytes: async () => 10 * MIB });
  roomBytes = MIB + 100_000;
  const id = await unfinished.begin(composition(large), { replaces: null, sheet: null });
  await unfinished.goOn(id, []);
  assert.deepEqual(await arrived(id), large);
});

test('a copy that is not what was sealed is refused by the station, and the file gives the same part', async () => {
  const large = nodeRandom.bytes(60_000);
  const first = await reloaded();
  const id = await first.begin(composition(large), { replaces: null, sheet: null });
  stations.away = 'appendPart';
  await assert.rejects(first.goOn(id, []), refused('station-unreachable'));
  stations.away = null;
  const again = await reloaded();
  stations.tamper = (name, answer) => {
    if (name === 'appendPart') throw new Refusal('part-forged');
    return answer;
  };
  await assert.rejects(again.goOn(id, []), refused('part-forged'));
  stations.tamper = (_, answer) => answer;
  assert.equal(copies.size, 0);
  assert.equal(again.drafts[0]!.needed.length, 1);
  await again.goOn(id, [fileOf(large)]);
  assert.equal(stations.drafts.get(id)?.step, 'saved');
});

test('an answer that was lost when the draft was saved does not save it twice', async () => {
  const unfinished = await reloaded();
  const id = await unfinished.begin(composition(nodeRandom.bytes(100)), { replaces: null, sheet: null });
  let lost = 0;
  stations.tamper = (name, answer) => {
    if (name === 'putDraft' && lost++ === 0) throw new Refusal('station-unreachable');
    return answer;
  };
  const held = await unfinished.goOn(id, []);
  assert.deepEqual([held.id, held.version, lost], [id, 1, 1]);
  assert.equal(isBare(), true);
});

test('what is kept says nothing in the clear, and what was typed goes with the draft', async () => {
  const sheet = new SealedSheet(anh!, store, SHEET.what);
  await sheet.keep(SHEET.text);
  const secret = utf8('Kho thóc dự trữ ở bản Pá Kách');
  const unfinished = await reloaded();
  const id = await unfinished.begin(composition(concat(secret, new Uint8Array(200_000))), { replaces: null, sheet: SHEET });
  stations.away = 'putDraft';
  await assert.rejects(unfinished.goOn(id, []), refused('station-unreachable'));
  stations.away = null;
  const lying = Buffer.concat([...sheets.keys(), ...copies.keys()].map((name) => Buffer.from(name)).concat([...sheets.values(), ...[...copies.values()].map(({ bytes }) => bytes)].map((bytes) => Buffer.from(bytes))));
  for (const text of [secret, utf8(NAME), utf8(SUBJECT), utf8('van-phong')]) assert.equal(lying.includes(Buffer.from(text)), false);
  await (await reloaded()).goOn(id, []);
  assert.equal(await sheet.read(), null);
});

test('giving up leaves nothing here or at the station, and what was typed is given back', async () => {
  const unfinished = await reloaded();
  const id = await unfinished.begin(composition(nodeRandom.bytes(65_536)), { replaces: null, sheet: SHEET });
  stations.away = 'putDraft';
  await assert.rejects(unfinished.goOn(id, []), refused('station-unreachable'));
  stations.away = null;
  assert.equal(stations.parts.size, 1);
  await unfinished.giveUp(id);
  assert.deepEqual([unfinished.drafts, stations.parts.size, copies.size, sheets.size], [[], 0, 0, 1]);
  assert.equal(await new SealedSheet(anh!, store, SHEET.what).read(), SHEET.text);
});

test('one window works at a draft; giving up stops what runs', async () => {
  const [one, other] = [await reloaded(), await reloaded()];
  const id = await one.begin(composition(new Uint8Array(4 * MIB)), { replaces: null, sheet: null });
  const running = one.goOn(id, []);
  await assert.rejects(other.goOn(id, []), refused('work-elsewhere'));
  await assert.rejects(other.giveUp(id), refused('work-elsewhere'));
  const ended = assert.rejects(running, refused('cancelled'));
  await one.giveUp(id);
  await ended;
  assert.equal(isBare(), true);
});

test('windows that note and forget drafts at once lose none from the list', async () => {
  const windows = await Promise.all(Array.from({ length: 6 }, () => reloaded()));
  const begin = (one: UnfinishedDrafts) => one.begin(composition(Uint8Array.of(1)), { replaces: null, sheet: null });
  const ids = await Promise.all(windows.map(begin));
  const ofAll = async () => (await reloaded()).drafts.map(({ id }) => id).toSorted();
  assert.deepEqual(await ofAll(), ids.toSorted());
  const [, , , ...kept] = ids;
  const more = await Promise.all(windows.map((one, i) => (i < 3 ? one.giveUp(ids[i]!) : begin(one))));
  assert.deepEqual(await ofAll(), [...kept, ...more.filter((id) => typeof id === 'string')].toSorted());
});

test('copies that belong to nothing are erased', async () => {
  copies.set('0'.repeat(32), { bytes: new Uint8Array(9), firstWrite: null });
  await reloaded();
  assert.equal(copies.size, 0);
});

test('a sheet that cannot be read now costs no copy', async () => {
  const first = await reloaded();
  const id = await first.begin(composition(nodeRandom.bytes(60_000)), { replaces: null, sheet: null });
  stations.away = 'appendPart';
  await assert.rejects(first.goOn(id, []), refused('station-unreachable'));
  stations.away = null;
  await first.close();
  // In the order in which they were written; behind them the mark of its part.
  const [draft, list] = [...sheets.keys()];
  for (const unread of [list, draft]) {
    readFault = unread!;
    await reloaded();
    readFault = null;
    const whole = sheets.get(unread!)!;
    sheets.set(unread!, whole.with(20, whole[20]! ^ 1));
    await reloaded();
    sheets.set(unread!, whole);
    assert.equal(copies.size, 1);
  }
  await (await reloaded()).goOn(id, []);
  assert.equal(isBare(), true);
});

test('a copy that is gone or cut short is asked for again as a file', async () => {
  for (const harm of [() => copies.clear(), () => copies.forEach((copy) => (copy.bytes = copy.bytes.subarray(1)))]) {
    const large = nodeRandom.bytes(60_000);
    const first = await reloaded();
    const id = await first.begin(composition(large), { replaces: null, sheet: null });
    stations.away = 'appendPart';
    await assert.rejects(first.goOn(id, []), refused('station-unreachable'));
    stations.away = null;
    await first.close();
    harm();
    const again = await reloaded();
    assert.deepEqual(again.drafts[0]!.needed, []);
    await assert.rejects(again.goOn(id, []), refused('file-missing'));
    assert.equal(again.drafts[0]!.needed.length, 1);
    await again.goOn(id, [fileOf(large)]);
    assert.equal(stations.drafts.get(id)?.step, 'saved');
  }
});

test('what is refused before anything is sealed is not noted', async () => {
  const unfinished = await reloaded();
  await assert.rejects(unfinished.begin({ ...composition(new Uint8Array(1)), recipients: [] }, { replaces: null, sheet: null }), refused('no-recipients'));
  assert.deepEqual([unfinished.drafts, isBare()], [[], true]);
});
