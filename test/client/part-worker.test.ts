/** A session whose files are sealed and opened in a worker: the same bytes, progress, cancelling, going on, and no job's key left behind. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { openDispatch } from '#client/dispatch/incoming.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import type { WorkerEnd } from '#client/held-worker.ts';
import { partDesk } from '#client/parts/part-desk.ts';
import { blobFile, type MessageEnd, type PartOrder } from '#client/parts/part-messages.ts';
import { servePartWork } from '#client/parts/part-worker.ts';
import { Session } from '#client/session.ts';
import { concat } from '#core/bytes.ts';
import type { HttpTransport } from '#core/outside.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { practiceOffices, ringOf, stillClock } from './practice-office.ts';
import { PracticeStations } from './practice-station.ts';

const SLICE_BYTES = 2 * 65_552;
const clock = stillClock();
const refused = (code: RefusalCode) => (error: unknown) => error instanceof Refusal && error.code === code;
const piece = nodeRandom.bytes(60_000);
const bytes = concat(...Array.from({ length: 60 }, () => piece));

let stations: PracticeStations;
let [anh, khue, lan]: Session[] = [];
/** Every order that a worker was given, as it stands in the worker. */
const ordered: PartOrder[] = [];
let opened = 0;
let closed = 0;
let fails: (() => void) | null = null;

before(async () => {
  const practice = await practiceOffices();
  stations = new PracticeStations(practice, clock);
  const session = async (person: string, position: string, station: string) => {
    const ring = await ringOf(practice, person, [position]);
    const parts = (one: Session) => partDesk(one, { base: station, open: worker });
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport: transport(station), ring, authority: practice.authority, parts });
    await one.begin();
    return one;
  };
  anh = await session('anh', 'chuyen-vien', 'tram-tinh');
  khue = await session('khue', 'chanh-van-phong', 'tram-tinh');
  lan = await session('lan', 'truc-ban', 'tram-muong-leo');
});

/** As in a page: bodies are gathered, so they come in slices. */
function transport(station: string): HttpTransport {
  return { ...stations.at(station), streamBytesMax: SLICE_BYTES };
}

function worker(): WorkerEnd {
  opened++;
  const { port1, port2 } = new MessageChannel();
  const inside = endOf(port2);
  servePartWork({ ...inside, listen: (heard) => inside.listen((message) => {
    ordered.push(message as PartOrder);
    heard(message);
  }) }, Promise.resolve({ crypto: nodeCrypto, random: nodeRandom, clock, transport, copies: async () => null }));
  return { ...endOf(port1), failed: (listener) => { fails = listener; }, close: () => { closed++; port1.close(); } };
}

function endOf(port: MessagePort): MessageEnd {
  return {
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    listen: (heard) => void port.on('message', heard),
  };
}

const blobOf = (pieces: readonly Uint8Array[]): Blob => new Blob(pieces.map((one) => new Uint8Array(one)));
const composition = (blob: Blob) => ({
  office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'immediate' }],
  documentType: 'Công điện', subject: 'Bản đồ', text: '', classification: 'none', exercise: true,
  attachments: [{ file: blobFile(blob, 'Công điện số 12.pdf') }],
} as const);

async function sent(): Promise<string> {
  const { id } = await writeDraft(anh!, composition(blobOf([bytes])));
  await approveDraft(khue!, id);
  await signDraft(khue!, id);
  return (await sendDraft(khue!, id)).dispatch;
}

function memorySink() {
  const pieces: Uint8Array[] = [];
  const told = { committed: false, abandoned: false };
  return {
    pieces, told,
    write: async (written: Uint8Array) => void pieces.push(written.slice()),
    commit: async () => { told.committed = true; return 'memory'; },
    abandon: async () => { told.abandoned = true; },
  };
}

test('a file goes and comes through workers, in slices, with progress, and no key stays', async () => {
  const asked = stations.asked.length;
  const dispatch = await sent();
  const appended = stations.asked.slice(asked).filter((name) => name === 'appendPart').length;
  assert.equal(appended, Math.ceil(Math.ceil(bytes.length / 65_536) / 2), 'two chunks at a time');
  const sink = memorySink();
  const progress: number[] = [];
  const { files } = await openDispatch(lan!, dispatch, 'muong-leo', { sink: async () => sink, progress: ({ bytes: at }) => progress.push(at) });
  assert.deepEqual(files, ['memory']);
  assert.deepEqual(concat(...sink.pieces), bytes);
  assert.ok(progress.length >= 2 && progress.every((at, i) => i === 0 || at > progress[i - 1]!), String(progress));
  assert.equal(opened, closed, 'no worker is left when nothing is to be done');
  const lent = ordered.flatMap((one) => ('order' in one && 'key' in one.order ? [one.order.key] : []));
  assert.ok(lent.length >= 2);
  for (const key of lent) assert.deepEqual(key, new Uint8Array(32));
});

test('an upload that was cut goes on where it stopped', async () => {
  stations.cutUploadAfter = 200_000;
  const uploaded: number[] = [];
  const { id } = await writeDraft(anh!, composition(blobOf([bytes, piece])), { progress: ({ step, bytes: at }) => { if (step === 'upload') uploaded.push(at); } });
  assert.equal(stations.cutUploadAfter, null, 'it was cut');
  assert.ok(uploaded.length > 0);
  assert.equal(stations.drafts.get(id)?.step, 'saved');
});

test('cancelling ends the job and the worker, and nothing is written', async () => {
  const stop = new AbortController();
  const parts = [...stations.parts.keys()].length;
  const writing = writeDraft(anh!, composition(blobOf([bytes, bytes])), { signal: stop.signal, progress: () => stop.abort() });
  await assert.rejects(writing, refused('cancelled'));
  assert.equal(stations.parts.size, parts);
  assert.equal(opened, closed);
  await assert.rejects(writeDraft(anh!, composition(blobOf([bytes])), { signal: stop.signal }), refused('cancelled'));
});

test('what the station changed is refused, and what was written of it is thrown away', async () => {
  const dispatch = await sent();
  stations.tamper = (name, answer) => (name === 'partBytes' ? answer.with(answer.length - 1, answer.at(-1)! ^ 1) : answer);
  const sink = memorySink();
  await assert.rejects(openDispatch(lan!, dispatch, 'muong-leo', { sink: async () => sink }), refused('part-forged'));
  stations.tamper = (_, answer) => answer;
  assert.deepEqual(sink.told, { committed: false, abandoned: true });
});

test('a disk that is full ends the job with its own reason', async () => {
  const dispatch = await sent();
  const full = { ...memorySink(), write: async () => { throw new Refusal('disk-full'); } };
  await assert.rejects(openDispatch(lan!, dispatch, 'muong-leo', { sink: async () => full }), refused('disk-full'));
  assert.equal(opened, closed);
});

test('a worker that dies fails its jobs, and the next job has another', async () => {
  const writing = writeDraft(anh!, composition(blobOf([bytes, piece, piece])), { progress: () => fails!() });
  await assert.rejects(writing, refused('internal'));
  const died = opened;
  await sent();
  assert.ok(opened > died);
});
