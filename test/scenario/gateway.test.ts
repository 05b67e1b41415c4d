/** Two offices' systems exchange files with nobody at a desk: every file once, none lost, what is refused said in words. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once as happens } from 'node:events';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDevice } from '#cli/device.ts';
import { readLedger } from '#client/ledger-check.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeDurable } from '../../src/platform/node/durable.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { type Gateway, gatewayOnce, makeGateway, putFile } from './office-gateway.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

const KILLER = path.join(import.meta.dirname, '../fixtures/killed-gateway.ts');
const PDF = 'Công điện số 12.pdf';

describe('a gateway', () => {
  let office: SmallOffice;
  let [vp, qs]: Gateway[] = [];
  before(async () => {
    office = await smallOffice();
    [vp, qs] = [await makeGateway(office, 'vp'), await makeGateway(office, 'qs')];
    await tramJson(['office', 'keys', ...office.as('minh')]);
  });
  after(() => closeOffice(office));

  const sentFolders = () => readdirSync(vp!.at('da-gui')).filter((name) => !name.startsWith('.'));
  const outgoing = async () => (await tramJson<{ lines: { content: { subject: string } }[] }>(['register', ...office.as('anh'), '--sent', '--office', 'vp'])).lines;

  it('sends what lies in a folder, with a receipt, and keeps what it refuses with the reason', async () => {
    const large = new Uint8Array(3 * 1024 * 1024).fill(7);
    putFile(vp!, 'qs', PDF, large);
    putFile(vp!, 'qs', `${PDF}.json`, JSON.stringify({ subject: 'Nguyễn Thị Ánh báo cáo', text: 'Nước sông Mã đang lên.', precedence: 'immediate', exercise: true }));
    const unfinished = ['Đang chép.pdf.part', path.basename(nodeDurable.beside(vp!.at('gui', 'qs', 'tập 1.tbd')))];
    for (const name of unfinished) putFile(vp!, 'qs', name, 'chưa xong');
    putFile(vp!, 'khong-co', 'lạc.txt', 'không đi đâu cả');
    putFile(vp!, 'qs', 'sai.txt', 'sai');
    putFile(vp!, 'qs', 'sai.txt.json', '{"subject": 5}');
    const { sent, refused } = await gatewayOnce(vp!);
    assert.deepEqual(sent.map(({ file }) => file), [PDF]);
    assert.deepEqual(refused.map(({ file, code }) => [file, code]).toSorted(), [['lạc.txt', 'office-unknown'], ['sai.txt', 'configuration-malformed']]);
    const [folder] = sentFolders();
    const receipt = JSON.parse(readFileSync(vp!.at('da-gui', folder!, 'receipt.json'), 'utf8')) as { number: string; dispatch: string; file: string };
    assert.equal(receipt.number, sent[0]!.number);
    assert.equal(receipt.file, PDF);
    assert.deepEqual(new Uint8Array(readFileSync(vp!.at('da-gui', folder!, 'tep', PDF))), large);
    const [lost] = readdirSync(vp!.at('tu-choi')).filter((name) => name.startsWith('khong-co'));
    assert.match(readFileSync(vp!.at('tu-choi', lost!, 'ly-do.txt'), 'utf8'), /^office-unknown: .*\p{L}/u);
    assert.equal(readFileSync(vp!.at('tu-choi', lost!, 'tep', 'lạc.txt'), 'utf8'), 'không đi đâu cả');
    assert.deepEqual(readdirSync(vp!.at('gui', 'qs')).toSorted(), unfinished.toSorted());
    assert.deepEqual((await gatewayOnce(vp!)).sent, [], 'once is once');
  });

  const drafts = async () => (await tramJson<{ drafts: unknown[] }>(['draft', 'list', ...office.as('anh')])).drafts;

  it('refuses FLASH before it writes anything, and prints each reason with its code', async () => {
    const standing = await drafts();
    putFile(vp!, 'qs', 'khẩn.txt', 'hỏa tốc');
    putFile(vp!, 'qs', 'khẩn.txt.json', '{"precedence": "flash"}');
    putFile(vp!, 'khong-co', 'lạc.txt', 'lạc');
    const { code, out } = await tram(['gateway', '--config', vp!.config, '--once'], quietContext('en'));
    assert.equal(code, 1);
    assert.match(out, /^Could not send khẩn\.txt to qs: precedence-not-permitted: /mu);
    assert.match(out, /^Could not send lạc\.txt to khong-co: office-unknown: The directory has no office khong-co;/mu);
    assert.deepEqual(await drafts(), standing, 'not even written');
  });

  it('names what lies where nothing is taken', async () => {
    putFile(vp!, '.', 'lạc lõng.txt', 'không cơ quan');
    putFile(vp!, 'qs/hồ sơ', 'bên trong.txt', 'sâu quá');
    const { sent, waiting } = await gatewayOnce(vp!);
    assert.deepEqual([sent, waiting.map(({ what, code, detail }) => [what, code, detail?.reason])], [[], [
      ['lạc lõng.txt', 'file-misplaced', 'no-office-folder'], ['qs/hồ sơ', 'file-misplaced', 'folder-in-folder'],
    ]]);
    assert.match((await tram(['gateway', '--config', vp!.config, '--once'])).out, /^file-misplaced: Cổng nối không lấy thứ này: lạc lõng\.txt \(không nằm trong thư mục của cơ quan nào\);/mu);
    rmSync(vp!.at('gui', 'lạc lõng.txt'));
    rmSync(vp!.at('gui', 'qs', 'hồ sơ'), { recursive: true });
  });

  it('files what arrives whole, says opened after that, and files it once', async () => {
    const { received } = await gatewayOnce(qs!);
    assert.equal(received.length, 1);
    const at = (...names: string[]) => qs!.at('den', received[0]!.folder, ...names);
    assert.match(received[0]!.folder, /^1-[0-9a-f]{64}$/);
    assert.equal(readFileSync(at('text.txt'), 'utf8'), 'Nước sông Mã đang lên.');
    assert.equal(readFileSync(at('tep', PDF)).length, 3 * 1024 * 1024);
    const told = JSON.parse(readFileSync(at('dispatch.json'), 'utf8')) as { subject: string; from: string; exercise: boolean };
    assert.deepEqual([told.subject, told.from, told.exercise], ['Nguyễn Thị Ánh báo cáo', 'vp', true]);
    assert.deepEqual((await gatewayOnce(qs!)).received, []);
    const device = await openDevice(quietContext(), path.join(office.folder, 'minh'), PASSPHRASE);
    const { entries } = await readLedger(device.session, 0);
    await device.close();
    assert.deepEqual(entries.filter(({ kind }) => kind === 'downloaded').map(({ fields }) => fields.office?.office), ['qs'], 'in the ledger, as any download');
    const [line] = await outgoing();
    assert.ok(line);
  });

  it('leaves what cannot go yet for later, and does the rest', async () => {
    await tramJson(['office', 'add', ...office.as('anh'), '--office', 'moi', '--name', 'Cơ quan chưa có khóa', '--symbol', 'CM', '--at', 'hub']);
    putFile(vp!, 'moi', 'chờ khóa.txt', 'x');
    putFile(vp!, 'qs', 'đi được.txt', 'y');
    const { sent, refused, waiting } = await gatewayOnce(vp!);
    assert.deepEqual([sent.map(({ file }) => file), refused, waiting.map(({ code }) => code)], [['đi được.txt'], [], ['recipient-key-missing']]);
    assert.deepEqual((await gatewayOnce(vp!)).waiting, waiting, 'under the same draft');
    rmSync(vp!.at('da-gui', '.dang-gui', waiting[0]!.what), { recursive: true });
  });

  it('takes a file into a folder that is there to stay, and says opened of nothing whose name is not', async () => {
    const done: string[] = [];
    const watched = (move: (from: string, to: string) => void) => {
      const context = quietContext();
      const { durable, transport } = context.host;
      const syncFolder = (folder: string): void => {
        done.push(`sync ${folder}`);
        durable.syncFolder(folder);
      };
      const request: typeof transport = (url) => {
        const inner = transport(url);
        return { close: () => inner.close(), request: (one) => (one.path === '/api/1/receipts' && done.push('opened'), inner.request(one)) };
      };
      return { ...context, host: { ...context.host, durable: { ...durable, syncFolder, move }, transport: request } };
    };
    putFile(vp!, 'qs', 'vào chỗ bền.txt', 'x');
    await gatewayOnce(vp!, watched((from, to) => {
      done.push(`move ${path.basename(from)}`);
      renameSync(from, to);
    }));
    const taken = done.indexOf('move vào chỗ bền.txt');
    assert.ok(done.slice(0, taken).some((one) => /^sync .*\.dang-gui\/[0-9a-f]+$/.test(one)), done.join('\n'));
    // Its name stands in the folder, and the disk refused to say that it stays.
    const { waiting } = await gatewayOnce(qs!, watched((from, to) => {
      renameSync(from, to);
      throw new Refusal('file-missing');
    }));
    assert.ok(waiting.length > 0);
    done.length = 0;
    await gatewayOnce(qs!, watched(renameSync));
    assert.ok(done.includes('opened'));
    assert.ok(done.slice(0, done.indexOf('opened')).includes(`sync ${qs!.at('den')}`), done.join('\n'));
  });

  it('sends each file once though it is killed before and after each step', async () => {
    const earlier = (await outgoing()).length;
    let files = 0;
    for (let nth = 1; ; nth++) {
      const ends: (NodeJS.Signals | number | null)[] = [];
      for (const when of ['before', 'after']) {
        putFile(vp!, 'qs', `Lần ${nth} ${when}.txt`, `${nth} ${when}`);
        files += 1;
        ends.push(await roundKilled(vp!, when, nth));
        await gatewayOnce(vp!);
      }
      if (ends.every((end) => end === 0)) break;
      assert.ok(nth < 20, 'a round makes fewer requests than this');
    }
    assert.ok(files > 8, `killed at ${files} places`);
    const subjects = (await outgoing()).map(({ content }) => content.subject);
    assert.equal(subjects.length, earlier + files);
    assert.equal(new Set(subjects).size, subjects.length, 'none twice');
    assert.equal(sentFolders().length, earlier + files);
    assert.deepEqual(readdirSync(vp!.at('da-gui', '.dang-gui')), []);
  });

  it('files each dispatch once though it is killed before and after each step, and says nothing before it stands there', async () => {
    for (let nth = 1; nth <= 3; nth++) {
      for (const when of ['before', 'after']) {
        assert.equal(await roundKilled(qs!, when, nth), 'SIGKILL', `${when} ${nth}`);
        const filed = readdirSync(qs!.at('den')).filter((name) => !name.startsWith('.')).map((name) => name.split('-').at(-1));
        const { lines } = await tramJson<{ lines: { dispatch: string; state: string }[] }>(['register', ...office.as('minh'), '--in', '--office', 'qs']);
        for (const { dispatch, state } of lines) if (state === 'opened') assert.ok(filed.includes(dispatch), 'a receipt promises what stands there');
        assert.equal(new Set(filed).size, filed.length, 'none twice');
      }
    }
    await gatewayOnce(qs!);
    const folders = readdirSync(qs!.at('den'));
    assert.equal(folders.length, (await outgoing()).length);
    for (const folder of folders) assert.equal(readdirSync(qs!.at('den', folder, 'tep')).length, 1);
  });

  it('discards the draft of what is refused once it was written: nobody sends it by hand, and the file once more', async () => {
    const standing = await drafts();
    await tramJson(['position', 'end', 'may-vp-ky', ...office.as('anh')]);
    putFile(vp!, 'qs', 'hết quyền.txt', 'x');
    const { refused } = await gatewayOnce(vp!);
    assert.deepEqual([refused.map(({ code }) => code), await drafts()], [['not-entitled'], standing]);
  });
});

/** A round in a process of its own; how it ended. */
async function roundKilled({ config }: Gateway, when: string, nth: number): Promise<NodeJS.Signals | number | null> {
  const child = spawn(process.execPath, [KILLER, config, when, String(nth)], { stdio: 'ignore' });
  const [code, signal] = (await happens(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}
