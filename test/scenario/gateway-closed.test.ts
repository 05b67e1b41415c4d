/** What a gateway may not take or read waits, or is refused, by itself, and is named; whatever else lies in `out` goes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { tram } from './command-line.ts';
import { type Gateway, gatewayOnce, type GatewayRound, makeGateway, putFile } from './office-gateway.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

const NOBODY = 65_534;

describe('a gateway whose `out` has what it may not touch', () => {
  let office: SmallOffice;
  let vp: Gateway;
  before(async () => {
    office = await smallOffice();
    vp = await makeGateway(office, 'vp');
    // What a command needs of the program is loaded by now.
    await gatewayOnce(vp);
  });
  after(() => closeOffice(office));

  it('sends the others, names what waits once, and takes it when it may', async () => {
    putFile(vp, 'aaa', 'khóa.txt', 'thư mục không ghi được');
    putFile(vp, 'aab', 'ẩn.txt', 'thư mục không mở được');
    putFile(vp, 'aac', 'tên.txt', 'thư mục chỉ thấy tên');
    putFile(vp, 'qs', 'Không đọc được.txt', 'tệp không đọc được');
    putFile(vp, 'qs', 'Đi được.txt', 'đi được');
    chmodSync(vp.at('gui', 'aaa'), 0o500);
    chmodSync(vp.at('gui', 'aab'), 0o000);
    chmodSync(vp.at('gui', 'aac'), 0o400);
    chmodSync(vp.at('gui', 'qs', 'Không đọc được.txt'), 0o000);
    const round = await asNobody(office, () => gatewayOnce(vp));
    assert.deepEqual(round.sent.map(({ file }) => file), ['Đi được.txt']);
    assert.deepEqual(round.refused.map(({ file, code }) => [file, code]), [['Không đọc được.txt', 'file-missing']]);
    const named = [['aaa/khóa.txt', 'EACCES'], ['aab', 'EACCES'], ['aac', 'EACCES']];
    assert.deepEqual(waitingIn(round), named);

    putFile(vp, 'qs', 'Vòng sau.txt', 'đi ở vòng sau');
    const again = await asNobody(office, () => gatewayOnce(vp));
    assert.deepEqual([again.sent.map(({ file }) => file), again.refused, waitingIn(again)], [['Vòng sau.txt'], [], named]);
    assert.equal(readdirSync(vp.at('da-gui', '.dang-gui')).length, 1, 'claimed once, however often it is tried');
    const { out } = await asNobody(office, () => tram(['gateway', '--config', vp.config, '--once']));
    assert.match(out, /aaa\/khóa\.txt \(không được phép\)/u);

    for (const folder of ['aaa', 'aab', 'aac']) chmodSync(vp.at('gui', folder), 0o700);
    const { refused, waiting } = await asNobody(office, () => gatewayOnce(vp));
    assert.deepEqual([refused.map(({ file }) => file).toSorted(), waiting], [['khóa.txt', 'tên.txt', 'ẩn.txt'].toSorted(), []]);
    assert.deepEqual(readdirSync(vp.at('da-gui', '.dang-gui')), []);
  });

  it('refuses what lies in a folder with the longest of names', async () => {
    const long = 'x'.repeat(255);
    mkdirSync(vp.at('gui', long), { recursive: true });
    putFile(vp, long, 'a.txt', 'tên dài');
    putFile(vp, 'qs', 'Sau tên dài.txt', 'đi được');
    const { refused, sent } = await asNobody(office, () => gatewayOnce(vp));
    assert.deepEqual([refused.map(({ file }) => file), sent.map(({ file }) => file)], [['a.txt'], ['Sau tên dài.txt']]);
    const [folder] = readdirSync(vp.at('tu-choi')).filter((name) => name.startsWith('xxx'));
    assert.match(readFileSync(vp.at('tu-choi', folder!, 'ly-do.txt'), 'utf8'), /\p{L}/u);
  });
});

function waitingIn({ waiting }: GatewayRound): (string | undefined)[][] {
  return waiting.map(({ detail }) => [detail?.file, detail?.reason]).toSorted(([one = ''], [other = '']) => one.localeCompare(other));
}

/** Root may everything: then all of it is given to another user, who this process is meanwhile. */
async function asNobody<T>({ folder }: SmallOffice, work: () => Promise<T>): Promise<T> {
  if (process.geteuid!() !== 0) return work();
  execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  process.seteuid!(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}
