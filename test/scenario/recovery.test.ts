/**
 * What was lost is found again, by the commands that docs/operating/recovery.md tells: a passphrase, a machine, a card,
 * a keyring's file.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { base64url } from '#core/bytes.ts';
import { openDevice } from '#cli/device.ts';
import { signer } from '#client/signers.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { ringCopyStatement } from '#wire/gate.ts';
import { deviceRequest } from '#wire/invitation.ts';
import { keyringFile } from '#wire/keyring.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, smallOffice, type SmallOffice } from './small-office.ts';

const NEW_PASSPHRASE = 'Đồn Sốp Cộp mùa mưa';

describe('what was lost is found again', () => {
  let office: SmallOffice;
  let [card, newPassphrase, dispatch] = ['', '', ''];
  const home = (name: string): string => path.join(office.folder, name);
  const url = (): string => `http://127.0.0.1:${office.port}`;
  /** The device `minh` and what it does, on another machine. */
  const on = (name: string, passphrase = newPassphrase): string[] => ['--home', home(name), '--passphrase-file', passphrase];
  const printed = async (name: string, options: string[]): Promise<string> =>
    office.file(name, (await tramJson<{ code: string }>(['card', 'make', ...options])).code);

  /** What the device can read of the incoming register. */
  const subjects = async (name: string): Promise<(string | null)[]> => (await tramJson<{ lines: { content: { subject: string } | null }[] }>(
    ['register', '--in', ...on(name)])).lines.map(({ content }) => content?.subject ?? null);

  before(async () => {
    office = await smallOffice();
    newPassphrase = office.file('mat-khau-moi', `${NEW_PASSPHRASE}\n`);
    const draft = (await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Ứng phó mưa lũ'])).draft;
    await tramJson(['approve', draft, ...office.as('khue')]);
    await tramJson(['sign', draft, ...office.as('khue')]);
    ({ dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')]));
    card = await printed('the', office.as('minh'));
    await tramJson(['card', 'try', '--home', home('minh'), '--card-file', card]);
    await tramJson(['inbox', ...office.as('minh')]);
  });
  after(() => closeOffice(office));

  it('a passphrase: the card opens the device that is there, and the old passphrase opens nothing', async () => {
    await tramJson(['passphrase', '--home', home('minh'), '--card-file', card, '--new-passphrase-file', newPassphrase]);
    assert.match((await tram(['inbox', ...office.as('minh')])).error, /^passphrase-wrong/);
    assert.equal((await tram(['inbox', ...on('minh')])).code, 0);
    await tramJson(['passphrase', ...on('minh'), '--new-passphrase-file', office.file('cu', PASSPHRASE)]);
    await tramJson(['inbox', ...office.as('minh')]);
  });

  it('a card of which somebody else\'s copy says that it is theirs finds its own all the same', async () => {
    const sealed = keyringFile.decode(readFileSync(path.join(home('minh'), 'keyring.cbor')));
    const { session, close } = await openDevice(quietContext(), home('khue'), PASSPHRASE);
    const copy = { revision: session.ring.revision + 1, file: keyringFile.encode({ ...sealed, revision: session.ring.revision + 1 }), gate: nodeRandom.bytes(32) };
    const { device } = session.ring.contents;
    const statement = ringCopyStatement(device!, copy.revision, nodeCrypto.hash.sha256(copy.file), copy.gate);
    const signed = await signOne(nodeCrypto, await signer(nodeCrypto, session.ring, session.view, { kind: 'device' }), 'session', statement, nodeRandom);
    await session.api.call('putRing', { body: {
      revision: copy.revision, file: base64url(copy.file), gate: base64url(copy.gate), signature: base64url(signatureCodec.encode(signed)) } });
    await close();
    assert.ok(device! < 'minh', 'so that it is asked for first');
  });

  it('a machine: the card restores the device on another, which reads what came; the first is left behind', async () => {
    cpSync(home('minh'), home('may-mat'), { recursive: true });
    const { device, revision } = await tramJson<{ device: string; revision: number }>(['recover', '--station', url(), '--card-file', card, ...on('may-moi')]);
    assert.ok(device.startsWith('minh') && revision > 2 ** 20);
    const { out } = await tram(['open', dispatch, ...on('may-moi')]);
    assert.match(out, /Ứng phó mưa lũ/);
    // The first machine, in somebody's hands who knows its passphrase.
    for (let i = 0; i < 3; i++) assert.match((await tram(['inbox', ...office.as('may-mat')])).error, /^keyring-rolled-back: .*\/may-mat\).*khôi phục ở máy khác.*tram recover --station/);
    assert.equal((await tram(['inbox', ...on('may-moi')])).code, 0, 'the restored one goes on');
    assert.match((await tram(['recover', '--station', url(), '--card-file', card, ...on('may-moi')])).error, /^data-folder-occupied/);
  });

  it('a card: another is made, and the lost one restores nothing', async () => {
    const second = await printed('the-2', on('may-moi'));
    await tramJson(['inbox', ...on('may-moi')]);
    const lost = await tram(['recover', '--station', url(), '--card-file', card, ...on('nguoi-nhat')], quietContext('en'));
    assert.match(lost.error, /^card-unknown: .*card made last/);
    assert.ok(!existsSync(path.join(home('nguoi-nhat'), 'keyring.cbor')));
    card = second;
    await tramJson(['card', 'try', '--home', home('may-moi'), '--card-file', card]);
  });

  it('a keyring\'s file: the passphrase fetches it again where the device\'s secret is there, and nowhere else', async () => {
    cpSync(home('may-moi'), home('hong-dia'), { recursive: true });
    rmSync(path.join(home('hong-dia'), 'keyring.cbor'));
    const wrong = await tram(['recover', '--without-card', '--home', home('hong-dia'), '--passphrase-file', office.file('sai', 'không phải mật khẩu này')]);
    assert.match(wrong.error, /^passphrase-wrong/);
    assert.match((await tram(['recover', '--without-card', ...on('hong-dia')])).out, /; mật khẩu vẫn như trước\./);
    assert.match((await tram(['open', dispatch, ...on('hong-dia')])).out, /Ứng phó mưa lũ/);
    mkdirSync(home('may-la'));
    cpSync(path.join(home('hong-dia'), 'device.json'), path.join(home('may-la'), 'device.json'));
    assert.match((await tram(['recover', '--without-card', ...on('may-la')])).error, /^device-secret-missing/);
  });

  it('a machine, without a card: another device of the same person vouches for the new one, and no fingerprint is read aloud', async () => {
    const file = path.join(office.folder, 'minh-2.thiet-bi');
    const asked = ['device', 'request', '--station', url(), '--person', 'minh', '--name', 'Lò Văn Minh', '--device-code', 'minh-2', '--out', file, ...on('minh-2')];
    const vouched = ['--vouched-by', home('hong-dia'), '--old-passphrase-file', newPassphrase];
    const taken = await tram([...asked.map((word) => (word === 'minh-2' ? 'minh-may' : word)), ...vouched], quietContext('en'));
    assert.match(taken.error, /^name-taken: That name is taken: the device minh-may; make the request anew under another code \(--device-code\)/);
    const unnamed = ['device', 'request', '--station', url(), '--person', 'minh', '--name', 'Lò Văn Minh', '--out', path.join(office.folder, 'khac.thiet-bi'), ...on('khac'), ...vouched];
    assert.equal((await tramJson<{ device: string }>(unnamed)).device, 'minh-may-2', 'the next code, where none was chosen');
    const other = await tram([...asked.map((word) => (word === 'minh' ? 'khue' : word)), ...vouched]);
    assert.match(other.error, /^voucher-wrong/, 'nobody vouches for another person');
    assert.ok(!existsSync(home('minh-2')));
    assert.match((await tram([...asked, ...vouched])).out, /không cần so dấu vân tay/);
    await tramJson(['person', 'add', '--position', 'qs-vt', '--request', file, ...office.as('anh')]);
    await tramJson(['office', 'keys', ...on('hong-dia')]);
    assert.deepEqual(await subjects('minh-2'), ['Ứng phó mưa lũ']);
    // What somebody changed on the way is not what was vouched for.
    const request = deviceRequest.decode(readFileSync(file));
    const forged = deviceRequest.encode({ ...request, voucher: { ...request.voucher!, device: 'anh-may' } });
    assert.match((await tram(['person', 'add', '--position', 'qs-vt', '--request', office.file('gia', forged), ...office.as('anh')])).error, /^voucher-wrong/);
    const bare = deviceRequest.encode({ ...request, voucher: undefined });
    assert.match((await tram(['person', 'add', '--position', 'qs-vt', '--request', office.file('tran', bare), ...office.as('anh')])).error, /^option-missing: .*fingerprint/);
  });

  it('everything: a new device by its fingerprint, the office\'s keys from a colleague', async () => {
    const file = path.join(office.folder, 'minh-3.thiet-bi');
    const { fingerprint } = await tramJson<{ fingerprint: string }>(
      ['device', 'request', '--station', url(), '--person', 'minh', '--name', 'Lò Văn Minh', '--device-code', 'minh-3', '--out', file, ...on('minh-3')]);
    const add = (read: string) => tram(['person', 'add', '--position', 'qs-vt', '--request', file, '--fingerprint', read, ...office.as('anh')]);
    assert.match((await add('0000 0000')).error, /^fingerprint-differs/);
    assert.equal((await add(fingerprint)).code, 0);
    assert.deepEqual(await subjects('minh-3'), [null], 'no keys yet');
    await tramJson(['office', 'keys', ...on('minh-2')]);
    assert.deepEqual(await subjects('minh-3'), ['Ứng phó mưa lũ']);
  });

  it('a clerk who has died: the registrar lets them go, a successor joins, a colleague gives the office\'s keys, and the old register is read', async () => {
    const anh = (...words: string[]) => tramJson([...words, ...office.as('anh')]);
    await anh('position', 'add', '--position', 'qs-tl', '--office', 'qs', '--title', 'Trợ lý', '--rights', 'draft,receive,keys');
    const join = (person: string, name: string, position: string) => anh(
      'person', 'join', '--person', person, '--name', name, '--position', position, '--device', home(person), '--device-passphrase-file', path.join(office.folder, 'passphrase'));
    await join('lan', 'Đặng Thị Lan', 'qs-tl');
    await tramJson(['office', 'keys', ...on('minh-3')]);
    await tramJson(['inbox', ...office.as('lan')]);

    await anh('person', 'leave', 'minh');
    assert.notEqual((await tram(['inbox', ...on('minh-3')])).code, 0, 'the devices of the dead open nothing more');
    await join('thao', 'Vì Thị Thảo', 'qs-vt');
    await tramJson(['office', 'keys', ...office.as('lan')]);
    const read = (await tramJson<{ lines: { content: { subject: string } | null }[] }>(['register', '--in', ...office.as('thao')])).lines;
    assert.deepEqual(read.map(({ content }) => content?.subject ?? null), ['Ứng phó mưa lũ']);
    const draft = (await anh('draft', '--to', 'qs', '--subject', 'Công điện số 12')) as { draft: string };
    for (const step of ['approve', 'sign']) await tramJson([step, draft.draft, ...office.as('khue')]);
    const { dispatch: next } = (await anh('send', draft.draft)) as { dispatch: string };
    assert.match((await tram(['open', next, ...office.as('thao')])).out, /Công điện số 12/);
  });
});
