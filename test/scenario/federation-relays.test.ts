/**
 * Two organisations that meet at stations where none of the agreed offices lives: what crosses passes four stations, over
 * TLS between each two, and neither side learns of the other what was not agreed.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeHost } from '../../src/app/compose-node.ts';
import { until } from '../../src/app/practice/waiting.ts';
import { dumpOf } from '../fixtures/station-records.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { type JoinedStation, joinStation } from './joined-station.ts';
import { type Leak, scanFolder, SliceIndex } from './plaintext-scanner.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

interface Written { file: string; fingerprint: string }
interface Opened { from: string; to: { office: string }[]; text: string; reference: string | null; parts: { name: string }[] }
interface Trace {
  station: string;
  offices: { office: string; state: string; replied: string | null; hops: { station: string; kind: string }[] }[];
  receipts: { kind: string; office: string; station: string; who: { name: string } | null }[];
  forgedReceipts: number;
}

/** Hub and post of one organisation, what it calls the other, and what nobody there may come to know. */
interface Side {
  readonly office: SmallOffice;
  readonly post: JoinedStation;
  readonly peer: string;
  readonly hidden: Readonly<Record<string, string>>;
}

const ATTACHMENT = 'Công điện số 12.pdf';
const TEXT = 'Đề nghị phối hợp tuần tra tại mốc 113, tin gốc ba tám sáu.';
const ANSWER = 'Đồng ý phối hợp từ 05 giờ 30 phút, tổ trưởng đợi tại ngã ba suối.';
const PATIENCE_MS = 240_000;
const BYTES_IN_DUMP = /\\\\x([0-9a-f]*)/g;

const PROVINCE_HIDDEN = { office: 'Phòng Cơ yếu Tỉnh ủy', position: 'Trưởng phòng mật mã', person: 'Hoàng Thị Bích Kín', list: 'Danh sách trực chiến mùa lũ' };
const GUARD_HIDDEN = { office: 'Kho đạn dự phòng số bảy', position: 'Thủ kho vũ khí', person: 'Quàng Văn Giữ Kho', list: 'Đồn biên phòng tuyến hai' };

describe('two organisations that meet where no agreed office lives', () => {
  let province: Side;
  let guard: Side;
  let question: string;
  let answer: string;
  const part = randomBytes(1024 * 1024);
  const vietnamese = quietContext('vi');

  before(async () => {
    province = await side('bo-doi', { person: 'thao', personName: 'Vàng Thị Thảo', symbol: 'DSC' }, PROVINCE_HIDDEN);
    guard = await side('tinh', { person: 'po', personName: 'Sùng A Pó', symbol: 'DBP' }, GUARD_HIDDEN);
    await agree();
  });
  after(async () => {
    for (const { office, post } of [province, guard]) {
      await post.stop();
      await closeOffice(office);
    }
  });

  const at = ({ office }: Side, name: string): string => path.join(office.folder, name);

  async function side(peer: string, { person, personName, symbol }: { person: string; personName: string; symbol: string }, hidden: Side['hidden']): Promise<Side> {
    const office = await smallOffice();
    const post = await joinStation(office, { code: 'don', name: `Đồn của ${personName}`, symbol, person, personName });
    const passphrase = office.file('mat-khau', PASSPHRASE);
    await leader(office, post, person);
    const add = (...words: string[]) => tramJson([...words, ...office.as('anh')]);
    await add('office', 'add', '--office', 'kin', '--name', hidden['office']!, '--symbol', 'KIN', '--at', 'hub');
    await add('position', 'add', '--position', 'kin-truong', '--office', 'kin', '--title', hidden['position']!, '--rights', 'draft,receive');
    await add('person', 'add', '--person', 'kin', '--name', hidden['person']!, '--position', 'kin-truong', '--device', path.join(office.folder, 'kin'), '--device-passphrase-file', passphrase);
    await add('list', 'add', '--code', 'kin', '--name', hidden['list']!, '--offices', 'kin,vp');
    return { office, post, peer, hidden };
  }

  /** Who approves and signs at the post, on a machine that asks the post's own station. */
  async function leader(office: SmallOffice, post: JoinedStation, clerk: string): Promise<void> {
    await tramJson(['position', 'add', '--position', 'don-truong', '--office', 'don', '--title', 'Đồn trưởng', '--rights', 'approve,sign', ...office.as('anh')]);
    const request = path.join(office.folder, 'truong.thiet-bi');
    const { fingerprint } = await tramJson<Written>(['device', 'request', ...office.as('truong'), '--station', post.url, '--person', 'truong', '--name', 'Giàng A Trưởng', '--out', request]);
    await tramJson(['person', 'add', '--position', 'don-truong', '--request', request, '--fingerprint', fingerprint, ...office.as('anh')]);
    // In this order: whoever the post does not know yet is given no keys.
    await until(vietnamese, async () => (await tram(['inbox', ...office.as('truong')])).code === 0, PATIENCE_MS);
    await tramJson(['office', 'keys', ...office.as(clerk)]);
  }

  /** Hub meets hub; the offices that take part live at the posts. */
  async function agree(): Promise<void> {
    const linkOf = ({ office }: Side): string => `127.0.0.1:${office.linkPort}`;
    const proposed = await tramJson<Written>(['federation', 'propose', ...province.office.as('anh'), '--offices', 'don', '--at', 'hub', '--out', at(province, 'de-nghi'), '--address', linkOf(province)]);
    const answered = await tramJson<Written>([
      'federation', 'accept', ...guard.office.as('anh'), '--code', guard.peer, '--proposal', proposed.file, '--fingerprint', proposed.fingerprint, '--offices', 'don', '--at', 'hub',
      '--out', at(guard, 'tra-loi'),
    ]);
    await tramJson(['federation', 'accept', ...province.office.as('anh'), '--code', province.peer, '--terms', answered.file, '--fingerprint', answered.fingerprint]);
    for (const [from, to] of [[guard, province], [province, guard]] as const) {
      const { file } = await tramJson<Written>(['federation', 'show', ...from.office.as('anh'), '--code', from.peer, '--out', at(from, 'danh-ba')]);
      await tram(['federation', 'take', ...to.office.as('anh'), '--code', to.peer, '--file', file]);
    }
  }

  const anh = ({ office }: Side): string[] => office.as('anh');
  const thao = (): string[] => province.office.as('thao');
  const po = (): string[] => guard.office.as('po');

  /** Waits until the station at which that device is says so. */
  async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    let found: T | undefined;
    await until(vietnamese, async () => (found = await ask()) !== undefined, PATIENCE_MS).catch((error: unknown) => assert.fail(`${what}: ${String(error)}`));
    return found!;
  }

  async function sendOn({ office }: Side, clerk: string[], draft: string): Promise<string> {
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('truong')]);
    return (await tramJson<{ dispatch: string }>(['send', draft, ...clerk])).dispatch;
  }

  const arrived = (as: string[], dispatch: string): Promise<{ from: string }> => eventually(`dispatch ${dispatch}`, async () => {
    const { lines } = await tramJson<{ lines: { dispatch: string; from: string }[] }>(['inbox', ...as]);
    return lines.find((line) => line.dispatch === dispatch);
  });

  const told = (as: string[], dispatch: string, what: string, holds: (trace: Trace) => boolean): Promise<Trace> => eventually(what, async () => {
    const trace = await tramJson<Trace>(['trace', dispatch, ...as]);
    return holds(trace) ? trace : undefined;
  });

  it('a post that knew nothing of the other side is told by its own hub, and writes to the other post', async () => {
    const draft = await eventually('what the guard shows, at the post', async () => {
      const { code, out } = await tram([
        'draft', ...thao(), '--to', 'bo-doi/don:khan', '--subject', 'Phối hợp tuần tra', '--text', province.office.file('dien.txt', TEXT),
        '--attach', province.office.file(ATTACHMENT, part), '--exercise', '--json',
      ]);
      return code === 0 ? (JSON.parse(out) as { draft: string }).draft : undefined;
    });
    question = await sendOn(province, thao(), draft);
    assert.equal((await arrived(po(), question)).from, 'tinh/don');
    const opened = await tramJson<Opened>(['open', question, ...po(), '--save', at(guard, 'den')]);
    assert.deepEqual([opened.from, opened.to[0]?.office, opened.text, opened.parts[0]?.name], ['tinh/don', 'don', TEXT, ATTACHMENT]);
    assert.deepEqual(readFileSync(path.join(at(guard, 'den'), ATTACHMENT)), part);
  });

  it('custody at both hubs, arrival and opening at the other post come home, each by its own organisation\'s keys', async () => {
    const trace = await told(thao(), question, 'every receipt', ({ receipts }) => receipts.length === 4);
    const said = trace.receipts.map(({ kind, station, office }) => `${kind} ${station} ${office}`);
    assert.deepEqual(said.toSorted(), ['arrived bo-doi/don bo-doi/don', 'custody bo-doi/hub bo-doi/don', 'custody hub bo-doi/don', 'opened bo-doi/don bo-doi/don']);
    assert.deepEqual([trace.station, trace.forgedReceipts, trace.offices[0]?.state], ['don', 0, 'opened']);
    assert.deepEqual(trace.offices[0]?.hops.map(({ station }) => station), ['don', 'hub', 'bo-doi/hub', 'bo-doi/don']);
    assert.equal(trace.receipts.find(({ kind }) => kind === 'opened')?.who?.name, 'Sùng A Pó');
    await tramJson(['verify', question, ...thao()]);
  });

  it('an answer goes the way back, and the question knows it', async () => {
    const { draft } = await tramJson<{ draft: string }>(['reply', question, ...po(), '--subject', 'Đồng ý', '--text', guard.office.file('tra-loi.txt', ANSWER), '--exercise']);
    answer = await sendOn(guard, po(), draft);
    assert.equal((await arrived(thao(), answer)).from, 'bo-doi/don');
    const opened = await tramJson<Opened>(['open', answer, ...thao()]);
    assert.deepEqual([opened.from, opened.reference, opened.text], ['bo-doi/don', question, ANSWER]);
    const trace = await tramJson<Trace>(['trace', question, ...thao()]);
    assert.notEqual(trace.offices[0]?.replied, null);
    await told(po(), answer, 'the opening, told at home', ({ offices }) => offices[0]?.state === 'opened');
  });

  it('an office that was not agreed is unknown, and who is not of an agreed office sees nothing of what crossed', async () => {
    const { out, error } = await tram(['draft', ...thao(), '--to', 'bo-doi/kin', '--subject', 'Không được', '--exercise', '--json']);
    assert.match(out + error, /"office-not-agreed"/);
    const { lines } = await tramJson<{ lines: unknown[] }>(['inbox', ...guard.office.as('khue')]);
    assert.deepEqual(lines, []);
    for (const one of [province, guard]) {
      const isUp = async (): Promise<boolean> =>
        (await tramJson<{ links: { peer: string; state: string }[] }>(['links', ...anh(one)])).links.some(({ peer, state }) => peer === one.peer && state === 'up');
      await until(vietnamese, isUp, PATIENCE_MS);
    }
  });

  it('every folder audits, and none holds a readable word of what crossed, nor a name that was not agreed', async () => {
    for (const { office, post } of [province, guard]) {
      await post.stop();
      await office.stop();
    }
    const crossed = new SliceIndex({ text: Buffer.from(TEXT), answer: Buffer.from(ANSWER), name: Buffer.from(ATTACHMENT), part: part.subarray(0, 4_096) });
    for (const [one, other] of [[province, guard], [guard, province]] as const) {
      const hidden = new SliceIndex(Object.fromEntries(Object.entries(other.hidden).map(([what, name]) => [what, Buffer.from(name)])));
      for (const data of [one.office.data, one.post.data]) {
        assert.deepEqual((await nodeHost.audit(data)).faults, []);
        assert.deepEqual([...scan(data, crossed), ...scan(data, hidden)], []);
      }
      assert.ok(scan(other.office.data, hidden).length > 0, 'the scanner finds them where they belong');
    }
    assert.ok(scanFolder(at(guard, 'den'), crossed).length > 0, 'the scanner would have found it');
  });

  /** A folder, and what a database has of it: a slice of hexadecimal digits would be half as long. */
  function scan(data: string, index: SliceIndex): Leak[] {
    const dump = dumpOf(data);
    const bytes = [...dump.matchAll(BYTES_IN_DUMP)].map(([, digits]) => Buffer.from(digits!, 'hex'));
    return [...scanFolder(data, index), ...[Buffer.from(dump.replaceAll(BYTES_IN_DUMP, '')), ...bytes].flatMap((one) => index.find(one, 'database'))];
  }
});
