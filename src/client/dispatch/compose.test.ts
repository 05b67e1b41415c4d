import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { checkComposition, checkFileName, type Composing, type Composition } from '#client/dispatch/compose.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { memoryFile, NOW, practiceOffices } from '../../../test/client/practice-office.ts';

let desk: Composing;
before(async () => {
  const practice = await practiceOffices();
  await practice.add([{ kind: 'list', body: { list: 'cac-xa', name: 'Các xã', offices: ['muong-leo', 'van-phong'] } }]);
  await practice.add([{ kind: 'list', body: { list: 'da-bo', name: 'Đã bỏ', offices: ['muong-leo'] } }, { kind: 'end', body: { what: 'list', code: 'da-bo', reason: 'superseded' } }]);
  await practice.addOffice('khong-khoa', 'tram-tinh');
  desk = { view: practice.state, crypto: nodeCrypto };
});

const good: Composition = {
  office: 'van-phong',
  recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'routine' }],
  documentType: 'Công điện', subject: 'Về việc ứng phó mưa lũ', text: 'Kính gửi…', classification: 'confidential', exercise: true, attachments: [],
};
const small = (name: string) => ({ file: memoryFile(name, Uint8Array.of(1)) });
const isRefused = (code: RefusalCode, change: Partial<Composition>) =>
  assert.throws(() => checkComposition({ ...good, ...change }, desk, NOW), (error) => error instanceof Refusal && error.code === code, code);

test('what is in order passes, lists expanded, each office once', () => {
  const to = (precedence: 'routine' | 'flash', role: 'action' | 'info') => ({ to: { list: 'cac-xa' }, role, precedence });
  const checked = checkComposition({ ...good, recipients: [to('routine', 'action'), to('flash', 'info')] }, desk, NOW);
  assert.deepEqual(checked.to.map(({ office, role, precedence }) => [office.office, role, precedence]), [['muong-leo', 'action', 'flash']]);
});

test('recipients that cannot be are refused', () => {
  const to = (office: string) => ({ recipients: [{ to: { office }, role: 'action' as const, precedence: 'routine' as const }] });
  isRefused('office-unknown', to('khong-co'));
  isRefused('office-unknown', to('..etc'));
  isRefused('agreement-missing', to('../etc'));
  isRefused('office-unknown', { office: 'khong-co' });
  isRefused('no-recipients', { recipients: [] });
  isRefused('recipient-is-sender', to('van-phong'));
  isRefused('recipient-key-missing', to('khong-khoa'));
  isRefused('list-unknown', { recipients: [{ to: { list: 'khong-co' }, role: 'info', precedence: 'routine' }] });
  isRefused('list-unknown', { recipients: [{ to: { list: 'da-bo' }, role: 'info', precedence: 'routine' }] });
  isRefused('no-recipients', { recipients: [{ to: { list: 'cac-xa', except: ['muong-leo'] }, role: 'info', precedence: 'routine' }] });
});

test('a subject is one line of NFC text of at most 2 KiB', () => {
  isRefused('subject-too-long', { subject: 'a'.repeat(10 * 1024 * 1024) });
  isRefused('subject-too-long', { subject: 'ắ'.repeat(700) });
  isRefused('name-not-nfc', { subject: 'Mường Lèo'.normalize('NFD') });
  isRefused('name-empty', { subject: ' ' });
  isRefused('text-malformed', { subject: 'a\nb' });
  isRefused('text-malformed', { subject: '\ud800' });
  isRefused('text-too-long', { text: 'a'.repeat(256 * 1024 + 1) });
  isRefused('name-not-nfc', { text: 'Lò'.normalize('NFD') });
  isRefused('text-malformed', { text: 'a\u0000b' });
});

test('dates lie between now and five years on', () => {
  for (const field of ['expires', 'deliverBy', 'replyBy'] as const) {
    for (const at of [NOW - 1, NOW, Date.UTC(1999, 0), Date.UTC(2040, 0), Number.NaN, 1.5]) isRefused('date-out-of-range', { [field]: at });
    assert.ok(checkComposition({ ...good, [field]: NOW + 60_000 }, desk, NOW));
  }
});

test('attachments have bare names, once each, and fit', () => {
  isRefused('path-in-file-name', { attachments: [small('../passwd')] });
  isRefused('path-in-file-name', { attachments: [small('a\\b')] });
  isRefused('path-in-file-name', { attachments: [small('..')] });
  isRefused('name-empty', { attachments: [small('')] });
  isRefused('text-malformed', { attachments: [small('a\u0007.pdf')] });
  isRefused('name-not-nfc', { attachments: [small('Công điện.docx'.normalize('NFD'))] });
  isRefused('name-too-long', { attachments: [small('ắ'.repeat(100))] });
  isRefused('name-taken', { attachments: [small('a'), small('a')] });
  isRefused('text-malformed', { attachments: [{ ...small('a'), mediaType: 'không phải' }] });
  isRefused('too-many-parts', { attachments: Array.from({ length: 65 }, (_, i) => small(String(i))) });
  isRefused('file-too-large', { attachments: [{ file: { ...memoryFile('a', new Uint8Array()), sizeBytes: 2 ** 32 + 1 } }] });
  assert.equal(checkComposition({ ...good, attachments: [small('Công điện số 12 – mưa lũ.docx')] }, desk, NOW).parts.length, 1);
});

test('whatever name passes is safe to create', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
    try {
      checkFileName(name);
    } catch (error) {
      assert.ok(error instanceof Refusal);
      return;
    }
    assert.ok(!/[/\\\p{Cc}]/u.test(name) && name !== '..' && name.normalize('NFC') === name);
  }));
});
