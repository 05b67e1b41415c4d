/**
 * Two organisations that no line joins, and a courier who rides over the border between them: what may cross goes by stick,
 * receipts and the answer ride back, and nothing else of either crosses.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { agreeByFiles, GUARD, PROVINCE } from './agreeing.ts';
import { tram, tramJson } from './command-line.ts';
import { scanFolder, SliceIndex } from './plaintext-scanner.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';
import { auditHolds } from '../fixtures/kept-province.ts';

interface Exported { readonly items: number; readonly files: string[] }
interface Volume { readonly isRead: boolean; readonly wasRead: boolean; readonly taken: number; readonly settled: number; readonly code?: string }
interface Opened { readonly from: string; readonly text: string; readonly reference: string | null }
interface Line { readonly dispatch: string; readonly from: string }

const ATTACHMENT = 'Sơ đồ mốc 113.pdf';
const TEXT = 'Đề nghị phối hợp tuần tra tại mốc 113, đường truyền đã đứt.';

describe('a courier over the border between two organisations', () => {
  let province: SmallOffice;
  let guard: SmallOffice;
  let question: string;
  const part = randomBytes(300_000);

  before(async () => {
    [province, guard] = [await smallOffice(), await smallOffice()];
    // The address that was agreed leads nowhere: the stations never meet.
    await agreeByFiles(province, guard, '127.0.0.1:1');
  });
  after(async () => {
    for (const one of [province, guard]) await closeOffice(one);
  });

  const at = (office: SmallOffice, name: string): string => path.join(office.folder, name);
  async function stick(from: SmallOffice, to: string, name: string): Promise<Exported> {
    mkdirSync(at(from, name), { recursive: true });
    return tramJson(['bundle', 'export', ...from.as('anh'), '--neighbour', to, '--out', at(from, name)]);
  }

  async function reads(office: SmallOffice, ...files: string[]): Promise<Volume[]> {
    const { out } = await tram(['bundle', 'import', ...files, ...office.as('anh'), '--json']);
    return (JSON.parse(out) as { volumes: Volume[] }).volumes;
  }

  async function sendOn(office: SmallOffice, draft: string): Promise<string> {
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return (await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')])).dispatch;
  }

  const inbox = async (office: SmallOffice): Promise<Line[]> => (await tramJson<{ lines: Line[] }>(['inbox', ...office.as('anh')])).lines;
  const kinds = async (dispatch: string): Promise<string[]> =>
    (await tramJson<{ receipts: { kind: string }[] }>(['trace', dispatch, ...province.as('anh')])).receipts.map(({ kind }) => kind);

  it('carries a dispatch with its file, once however often the stick is read', async () => {
    const { draft } = await tramJson<{ draft: string }>([
      'draft', ...province.as('anh'), '--to', `${GUARD}/vp:khan`, '--subject', 'Phối hợp tuần tra', '--text', province.file('dien.txt', TEXT),
      '--attach', province.file(ATTACHMENT, part), '--exercise',
    ]);
    question = await sendOn(province, draft);
    const { items, files } = await stick(province, GUARD, 'usb-di');
    assert.equal(items, 1);
    const [first] = await reads(guard, ...files);
    assert.deepEqual([first!.isRead, first!.taken], [true, 1]);
    const [second] = await reads(guard, ...files);
    assert.deepEqual([second!.wasRead, second!.taken], [true, 0]);
    assert.deepEqual((await inbox(guard)).map(({ dispatch, from }) => [dispatch, from]), [[question, `${PROVINCE}/vp`]]);
    const opened = await tramJson<Opened>(['open', question, ...guard.as('anh'), '--save', at(guard, 'den')]);
    assert.deepEqual([opened.from, opened.text], [`${PROVINCE}/vp`, TEXT]);
    assert.deepEqual(readFileSync(path.join(at(guard, 'den'), ATTACHMENT)), part);
  });

  it('brings receipts and the answer home on the way back', async () => {
    const { draft } = await tramJson<{ draft: string }>(['reply', question, ...guard.as('anh'), '--subject', 'Đồng ý', '--text', guard.file('tra-loi.txt', 'Đồng ý phối hợp.')]);
    const answer = await sendOn(guard, draft);
    const { files } = await stick(guard, PROVINCE, 'usb-ve');
    const [read] = await reads(province, ...files);
    assert.deepEqual([read!.isRead, read!.settled], [true, 1]);
    const said = await kinds(question);
    assert.deepEqual(['arrived', 'opened'].filter((kind) => !said.includes(kind)), []);
    const opened = await tramJson<Opened>(['open', answer, ...province.as('anh')]);
    assert.deepEqual([opened.from, opened.reference, opened.text], [`${GUARD}/vp`, question, 'Đồng ý phối hợp.']);
  });

  it('shows nothing of either on the stick, is for nobody else, and goes no more when the agreement has ended', async () => {
    const { files } = await stick(province, GUARD, 'usb-cuoi');
    const index = new SliceIndex({ text: new TextEncoder().encode(TEXT), part: part.subarray(0, 4_096), name: new TextEncoder().encode(ATTACHMENT) });
    for (const name of ['usb-di', 'usb-cuoi']) assert.deepEqual(scanFolder(at(province, name), index), []);
    assert.equal((await reads(province, ...files))[0]!.code, 'bundle-not-for-us', 'it is their own');
    await tramJson(['federation', 'end', ...guard.as('anh'), '--code', PROVINCE]);
    assert.notEqual((await reads(guard, ...files))[0]!.code, undefined);
    for (const office of [province, guard]) {
      await office.stop();
      await auditHolds(office.data);
    }
  });
});
