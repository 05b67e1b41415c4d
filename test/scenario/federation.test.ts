/** Two organisations, each with a station of its own, agree by files and see of each other what was agreed, and no more. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { countersigning } from './countersigning.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

interface Written { file: string; fingerprint: string }
interface Listed { code: string; ended: string | null; terms: string }
interface Taken { size: number; offices: { office: string }[]; counts: boolean; reason: string | null }

describe('two organisations', () => {
  let province: SmallOffice;
  let guard: SmallOffice;
  let proposed: Written;
  let answered: Written;
  before(async () => ([province, guard] = [await smallOffice(), await smallOffice()]));
  after(async () => {
    for (const one of [province, guard]) await closeOffice(one);
  });

  const at = (office: SmallOffice, name: string): string => path.join(office.folder, name);
  const show = (office: SmallOffice, code: string, name: string, since = 0) =>
    tramJson<{ file: string; size: number }>(['federation', 'show', ...office.as('anh'), '--code', code, '--since', String(since), '--out', at(office, name)]);

  /** Whatever it finds: a check that found something wrong ends with another code. */
  async function take(office: SmallOffice, code: string, file: string): Promise<Taken> {
    const { out } = await tram(['federation', 'take', ...office.as('anh'), '--code', code, '--file', file, '--json']);
    return JSON.parse(out) as Taken;
  }

  async function refused(code: string, argv: readonly string[]): Promise<void> {
    const { out, error } = await tram([...argv, '--json']);
    assert.match(out + error, new RegExp(`"${code}"`));
  }

  it('refuse to agree without comparing, about unknown offices, and by who is no registrar', async () => {
    proposed = await tramJson(['federation', 'propose', ...province.as('anh'), '--offices', 'vp', '--out', at(province, 'tinh.de-nghi'), '--address', '10.0.0.1:7441']);
    const accept = (who: string, fingerprint: string, offices: string) => [
      'federation', 'accept', ...guard.as(who), '--code', 'tinh', '--proposal', proposed.file, '--fingerprint', fingerprint, '--offices', offices,
      '--out', at(guard, 'tra-loi'),
    ];
    await refused('fingerprint-differs', accept('anh', '0000', 'qs'));
    await refused('office-unknown', accept('anh', proposed.fingerprint, 'khong-co'));
    await refused('registrar-required', accept('khue', proposed.fingerprint, 'qs'));
    await refused('agreement-malformed', ['federation', 'accept', ...guard.as('anh'), '--code', 'tinh', '--terms', proposed.file, '--fingerprint', proposed.fingerprint]);
    assert.equal(existsSync(at(guard, 'tra-loi')), false, 'what was refused leaves no answer');
  });

  it('agree by two files, each compared', async () => {
    answered = await tramJson([
      'federation', 'accept', ...guard.as('anh'), '--code', 'tinh', '--proposal', proposed.file, '--fingerprint', proposed.fingerprint, '--offices', 'qs',
      '--out', at(guard, 'tra-loi'),
    ]);
    const answer = ['federation', 'accept', ...province.as('anh'), '--code', 'bo-doi', '--terms', answered.file, '--fingerprint'];
    await refused('fingerprint-differs', [...answer, proposed.fingerprint]);
    const asked: string[] = [];
    const desk = quietContext();
    const prompt = { ask: async (question: string) => (asked.push([...desk.said, question].join('\n')), answered.fingerprint) };
    await tramJson(answer.slice(0, -1), { ...desk, prompt });
    assert.match(asked.join(), /bo-doi +Tỉnh thực hành[^]*Cơ quan của bên kia +bo-doi\/qs[^]*hub ↔ bo-doi\/hub \(10\.0\.0\.1:7441\)[^]*Thượng khẩn[^]*Dấu vân tay bên kia đọc/, 'what it says is read before it is asked');
    assert.deepEqual((await tramJson<{ outcome: string }>([...answer, answered.fingerprint])).outcome, 'unchanged');
    const { out } = await tram(['federation', 'list', ...province.as('khue')]);
    assert.match(out, /bo-doi +Tỉnh thực hành\n[^]*Cơ quan của mình +.*Văn phòng[^]*hub ↔ bo-doi\/hub[^]*Thượng khẩn/);
    const english = await tram(['federation', 'list', ...guard.as('anh')], quietContext('en'));
    assert.match(english.out, /hub ↔ tinh\/hub \(10\.0\.0\.1:7441\)/);
  });

  it('see the agreed office of the other, checked against its own root, and nothing of the rest', async () => {
    const { file } = await show(guard, 'tinh', 'bo-doi.danh-ba');
    const bytes = readFileSync(file);
    for (const hidden of ['"vp"', 'Phó Chủ tịch', 'khue', 'Đặng Ngọc Khuê', 'UBND-VP']) assert.ok(!bytes.includes(hidden), hidden);
    assert.ok(bytes.includes('Ban Quân sự') && bytes.includes('Lò Văn Minh'));
    const taken = await take(province, 'bo-doi', file);
    assert.deepEqual(taken.offices.map(({ office }) => office), ['bo-doi/qs']);
    assert.equal(taken.counts, true);
    assert.equal((await take(guard, 'tinh', (await show(province, 'bo-doi', 'tinh.danh-ba')).file)).counts, true);
  });

  it('take only what is the agreed organisation\'s, and never less than before', async () => {
    const first = await show(guard, 'tinh', 'cu.danh-ba');
    await refused('organisation-unknown', ['federation', 'take', ...guard.as('anh'), '--code', 'tinh', '--file', first.file]);
    await refused('cbor-malformed', ['federation', 'take', ...province.as('anh'), '--code', 'bo-doi', '--file', proposed.file]);
    await refused('agreement-missing', ['federation', 'take', ...province.as('anh'), '--code', 'khong-co', '--file', first.file]);
    await tramJson(['office', 'add', ...guard.as('anh'), '--office', 'kho', '--name', 'Kho', '--symbol', 'KHO', '--at', 'hub']);
    const grown = await show(guard, 'tinh', 'moi.danh-ba', first.size);
    assert.equal((await take(province, 'bo-doi', grown.file)).size, first.size + 1);
    await refused('directory-rolled-back', ['federation', 'take', ...province.as('anh'), '--code', 'bo-doi', '--file', first.file]);
    const unproved = await show(guard, 'tinh', 'chua-chung.danh-ba');
    assert.equal((await take(province, 'bo-doi', unproved.file)).counts, true, 'the same point needs no proof');
  });

  it('part again: either side ends it, and the other sees', async () => {
    const { size } = await show(guard, 'tinh', 'truoc.danh-ba');
    await tramJson(['federation', 'end', ...guard.as('anh'), '--code', 'tinh']);
    assert.equal((await tramJson<{ outcome: string }>(['federation', 'end', ...guard.as('anh'), '--code', 'tinh'])).outcome, 'unchanged');
    const taken = await take(province, 'bo-doi', (await show(guard, 'tinh', 'sau.danh-ba', size)).file);
    assert.deepEqual([taken.counts, taken.reason], [false, 'theirs']);
    const { out } = await tram(['federation', 'list', ...guard.as('anh')]);
    assert.match(out, /Đã chấm dứt/);
    await refused('agreement-missing', ['federation', 'end', ...guard.as('anh'), '--code', 'khong-co']);
  });

  it('where there are two registrars, an agreement waits for the second, and counts only then', async () => {
    const root = ['--root', at(province, 'root'), '--root-passphrase-file', at(province, 'passphrase')];
    const asked = await tramJson<{ fingerprint: string }>(['registrar', 'request', ...province.as('khue'), '--out', at(province, 'khue.dang-ky')]);
    await tramJson(['registrar', 'add', ...province.as('anh'), ...root, '--request', at(province, 'khue.dang-ky'), '--fingerprint', asked.fingerprint, '--out', at(province, 'khue.trao')]);
    await tramJson(['registrar', 'accept', ...province.as('khue'), '--grant', at(province, 'khue.trao')]);
    const ended = await tramJson<{ outcome: string; proposals: string[] }>(['federation', 'end', ...province.as('anh'), '--code', 'bo-doi']);
    assert.equal(ended.outcome, 'waiting');
    const listed = async (office: SmallOffice) => (await tramJson<{ agreements: Listed[] }>(['federation', 'list', ...office.as('anh')])).agreements;
    assert.equal((await listed(province))[0]?.ended, null, 'it counts until both have signed');
    const pending = await tram(['registrar', 'pending', ...province.as('khue')]);
    assert.match(pending.out, /kết thúc: thỏa thuận với tổ chức khác · Tỉnh thực hành \[bo-doi\]/, 'whoever signs second reads which');
    await tramJson(await countersigning(province.as('khue'), ended.proposals[0]!));
    assert.notEqual((await listed(province))[0]?.ended, null);
    const again = await tramJson<Written>(['federation', 'propose', ...guard.as('anh'), '--offices', 'qs', '--out', at(guard, 'lai.de-nghi')]);
    const accepted = await tramJson<Written & { outcome: string; proposals: string[] }>([
      'federation', 'accept', ...province.as('anh'), '--code', 'bien-phong', '--proposal', again.file, '--fingerprint', again.fingerprint, '--offices', 'vp', '--out', at(province, 'lai.tra-loi'),
    ]);
    assert.equal(accepted.outcome, 'waiting');
    const codes = async () => (await listed(province)).map(({ code }) => code);
    assert.deepEqual(await codes(), ['bo-doi']);
    const answer = await tram(['federation', 'accept', ...guard.as('anh'), '--code', 'tinh-moi', '--terms', accepted.file, '--fingerprint', accepted.fingerprint]);
    assert.equal(answer.code, 0, answer.error);
    const { terms } = (await listed(guard)).at(-1)!;
    const waits = await tram(['registrar', 'pending', ...province.as('khue')]);
    assert.ok(waits.out.includes('Thượng khẩn') && waits.out.includes(terms), 'the second reads the terms, and can compare them with the other side');
    await tramJson(await countersigning(province.as('khue'), accepted.proposals[0]!));
    assert.deepEqual(await codes(), ['bo-doi', 'bien-phong']);
    assert.equal((await listed(province)).at(-1)?.terms, terms);
  });
});
