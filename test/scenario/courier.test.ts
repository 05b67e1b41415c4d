/**
 * Two stations that are never connected, and a courier between them: by the commands, over the API, with real keys. What
 * was sent arrives in order and once, receipts come home, and both folders hold up to an audit.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { auditFolder } from '../../src/app/audit/index.ts';
import type { AuditReport } from '../../src/cli/audit-report.ts';
import { VOLUME_START_BYTES, volumeStartBytes } from '../../src/wire/bundle.ts';
import { isOnPostgresql } from '../fixtures/disks.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { type JoinedStation, joinStation } from './joined-station.ts';
import { closeOffice, type SmallOffice, smallOffice } from './small-office.ts';
import { until } from '../fixtures/until.ts';

interface Exported { number: number; items: number; bundle: string; files: string[]; first: number | null; last: number | null }
interface Volume { isRead: boolean; wasRead: boolean; taken: number; held: number; refused: number; unfinished: number; settled: number; damaged: number[]; code?: string }

/** Of the dispatches that go one way; some have a file. */
const MANY = 12;

describe('a courier between two stations that are never connected', () => {
  let office: SmallOffice;
  let post: JoinedStation;
  const at = (name: string): string => path.join(office.folder, name);
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];
  const thao = (...words: string[]): string[] => [...words, ...office.as('thao')];

  before(async () => {
    office = await smallOffice();
    // The link that the directory has leads nowhere: the post never finds the hub.
    const hidden: SmallOffice = { ...office, linkPort: 1 };
    post = await joinStation(hidden, { code: 'don', name: 'Đồn Sốp Cộp', symbol: 'ĐSC', person: 'thao', personName: 'Lò Thị Thảo', mistaken: 'sop-cop' });
    await tramJson(thao('office', 'keys'));
  });
  after(async () => {
    await post.stop();
    await closeOffice(office);
  });

  async function exported(as: (...words: string[]) => string[], to: string, name: string, ...more: string[]): Promise<Exported> {
    mkdirSync(at(name));
    return tramJson<Exported>(as('bundle', 'export', '--neighbour', to, '--out', at(name), ...more));
  }

  async function imported(as: (...words: string[]) => string[], ...files: string[]): Promise<{ code: number; volumes: Volume[] }> {
    const { code, out } = await tram([...as('bundle', 'import', ...files), '--json']);
    return { code, volumes: (JSON.parse(out) as { volumes: Volume[] }).volumes };
  }

  async function register(as: (...words: string[]) => string[], direction: '--in'): Promise<string[]> {
    return (await tramJson<{ lines: { dispatch: string }[] }>(as('register', direction))).lines.map(({ dispatch }) => dispatch);
  }

  async function send(as: (...words: string[]) => string[], from: string, to: string, subject: string, attach: readonly string[] = []): Promise<string> {
    const text = office.file('noi-dung.txt', `Nội dung của ${subject}`);
    const files = attach.flatMap((file) => ['--attach', file]);
    const { draft } = await tramJson<{ draft: string }>(as('draft', '--from', from, '--to', to, '--subject', subject, '--text', text, ...files));
    await tramJson(['approve', draft, ...office.as('khue')]);
    await tramJson(['sign', draft, ...office.as('khue')]);
    // No line leads there: whoever sends is told so at once, and not that nobody knows where it is.
    const { out } = await tram(as('send', draft), quietContext('en'));
    assert.match(out, /^NOTE: the line to .+ is down; the dispatch waits at this station/m);
    const dispatch = /tram trace (\w+)/.exec(out)![1]!;
    assert.match((await tram(as('trace', dispatch), quietContext('en'))).out, /Still at .+, it has not left/);
    return dispatch;
  }

  it('brings the directory to the post, which learns whose keys there are', async () => {
    const { files } = await exported(anh, 'don', 'danh-ba');
    const { code, volumes } = await imported(thao, ...files);
    assert.deepEqual([code, volumes[0]!.isRead], [0, true]);
    const back = await exported(thao, 'hub', 'danh-ba-don');
    assert.deepEqual((await imported(anh, ...back.files)).volumes[0]!.isRead, true);
  });

  it('carries dispatches with files in order, and answers and receipts home', async () => {
    const paper = office.file('Công điện số 12.pdf', Buffer.alloc(200_000, 'Nguyễn Thị Ánh'));
    const subjects = Array.from({ length: MANY }, (_, index) => `Điện số ${index + 1}`);
    let sent = '';
    for (const [index, subject] of subjects.entries()) sent = await send(anh, 'vp', 'don', subject, index % 4 === 0 ? [paper] : []);
    const stick = await exported(anh, 'don', 'usb-1');
    assert.equal(stick.items >= MANY, true);
    const told = new RegExp(`Still at .+, and on a stick \\(below\\)\\n[^]*^Waiting for station Đồn Sốp Cộp .+\\nAlso on stick: bundle ${stick.number} for Đồn Sốp Cộp, written .+, under way$`, 'm');
    assert.match((await tram(anh('trace', sent), quietContext('en'))).out, told);
    const first = await imported(thao, ...stick.files);
    assert.deepEqual([first.code, first.volumes[0]!.refused, first.volumes[0]!.unfinished], [0, 0, 0]);
    const came = await register(thao, '--in');
    assert.equal(new Set(came).size, MANY);
    for (const dispatch of came) await tramJson(thao('open', dispatch));

    const again = await imported(thao, ...stick.files);
    assert.deepEqual([again.code, again.volumes[0]!.wasRead, again.volumes[0]!.taken], [0, true, 0]);
    assert.deepEqual((await register(thao, '--in')).toSorted(), came.toSorted());

    const home = await exported(thao, 'hub', 'usb-2');
    const { volumes } = await imported(anh, ...home.files);
    assert.equal(volumes[0]!.settled >= MANY, true);
    const states = (await tramJson<{ written: { number: number; state: string; waiting: number }[] }>(anh('bundle', 'list'))).written;
    assert.deepEqual(states.map(({ state, waiting }) => [state, waiting]), states.map(() => ['done', 0]));
    const trace = await tramJson<{ receipts: { kind: string }[] }>(anh('trace', came[0]!));
    assert.deepEqual(['arrived', 'opened'].filter((kind) => !trace.receipts.some((one) => one.kind === kind)), []);
  });

  it('refuses a stick for another station, a changed head and what is none; loses a damaged stretch and says where', async () => {
    const lost = await send(anh, 'vp', 'don', 'Hỏng giữa đường', [office.file('bản đồ.bin', Buffer.alloc(3_000_000, 7))]);
    const { number, files: [file] } = await exported(anh, 'don', 'usb-hong');
    const home = await imported(anh, file!);
    assert.deepEqual([home.code, home.volumes[0]!.code], [0, 'bundle-not-for-us'], 'on a stick for there and back nothing is wrong with it');
    assert.match((await tram(anh('bundle', 'import', file!), quietContext('en'))).out, /: This bundle was written here, for don: passed over\.\n$/);
    const bytes = new Uint8Array(readFileSync(file!));
    const head = volumeStartBytes(bytes.subarray(0, VOLUME_START_BYTES));
    const changed = (name: string, where: number): string => {
      const copy = bytes.slice();
      copy[where]! ^= 1;
      return office.file(name, copy);
    };
    assert.equal((await imported(thao, changed('dau.tram', head - 1_000))).volumes[0]!.code, 'bundle-forged');
    assert.equal((await imported(thao, office.file('khong-phai.tram', 'xin chào'))).volumes[0]!.code, 'bundle-malformed');
    const damaged = await imported(thao, changed('giua.tram', head + Math.floor((bytes.length - head) / 2)));
    assert.deepEqual([damaged.code === 0, damaged.volumes[0]!.damaged.length, damaged.volumes[0]!.unfinished], [false, 1, 1]);
    const cut = await imported(thao, office.file('cut.tram', bytes.slice(0, bytes.length - 100)));
    assert.deepEqual(cut.volumes[0]!.isRead, false);
    await send(anh, 'vp', 'don', 'Đi sau mà đến trước');
    assert.deepEqual((await imported(thao, ...(await exported(anh, 'don', 'usb-sau')).files)).volumes[0]!.isRead, true);
    await imported(anh, ...(await exported(thao, 'hub', 'usb-ve')).files);
    const { queued: [copy] } = await tramJson<{ queued: { bundle: { number: number; state: string } }[] }>(anh('trace', lost));
    assert.deepEqual([copy!.bundle.number, copy!.bundle.state], [number, 'missing']);
    assert.match((await tram(anh('trace', lost), quietContext('en'))).out, /^Also on stick: .+, PERHAPS LOST\nTo do: ask the courier; .+: tram bundle export .*--neighbour don --out FOLDER$/m);
    assert.ok((await tram(['doctor', '--data', office.data], quietContext('en'))).out.includes(`the stick with bundle ${number} for don is perhaps lost: 1 item on it has no receipt`));
    const links = async (): Promise<string> => (await tram(thao('links'), quietContext('vi'))).out;
    // Whom nobody answers is called again, and it is said when; between two calls, which are quick.
    await until(async () => /^ {2}Trạm này gọi lại lúc \d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/m.test(await links()));
    assert.match(await links(), /^ {2}Số \d+ từ trạm .+ chưa nhận\. /m);
    assert.deepEqual((await imported(thao, file!)).volumes[0]!.isRead, true);
    assert.doesNotMatch(await links(), /chưa nhận/);
    assert.equal((await register(thao, '--in')).length, MANY + 2);
  });

  it('says in words what came, what there is to do, and what is wrong with a file', async () => {
    const said = async (words: string[]): Promise<string> => {
      const { out, error } = await tram(words, quietContext('en'));
      return out + error;
    };
    await send(anh, 'vp', 'don', 'Bằng lời');
    const { files: [file] } = await exported(anh, 'don', 'usb-loi');
    const bytes = new Uint8Array(readFileSync(file!));
    assert.match(await said(thao('bundle', 'import', office.file('cut2.tram', bytes.slice(0, bytes.length - 100)))), /ATTENTION: the file is cut short: .* of .*copy this volume again/);
    const came = await said(thao('bundle', 'import', at('usb-loi')));
    assert.match(came, /: 1 dispatch taken, \d here before, 0 refused\./);
    assert.match(came, /^1 dispatch is for offices of this station\. Next, whoever opens dispatches here: tram inbox/m);
    assert.match(came, /Let the courier wait for the answers to hub: tram bundle export.* --neighbour hub --out DIR/);
    for (const dispatch of await register(thao, '--in')) await tram(thao('open', dispatch));
    mkdirSync(at('usb-lan-nua'));
    assert.match(await said(anh('bundle', 'export', '--neighbour', 'don', '--out', at('usb-lan-nua'))), /^No dispatch waits for don: .*\n[^]*Not written again: \d+ items? under way in bundles? [\d, ]+; --again writes them too/);
    assert.match(await said(anh('bundle', 'list')), /no dispatch, only answers and the directory; nothing to wait for/);
    const { files: [home] } = await exported(thao, 'hub', 'usb-tra-loi');
    const receipts = await said(anh('bundle', 'import', home!));
    assert.match(receipts, /: 0 dispatches taken, 0 here before, 0 refused\.\n {2}\d+ receipts? came with it\./);
    assert.doesNotMatch(receipts, /tram inbox|courier wait/);
    assert.match(await said(thao('bundle', 'import', office.file('rong.tram', ''))), /rong\.tram: This file is no volume of a bundle, or is damaged at its beginning; copy/);
    mkdirSync(at('usb-rong'));
    assert.match(await said(thao('bundle', 'import', at('usb-rong'))), /There is no bundle \(\*\.tram\) in this folder: .*usb-rong; look whether it is the right stick\./m);
    assert.match(await said(anh('bundle', 'export', '--neighbour', 'don', '--out', office.data)), /Nothing may be written into this folder: .* \(it is the folder of a station\), and nothing was;/m);
    for (const nowhere of [at('usb-chua-gan'), file!]) assert.match(await said(anh('bundle', 'export', '--neighbour', 'don', '--out', nowhere)), /There is no such folder: .*mount the stick/);
    assert.match(await said(anh('bundle', 'export', '--neighbour', 'don', '--out', at('usb-loi'), '--volume-size', '1M')), /\(from 16M to 4G\)/);
    assert.match(await said(['bundle', 'export', '--neighbour', 'don', '--out', at('usb-loi'), ...office.as('khue')]), /carry bundles, which takes dispatch or receive/);
  });

  it('takes back a bundle whose stick stayed here: the next carries its mail, and reading both does no harm', async () => {
    await send(anh, 'vp', 'don', 'Thẻ ở lại');
    const left = await exported(anh, 'don', 'usb-o-lai');
    const drop = async (number: number | string): Promise<string> => {
      const { out, error } = await tram(anh('bundle', 'drop', `${number}`, '--neighbour', 'don'), quietContext('en'));
      return out + error;
    };
    assert.match(await drop(left.number), new RegExp(`^Bundle ${left.number} for don is taken back: 1 item of it waiting as before`));
    assert.match(await drop(left.number), new RegExp(`no bundle ${left.number} for don here: none was written under that number, or it was taken back already`));
    assert.equal((await tram(anh('bundle', 'drop', '../1', '--neighbour', 'don'))).code, 2);
    const other = await tram([...anh('bundle', 'drop', '1', '--neighbour', 'dom'), '--json']);
    assert.match(other.out + other.error, /"station-unknown".*"near":"don"/);
    assert.match(await drop(1), /^Bundle 1 for don has arrived/);
    const next = await exported(anh, 'don', 'usb-di-thay');
    assert.equal(next.items, 1);
    for (const { files } of [next, left]) await imported(thao, ...files);
    const came = (await register(thao, '--in')).length;
    await imported(thao, ...left.files);
    assert.equal((await register(thao, '--in')).length, came);
  });

  it('leaves folders that hold up to an audit, and one that was changed does not', async () => {
    await exported(anh, 'don', 'usb-cuoi');
    await post.stop();
    await office.stop();
    for (const data of [office.data, post.data]) {
      const report = await tramJson<AuditReport>(['audit', '--data', data]);
      assert.deepEqual([report.ok, report.faults], [true, []], data);
    }
    if (isOnPostgresql) return;
    const tables = [[office.data, 'link_bundle', 'items = items + 1'], [office.data, 'link_courier', 'last_bundle = last_bundle + 1'],
      [office.data, 'link_bundle_item', 'channel = channel + 1000'], [post.data, 'link_bundle_read', 'whole = 1 - whole'],
      [post.data, 'link_volume_of', 'volume = volume + 9'], [post.data, 'link_owed', 'channel = channel + 1000']] as const;
    for (const [data, table, change] of tables) {
      const copy = at(`sua-${table}`);
      cpSync(data, copy, { recursive: true });
      const opened = new DatabaseSync(path.join(copy, 'tram.db'));
      opened.exec(`update ${table} set ${change}`);
      opened.close();
      const { faults } = await auditFolder(copy);
      assert.ok(faults.some(({ place }) => place.startsWith(`${table}:`) || place.startsWith('link_bundle')), `${table}: ${JSON.stringify(faults.slice(0, 3))}`);
    }
  });
});
