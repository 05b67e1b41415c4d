/** Two organisations whose station, office and people bear the same codes exchange dispatches over TLS, until one of them ends it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { until } from '../fixtures/until.ts';
import { agreeByFiles } from './agreeing.ts';
import { tram, tramJson } from './command-line.ts';
import { scanFolder, SliceIndex } from './plaintext-scanner.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

interface Line { dispatch: string; from: string; state: string }
interface Opened { dispatch: string; from: string; to: { office: string }[]; text: string; reference: string | null; parts: { name: string; saved: string }[] }
interface Trace { from: string; station: string; offices: { office: string; state: string; replied: string | null; hops: { station: string }[] }[]; receipts: { kind: string; office: string; station: string; who: { name: string } | null }[]; forgedReceipts: number }

const ATTACHMENT = 'Công điện số 12.pdf';
const TEXT = 'Đề nghị phối hợp tuần tra tại mốc 113, tin gốc ba tám sáu.';

describe('two organisations over one border', () => {
  let province: SmallOffice;
  let guard: SmallOffice;
  let question: string;
  const part = randomBytes(1024 * 1024);
  before(async () => {
    [province, guard] = [await smallOffice(), await smallOffice()];
    await agreeByFiles(province, guard, `127.0.0.1:${province.linkPort}`);
  });
  after(async () => {
    for (const one of [province, guard]) await closeOffice(one);
  });

  const at = (office: SmallOffice, name: string): string => path.join(office.folder, name);

  async function eventually<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
    let found: T | undefined;
    await until(async () => (found = await ask()) !== undefined, what);
    return found!;
  }

  /** Approved, signed and sent. @returns the dispatch */
  async function sendOn(office: SmallOffice, draft: string): Promise<string> {
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return (await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')])).dispatch;
  }

  const arrived = (office: SmallOffice, dispatch: string): Promise<Line> => eventually(async () => {
    const { lines } = await tramJson<{ lines: Line[] }>(['inbox', ...office.as('anh')]);
    return lines.find((line) => line.dispatch === dispatch);
  }, `dispatch ${dispatch}`);

  it('carry a dispatch with an attachment over the border, and open it there', async () => {
    const written = await tramJson<{ draft: string; to: { office: string }[] }>([
      'draft', ...province.as('anh'), '--to', 'bo-doi/vp:khan', '--subject', 'Phối hợp tuần tra', '--text', province.file('dien.txt', TEXT),
      '--attach', province.file(ATTACHMENT, part), '--exercise',
    ]);
    assert.deepEqual(written.to.map(({ office }) => office), ['bo-doi/vp']);
    question = await sendOn(province, written.draft);
    assert.equal((await arrived(guard, question)).from, 'tinh/vp');
    const opened = await tramJson<Opened>(['open', question, ...guard.as('anh'), '--save', at(guard, 'den')]);
    assert.deepEqual([opened.from, opened.to[0]?.office, opened.text], ['tinh/vp', 'vp', TEXT]);
    assert.deepEqual(readFileSync(path.join(at(guard, 'den'), ATTACHMENT)), part);
  });

  it('bring the receipts home, each by its own organisation\'s keys, and tell who opened it', async () => {
    const trace = await eventually(async () => {
      const told = await tramJson<Trace>(['trace', question, ...province.as('anh')]);
      return told.receipts.some(({ kind }) => kind === 'opened') ? told : undefined;
    }, 'the receipt');
    assert.deepEqual([trace.from, trace.station, trace.forgedReceipts, trace.offices[0]?.office, trace.offices[0]?.state], ['vp', 'hub', 0, 'bo-doi/vp', 'opened']);
    assert.equal(trace.receipts.find(({ kind }) => kind === 'opened')?.who?.name, 'Nguyễn Thị Ánh');
    assert.ok(trace.receipts.every(({ station, office }) => station === 'bo-doi/hub' && office === 'bo-doi/vp'));
    const { code } = await tram(['verify', question, ...province.as('anh')]);
    assert.equal(code, 0);
  });

  it('answer it, and the question knows its answer', async () => {
    const { draft } = await tramJson<{ draft: string }>(['reply', question, ...guard.as('anh'), '--subject', 'Đồng ý', '--text', guard.file('tra-loi.txt', 'Đồng ý phối hợp.')]);
    const answer = await sendOn(guard, draft);
    assert.equal((await arrived(province, answer)).from, 'bo-doi/vp');
    const opened = await tramJson<Opened>(['open', answer, ...province.as('anh')]);
    assert.deepEqual([opened.from, opened.reference, opened.text], ['bo-doi/vp', question, 'Đồng ý phối hợp.']);
    const told = await tramJson<Trace>(['trace', question, ...province.as('anh')]);
    assert.notEqual(told.offices[0]?.replied, null);
  });

  it('leave nothing readable of it in the folders of either station', () => {
    const index = new SliceIndex({ text: new TextEncoder().encode(TEXT), part: part.subarray(0, 4096), name: new TextEncoder().encode(ATTACHMENT) });
    for (const { data } of [province, guard]) assert.deepEqual(scanFolder(data, index), []);
    assert.ok(scanFolder(at(guard, 'den'), index).length > 0, 'the scanner would have found it');
  });

  it('end it in the middle: nothing more crosses, and what crossed still opens', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', ...province.as('anh'), '--to', 'bo-doi/vp', '--subject', 'Muộn', '--text', province.file('muon.txt', 'Muộn'), '--exercise']);
    await tramJson(['federation', 'end', ...province.as('anh'), '--code', 'bo-doi']);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...province.as('khue')]);
    const { out, error } = await tram(['send', draft, ...province.as('anh'), '--json']);
    assert.match(out + error, /"agreement-missing"/);
    await tramJson(['open', question, ...guard.as('anh'), '--again']);
    await tramJson(['trace', question, ...province.as('anh')]);
  });
});
