/** After the main job, nothing in any folder of the province gives away a slice of text, subject, file names or files. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { quietContext, tramJson } from './command-line.ts';
import { scanFolder, SliceIndex } from './plaintext-scanner.ts';

const TEXT = 'Từ 20 giờ hôm nay nước suối Nậm Công lên nhanh; đề nghị di dời 12 hộ bản Huổi Lạ trước 18 giờ và báo cáo ngay.';
const SUBJECT = 'Công điện số 12 về ứng phó mưa lũ tại các xã vùng cao biên giới';
const FILE_NAME = 'Công điện số 12 – mưa lũ.docx';

describe('what the practice province leaves behind', () => {
  let folder: string;
  let attachment: Buffer;
  let index: SliceIndex;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tram-no-plaintext-'));
    mkdirSync(path.join(folder, 'in'));
    const [text, file] = [path.join(folder, 'in', 'dien.txt'), path.join(folder, 'in', FILE_NAME)];
    attachment = randomBytes(70_000);
    writeFileSync(text, TEXT);
    writeFileSync(file, attachment);
    index = new SliceIndex({ text: Buffer.from(TEXT), subject: Buffer.from(SUBJECT), 'file name': Buffer.from(FILE_NAME), attachment });
    await tramJson(['demo', '--text', text, '--attach', file, '--subject', SUBJECT, '--keep', path.join(folder, 'kept')], quietContext());
  });
  after(() => rmSync(folder, { recursive: true }));

  it('holds no 16 bytes of it, in any form', () => {
    assert.deepEqual(scanFolder(path.join(folder, 'kept'), index), []);
  });

  it('and the scanner would have found them', () => {
    const planted = path.join(folder, 'planted');
    const slice = Buffer.from(TEXT).subarray(30, 70);
    const noise = randomBytes(5_000);
    const forms: Record<string, Buffer> = {
      raw: Buffer.concat([noise, attachment.subarray(777, 793), noise]),
      utf16: Buffer.concat([noise, Buffer.from(SUBJECT.slice(5, 20), 'utf16le')]),
      hex: Buffer.from(`"${slice.toString('hex')}"`),
      base64: Buffer.from(Buffer.concat([Buffer.from('x'), slice]).toString('base64')),
      gzip: Buffer.concat([noise, gzipSync(Buffer.from(FILE_NAME))]),
      deflate: Buffer.concat([noise, deflateSync(slice)]),
    };
    for (const [form, bytes] of Object.entries(forms)) {
      rmSync(planted, { recursive: true, force: true });
      mkdirSync(planted);
      writeFileSync(path.join(planted, 'file'), bytes);
      assert.ok(scanFolder(planted, index).length > 0, form);
    }
  });
});
