/** What people, files and machines do wrong: each a clear refusal with its code, in both languages; nothing half-done. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeHost } from '../../src/app/compose-node.ts';
import { startStation } from '../../src/app/practice/child.ts';
import { folderDisk } from '../../src/station/kernel/folder-disk.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

describe('bad input', () => {
  let office: SmallOffice;
  /** Of the last refusal. */
  let detail: Record<string, unknown> = {};
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  /** Ends with that code, says so in both languages, and prints nothing on standard output. */
  async function refused(code: string, argv: readonly string[], exit = 1): Promise<void> {
    const inVietnamese = await tram(argv);
    assert.deepEqual([inVietnamese.code, inVietnamese.out], [exit, ''], inVietnamese.error);
    assert.match(inVietnamese.error, new RegExp(`^${code}: .*[ạ-ỹà-ăđươ].*\\.\\n$`, 'u'));
    const inEnglish = await tram([...argv, '--json'], quietContext('en'));
    const { error } = JSON.parse(inEnglish.out) as { error: { code: string; detail: Record<string, unknown>; message: string } };
    assert.deepEqual([inEnglish.code, inEnglish.error, error.code], [exit, '', code]);
    assert.match(error.message, /^[A-Z].*\.$/);
    detail = error.detail;
  }

  const draft = (...more: string[]): string[] => ['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Công điện', ...more];

  describe('who', () => {
    it('a wrong passphrase', () => refused('passphrase-wrong', ['inbox', '--home', path.join(office.folder, 'anh'), '--passphrase-file', office.file('wrong', 'không phải mật khẩu')]).then(() => assert.equal(detail['passphraseFile'], path.join(office.folder, 'wrong'), 'whoever gave a file has nothing to type again')));
    it('no passphrase and nobody to ask', async () => {
      await refused('passphrase-missing', ['inbox', '--home', path.join(office.folder, 'anh')]);
      assert.equal(detail['asked'], 'Passphrase of device anh-may', 'whose it is');
    });
    it('a passphrase that is too short', () => refused('passphrase-too-short', [
      'device', 'request', '--home', path.join(office.folder, 'new'), '--passphrase-file', office.file('short', 'ngắn'), '--person', 'a', '--name', 'A',
      '--station', `http://127.0.0.1:${office.port}`, '--out', path.join(office.folder, 'request'),
    ]));
    it('a folder without a keyring', () => refused('keyring-missing', ['inbox', '--home', path.join(office.folder, 'nowhere')]));
    it('a damaged keyring', async () => {
      cpSync(path.join(office.folder, 'anh'), path.join(office.folder, 'damaged'), { recursive: true });
      truncateSync(path.join(office.folder, 'damaged', 'keyring.cbor'), 200);
      await refused('keyring-malformed', ['inbox', ...office.as('damaged')]);
    });
    it('a person without the right', () => refused('not-entitled', ['draft', ...office.as('khue'), '--to', 'qs', '--subject', 'x']));
    it('whoever may not make an office\'s keys is told who may', async () => {
      await refused('office-keys-not-entitled', ['office', 'keys', ...office.as('khue'), '--office', 'qs']);
      assert.equal(detail['makers'], 'Lò Văn Minh');
    });
    it('a person of another office', () => refused('not-entitled', ['register', '--office', 'vp', ...office.as('minh')]));
    it('an office by its name, shown as it was typed', async () => {
      await refused('code-malformed', ['list', 'add', '--code', 'l', '--name', 'L', '--offices', 'Đồn'.normalize('NFD'), ...office.as('anh')]);
      assert.equal(detail['code'], 'Đồn');
      await refused('office-unknown', ['register', '--office', 'Đồn', ...office.as('minh')]);
      assert.equal(detail['office'], 'Đồn');
    });
    it('no registrar', () => refused('registrar-required', ['list', 'add', ...office.as('khue'), '--code', 'l', '--name', 'L', '--offices', 'vp']));
    it('a device that the directory refuses leaves nothing of itself behind, and whatever else lay there', async () => {
      const home = path.join(office.folder, 'refused');
      const add = ['person', 'add', '--position', 'pct', '--person', 'khue', '--name', 'Người Khác', '--device-code', 'khue-hai', '--device', home, '--device-passphrase-file', path.join(office.folder, 'passphrase'), ...office.as('anh')];
      await refused('person-name-differs', add);
      assert.equal(existsSync(home), false);
      mkdirSync(home);
      office.file('refused/ghi-chu.txt', 'của người dùng');
      await refused('person-name-differs', add);
      assert.deepEqual(readdirSync(home), ['ghi-chu.txt']);
    });
    it('one person in both roles', async () => {
      const { draft: id } = await tramJson<{ draft: string }>(draft());
      await refused('same-person-twice', ['approve', id, ...office.as('anh')]);
      await refused('approval-missing', ['sign', id, ...office.as('khue')]);
      await refused('step-out-of-order', ['send', id, ...office.as('anh')]);
      assert.deepEqual([detail['missing'], detail['who']], ['approve', 'Đặng Ngọc Khuê'], 'who wrote it does not approve it');
      await tramJson(['approve', id, ...office.as('khue')]);
      await refused('step-done', ['approve', id, ...office.as('khue')]);
      await refused('step-out-of-order', ['send', id, ...office.as('anh')]);
      assert.deepEqual([detail['missing'], detail['who']], ['sign', 'Đặng Ngọc Khuê']);
      assert.match((await tram(['send', id, ...office.as('anh')])).error, /chưa ai ký, người làm được: Đặng Ngọc Khuê;/);
      await tramJson(['draft', 'discard', id, ...office.as('anh')]);
      await refused('draft-closed', ['approve', id, ...office.as('khue')]);
    });
  });

  describe('what', () => {
    it('an unknown office, list, draft and dispatch', async () => {
      await refused('office-unknown', ['draft', ...office.as('anh'), '--to', 'khong-co', '--subject', 'x']);
      await refused('list-unknown', ['draft', ...office.as('anh'), '--to', '@khong-co', '--subject', 'x']);
      await refused('draft-unknown', ['approve', '0123456789abcdef', ...office.as('khue')]);
      await refused('dispatch-unknown', ['open', '0123456789abcdef', ...office.as('anh')]);
      await refused('no-recipients', ['draft', ...office.as('anh'), '--subject', 'x']);
    });
    it('names in NFD, empty, too long, malformed codes', async () => {
      const add = (name: string): string[] => ['office', 'add', ...office.as('anh'), '--office', 'x', '--symbol', 'X', '--name', name];
      await refused('name-not-nfc', add('Văn phòng'.normalize('NFD')));
      await refused('name-empty', add('  '));
      await refused('name-too-long', add('x'.repeat(241)));
      await refused('text-malformed', add('x\u001b[2J'));
      await refused('code-malformed', ['office', 'add', ...office.as('anh'), '--office', 'Văn Phòng', '--symbol', 'X', '--name', 'X']);
      await refused('name-not-nfc', draft('--type', 'Công điện'.normalize('NFD')));
    });
    it('ten megabytes of subject', () => refused('subject-too-long', ['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'x'.repeat(10_000_000)]));
    it('a path in a file name', () => refused('path-in-file-name', draft('--attach', office.file('..\\..\\evil.txt', 'x'))));
    it('a file that is not there, or is a folder', async () => {
      await refused('file-missing', draft('--attach', path.join(office.folder, 'nothing.pdf')));
      await refused('file-is-folder', draft('--text', office.folder));
      await refused('file-missing', draft('--text', '/dev/null'));
      assert.deepEqual(detail, { file: '/dev/null', reason: 'no-file' }, 'by the path that was typed');
    });
    it('text that is not UTF-8, or too long', async () => {
      await refused('text-malformed', draft('--text', office.file('latin', Uint8Array.of(0x43, 0xf4, 0x6e, 0x67))));
      assert.match((await tram(draft('--text', path.join(office.folder, 'latin')))).error, /--attach/, 'perhaps it is no text');
      await refused('text-too-long', draft('--text', office.file('long', 'x'.repeat(262_145))));
    });
    it('a date of yesterday, of another age, or of no calendar', async () => {
      await refused('date-past', draft('--expires', '01/01/2020 00:00'));
      await refused('date-too-far', draft('--reply-by', '01/01/2999 00:00'));
      await refused('date-not-in-calendar', draft('--deliver-by', '31/02/2027 00:00'));
      await refused('date-malformed', draft('--expires', 'mai'));
    });
    it('the same file twice, a precedence that is none, an unknown right', async () => {
      const file = office.file('twice.pdf', 'x');
      await refused('name-taken', draft('--attach', file, '--attach', file));
      await refused('option-unknown', draft('--precedence', 'now'), 2);
      assert.deepEqual([detail['option'], detail['value']], ['--precedence', 'now']);
      assert.match((await tram(draft('--precedence', 'hoatoc'))).error, /Không hiểu giá trị hoatoc của tham số --precedence .*có phải là: hoa-toc/);
      await refused('option-unknown', ['position', 'add', ...office.as('anh'), '--position', 'p', '--office', 'vp', '--title', 'T', '--rights', 'all'], 2);
    });
    it('leaves nothing half-done', async () => {
      const { drafts } = await tramJson<{ drafts: { step: string }[] }>(['draft', 'list', ...office.as('anh')]);
      assert.deepEqual(drafts.filter(({ step }) => step !== 'discarded'), []);
      const { lines } = await tramJson<{ lines: unknown[] }>(['register', ...office.as('anh')]);
      assert.deepEqual(lines, []);
      const said = async (...words: string[]): Promise<string> => (await tram([...words, ...office.as('anh')])).out;
      assert.match(await said('register'), /^Sổ chưa có điện nào\. Đã xem: Văn phòng/);
      assert.match(await said('links'), /^Danh bạ chưa ghi trạm lân cận nào .*tram station invite --home /);
      assert.match(await said('draft', 'list'), /^Không có bản thảo nào đang làm ở: Văn phòng/);
      assert.match(await said('directory'), /\(\d+ mục, mã cây [0-9a-f]{16}\)\n\n.*→ chưa nối trạm nào$/m);
    });
  });

  describe('the machine', () => {
    it('an unknown command or option, a missing value', async () => {
      await refused('command-unknown', ['gửi'], 2);
      await refused('command-unknown', ['aprove', '4f1c'], 2);
      assert.equal(detail['near'], 'tram approve');
      await refused('command-unknown', ['station'], 2);
      assert.match(String(detail['near']), /tram station init, .*tram station join/);
      assert.equal(detail['command'], 'station');
      await refused('command-unknown', ['bundle', 'burn', '8'], 2);
      assert.equal(detail['command'], 'bundle burn', 'the word that is not known is named too');
      await refused('option-unknown', ['inbox', '--passphrase', 'secret'], 2);
      assert.equal(detail['near'], '--passphrase-file');
      await refused('option-unknown', ['office', 'add', '--office-name', 'Ban Quân sự'], 2);
      assert.equal(detail['near'], '--name');
      await refused('option-unknown', ['station', 'init', '--name', 'Văn phòng'], 2);
      assert.equal(detail['near'], '--office-name, --person-name');
      await refused('option-unknown', ['draft', '--subjct', 'x'], 2);
      assert.equal(detail['near'], '--subject');
      assert.match((await tram(['draft', '--subjct', 'x'])).error, /Không hiểu tham số --subjct, có phải là: --subject; /);
      await refused('option-unknown', ['draft', '--zzz', 'x'], 2);
      assert.equal(detail['near'], undefined);
      for (const argv of [['draft', 'show'], ['open'], ['trace'], ['approve'], draft('--subject', ''), ['device', 'request', '--person', 'a', '--name', 'A', '--out', 'x']]) {
        await refused('option-missing', argv, 2);
      }
      assert.equal(detail['option'], '--station');
      assert.match((await tram(['--version'])).out, /^tram \d+\.\d+/);
      const { error } = await tram(['inbox', '--passphrase=bí mật đây'], quietContext());
      assert.doesNotMatch(error, /bí mật đây/);
    });
    it('a root key inside the station\'s folder', () => refused('configuration-malformed', [
      'station', 'init', '--data', path.join(office.folder, 's2'), '--root', path.join(office.folder, 's2', 'root'), '--home', path.join(office.folder, 'h2'),
      '--organisation', 'T', '--code', 'a', '--site', 'S', '--office', 'o', '--office-name', 'O', '--symbol', 'O', '--person', 'p', '--person-name', 'P',
    ]));
    it('a folder that is in use, occupied or empty', async () => {
      await refused('data-folder-in-use', ['station', 'start', '--data', office.data]);
      assert.deepEqual([detail['folder'], detail['pid']], [office.data, process.pid], 'which process has it');
      assert.ok((await tram(['station', 'start', '--data', office.data])).error.includes(`(${office.data}) đang có tiến trình ${process.pid} giữ`));
      const ending = folderDisk(copyOf('ending'));
      const release = async (): Promise<true> => { ending.close(); return true; };
      await (await nodeHost.start(path.join(office.folder, 'ending'), { api: 0, link: 0, tryAgain: release })).stop();
      await refused('data-folder-empty', ['station', 'start', '--data', path.join(office.folder, 'nowhere')]);
      await refused('data-folder-empty', ['audit', '--data', path.join(office.folder, 'nowhere')]);
      await refused('data-folder-occupied', ['demo', '--keep', office.folder]);
      await refused('file-missing', ['demo', '--text', path.join(office.folder, 'nothing.txt')]);
    });
    it('a station that is not there', async () => {
      await office.stop();
      await refused('station-unreachable', ['inbox', ...office.as('anh')], 3);
      await office.start();
    });
    it('a port in use', async () => {
      const copy = copyOf('port');
      const taken = createServer();
      const port = await new Promise<number>((resolve) => taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)));
      await refused('port-in-use', ['station', 'start', '--data', copy, '--port', String(port), '--link-port', '0']);
      assert.equal(detail['port'], port);
      taken.close();
    });
    it('and nothing wrong: a station that runs says nothing over the prompts of its terminal', async () => {
      const log = path.join(office.folder, 'quiet.log');
      const child = await startStation(copyOf('quiet'), { api: 0, link: 0 }, log);
      await fetch(`${child.url}/api/1/station`);
      await child.stop();
      assert.equal(readFileSync(log, 'utf8'), '');
    });
    it('a truncated database, and a database cut to nothing', async () => {
      const copy = copyOf('truncated');
      truncateSync(path.join(copy, 'tram.db'), 20_000);
      await refused('database-damaged', ['station', 'start', '--data', copy]);
      truncateSync(path.join(copy, 'tram.db'), 0);
      await refused('database-damaged', ['station', 'start', '--data', copy]);
    });
    it('a configuration that is not one', async () => {
      const copy = copyOf('configured');
      writeFileSync(path.join(copy, 'station.json'), '{ "apiPort": "many" }');
      await refused('configuration-malformed', ['station', 'start', '--data', copy]);
      writeFileSync(path.join(copy, 'station.json'), '{ "apiAddress": "0.0.0.0" }');
      await refused('address-not-loopback', ['station', 'start', '--data', copy, '--link-port', '0']);
    });
    it('malformed files of joining', async () => {
      const junk = office.file('junk', Uint8Array.of(0xa1, 0x01));
      await refused('invitation-malformed', ['station', 'join', '--invitation', junk, '--data', path.join(office.folder, 'j'), '--out', path.join(office.folder, 'o'), '--code-file', junk]);
      await refused('cbor-malformed', ['person', 'add', ...office.as('anh'), '--position', 'pct', '--request', junk]);
      await refused('cbor-malformed', ['station', 'admit', ...office.as('anh'), '--request', junk, '--fingerprint', '0', '--out', path.join(office.folder, 'o')]);
      assert.match(String(detail['expected']), /request to join/);
      await refused('passphrase-missing', ['station', 'join', '--invitation', await invitation('xa'), '--data', path.join(office.folder, 'j'), '--out', path.join(office.folder, 'o')]);
      assert.equal(detail['option'], '--code-file');
    });
    it('an invitation with a wrong code, a request with another fingerprint', async () => {
      const at = (name: string): string => path.join(office.folder, name);
      await tramJson(['station', 'invite', ...office.as('anh'), '--code', 'don', '--site', 'Đồn', '--out', at('don.moi')]);
      await refused('invitation-code-wrong', ['station', 'join', '--invitation', at('don.moi'), '--data', at('don'), '--out', at('don.xin'), '--code-file', office.file('code', '0000-0000-0000'),
        '--person', 'thao', '--person-name', 'Vàng Thị Thảo', '--home', at('thao')]);
      await refused('name-taken', ['station', 'invite', ...office.as('anh'), '--code', 'hub', '--site', 'X', '--out', at('x')]);
      await refused('name-taken', ['backup', 'key', '--out', at('don.moi')]);
      assert.equal(detail['file'], at('don.moi'));
    });
    it('a device whose fingerprint nobody compared, or another', async () => {
      const file = path.join(office.folder, 'lan.thiet-bi');
      const { fingerprint } = await tramJson<{ fingerprint: string }>(['device', 'request', ...office.as('lan'), '--person', 'lan', '--name', 'Hà Thị Lan', '--station', `http://127.0.0.1:${office.port}`, '--out', file]);
      const add = ['person', 'add', ...office.as('anh'), '--position', 'pct', '--request', file];
      await refused('option-missing', add, 2);
      await refused('fingerprint-differs', [...add, '--fingerprint', '0000 '.repeat(10)]);
      await tramJson([...add, '--fingerprint', fingerprint.toUpperCase()]);
    });
    it('a station of another organisation at the address', async () => {
      const other = await smallOffice();
      try {
        const home = path.join(office.folder, 'strayed');
        cpSync(path.join(office.folder, 'anh'), home, { recursive: true });
        const device = path.join(home, 'device.json');
        writeFileSync(device, readFileSync(device, 'utf8').replace(`:${office.port}`, `:${other.port}`));
        await refused('organisation-unknown', ['inbox', ...office.as('strayed')]);
        assert.equal(detail['url'], `http://127.0.0.1:${other.port}`);
      } finally {
        await closeOffice(other);
      }
    });
    it('a station between its request and its admission, and one that has joined', async () => {
      const at = (name: string): string => path.join(office.folder, name);
      const { code } = await tramJson<{ code: string }>(['station', 'invite', ...office.as('anh'), '--code', 'ban', '--site', 'Trạm bản', '--out', at('ban.moi')]);
      await tramJson(['station', 'join', '--invitation', at('ban.moi'), '--data', at('ban'), '--out', at('ban.xin'), '--code-file', office.file('ma', code)]);
      await refused('admission-pending', ['station', 'start', '--data', at('ban')]);
      await refused('admission-pending', ['doctor', '--data', at('ban')]);
      await refused('cbor-malformed', ['station', 'join', '--admission', at('ban.xin'), '--data', at('ban')]);
      assert.match(String(detail['expected']), /admission/);
      await refused('joined-already', ['station', 'join', '--admission', at('ban.xin'), '--data', office.data]);
    });
    it('an old Node', () => {
      const bin = path.join(import.meta.dirname, '../../src/app/tram.ts');
      const script = `Object.defineProperty(process.versions, 'node', { value: '24.1.0' }); await import(${JSON.stringify(bin)});`;
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env: { ...process.env, TRAM_LANG: 'vi' } });
      assert.equal(status, 78);
      assert.match(stderr, /^node-too-old: .*24\.1\.0.*26/);
    });

    async function invitation(code: string): Promise<string> {
      const file = path.join(office.folder, `${code}.moi`);
      await tramJson(['station', 'invite', ...office.as('anh'), '--code', code, '--site', 'Trạm xã', '--out', file]);
      return file;
    }

    function copyOf(name: string): string {
      const copy = path.join(office.folder, name);
      rmSync(copy, { recursive: true, force: true });
      mkdirSync(copy);
      cpSync(office.data, copy, { recursive: true, filter: (file) => !/tram\.lock-/.test(file) });
      return copy;
    }
  });
});
