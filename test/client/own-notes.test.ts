/** What an office keeps for itself beside its receipts: its colleagues read it, nobody else does, and nobody changes it. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Composition } from '#client/dispatch/compose.ts';
import { openDispatch, tellOrigin } from '#client/dispatch/incoming.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { openOwnNote, sealOwnNotes } from '#client/dispatch/own-notes.ts';
import { receiverOf } from '#client/dispatch/receipting.ts';
import type { ReceiptOrder } from '#client/dispatch/receipts.ts';
import { type Trace, traceDispatch } from '#client/dispatch/trace.ts';
import { Session } from '#client/session.ts';
import { fromHex, hex } from '#core/bytes.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { practiceOffices, ringOf, stillClock } from './practice-office.ts';
import { PracticeStations } from './practice-station.ts';

let stations: PracticeStations;
let [anh, khue, lan, po]: Session[] = [];
const clock = stillClock();

before(async () => {
  const practice = await practiceOffices();
  for (const [position, person, name] of [['truc-ban-hai', 'po', 'Lò Thị Pó']] as const) {
    await practice.addPosition(position, 'muong-leo', ['receive']);
    await practice.addPerson(person, name);
    await practice.hold(person, position);
  }
  stations = new PracticeStations(practice, clock);
  const session = async (person: string, position: string, station: string) => {
    const one = new Session({ crypto: nodeCrypto, random: nodeRandom, clock, transport: stations.at(station), ring: await ringOf(practice, person, [position]), authority: practice.authority });
    await one.begin();
    return one;
  };
  anh = await session('anh', 'chuyen-vien', 'tram-tinh');
  khue = await session('khue', 'chanh-van-phong', 'tram-tinh');
  lan = await session('lan', 'truc-ban', 'tram-muong-leo');
  po = await session('po', 'truc-ban-hai', 'tram-muong-leo');
});

const telegram: Composition = {
  office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'immediate' }], documentType: 'Công điện',
  subject: 'Ứng phó mưa lũ', text: 'Trực 24/24.', classification: 'confidential', exercise: true, attachments: [],
};
const [NOTE, GIVEN] = ['Giao cho Giàng A Sơn. Gấp', 'Giàng A Sơn'];

async function handedOver(): Promise<string> {
  const { id } = await writeDraft(anh!, telegram);
  await approveDraft(khue!, id);
  await signDraft(khue!, id);
  const { dispatch } = await sendDraft(khue!, id);
  await openDispatch(lan!, dispatch, 'muong-leo');
  await tellOrigin(lan!, 'handed-over', dispatch, 'muong-leo', NOTE, GIVEN);
  return dispatch;
}

const saidOf = ({ receipts }: Trace) => receipts.map(({ kind, who }) => [kind, who?.name ?? null, who?.note ?? null, who?.given ?? null]);
const noteOf = ({ receipts }: Trace) => stations.ownNotes.get(hex(receipts.find(({ kind }) => kind === 'handed-over')!.digest))!;

test('a colleague reads on another device who handed it over and to whom; the origin has the note as ever', async () => {
  const dispatch = await handedOver();
  await tellOrigin(lan!, 'acted', dispatch, 'muong-leo', 'Đã trực');
  assert.deepEqual(saidOf(await traceDispatch(po!, dispatch)), [
    ['arrived', null, null, null], ['opened', null, null, null], ['handed-over', 'Lò Thị Lan', NOTE, GIVEN], ['acted', 'Lò Thị Lan', 'Đã trực', null],
  ]);
  assert.deepEqual(saidOf(await traceDispatch(anh!, dispatch))[2], ['handed-over', 'Lò Thị Lan', NOTE, null], 'no receipt carries more than it did');
});

test('a device without the office\'s keys reads nothing of it, whatever a station shows it', async () => {
  const dispatch = await handedOver();
  const trace = await traceDispatch(po!, dispatch);
  const receipt = trace.receipts.find(({ kind }) => kind === 'handed-over')!;
  const shown = [{ receipt: hex(receipt.digest), note: noteOf(trace) }];
  assert.equal((await openOwnNote(po!, receipt, shown))?.given, GIVEN);
  assert.equal(await openOwnNote(anh!, receipt, shown), null);
  assert.equal((await traceDispatch(po!, dispatch)).forged, 0);
});

test('words that its person did not sign count for nothing, and the receipt still counts', async () => {
  const [dispatch, other] = [await handedOver(), await handedOver()];
  const trace = await traceDispatch(po!, dispatch);
  const receipt = trace.receipts.find(({ kind }) => kind === 'handed-over')!;
  const name = hex(receipt.digest);
  const honest = noteOf(trace);
  const order: ReceiptOrder = { dispatch: fromHex(dispatch)!, sealing: 0, office: receipt.office, origin: trace.header.from, note: NOTE, given: 'Người khác' };
  const told = await receiverOf(lan!, 'handed-over', 'muong-leo');
  const made = async (change: Partial<typeof told>, time = receipt.time) => (await sealOwnNotes(nodeCrypto, nodeRandom, lan!, { ...told, ...change }, [order], time))![0]!;
  const colleague = { person: 'po', position: 'truc-ban', name: 'Lò Thị Lan', signer: (await receiverOf(po!, 'opened', 'muong-leo')).person.signer };
  const forgeries: readonly (readonly [string, string])[] = [
    ['another dispatch\'s', noteOf(await traceDispatch(po!, other))],
    ['of another time', await made({}, receipt.time - 1)],
    ['by who does not hold the position', await made({ person: colleague })],
    ['by another position', await made({ person: { ...colleague, position: 'truc-ban-hai' } })],
    ['in the name of who did not sign it', await made({ person: { ...colleague, person: 'lan' } })],
    ['no note', 'AAAA'],
  ];
  for (const [what, note] of forgeries) {
    stations.ownNotes.set(name, note);
    const shown = await traceDispatch(po!, dispatch);
    assert.deepEqual([saidOf(shown)[2], shown.forged, shown.life.offices[0]!.state], [['handed-over', null, null, null], 1, 'handed-over'], what);
  }
  stations.ownNotes.set(name, honest);
  assert.equal((await traceDispatch(po!, dispatch)).forged, 0);
});
