/**
 * What an office says of a dispatch: cancels and chases what it sent, reports what was misrouted to it. By the commands, as
 * dispatches with two persons and a number; whoever asks about the first one is told. Source: docs/protocol/core.md §Service messages.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fromHex } from '#core/bytes.ts';
import { openDevice } from '#cli/device.ts';
import { writeDraft } from '#client/dispatch/outgoing.ts';
import type { AuditReport } from '../../src/cli/audit-report.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, PASSPHRASE, type SmallOffice, smallOffice } from './small-office.ts';

interface Related { readonly dispatch: string; readonly relation: string; readonly from: string }
interface Traced { readonly related: readonly Related[]; readonly offices: readonly { readonly replied: string | null }[] }

describe('service messages', () => {
  let office: SmallOffice;
  let dispatch = '';
  before(async () => {
    office = await smallOffice();
    dispatch = await send(['draft', ...anh(), '--to', 'qs:immediate', '--subject', 'Di dời dân bản Nậm Pồ', '--exercise']);
    await tramJson(['open', dispatch, ...minh()]);
  });
  after(() => closeOffice(office));

  const anh = (): string[] => office.as('anh');
  const minh = (): string[] => office.as('minh');

  async function send(words: string[]): Promise<string> {
    const { draft } = await tramJson<{ draft: string }>(words);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return (await tramJson<{ dispatch: string }>(['send', draft, ...anh()])).dispatch;
  }

  const trace = (as: string[], of = dispatch): Promise<Traced> => tramJson<Traced>(['trace', of, ...as]);

  it('chases and cancels: the recipient is told at the dispatch itself, and by an arrival', async () => {
    const chase = await send(['follow-up', dispatch, ...anh(), '--as', 'đôn đốc']);
    const cancel = await send(['follow-up', dispatch, ...anh(), '--as', 'huy']);
    for (const as of [anh(), minh()]) {
      const { related, offices } = await trace(as);
      assert.deepEqual(related.map(({ dispatch: id, relation, from }) => [id, relation, from]), [[chase, 'chases', 'vp'], [cancel, 'cancels', 'vp']]);
      assert.equal(offices[0]!.replied, null, 'a chase is no answer');
    }
    const opened = await tramJson<{ subject: string; reference: string; relation: string; exercise: boolean; to: { office: string; precedence: string }[] }>(['open', cancel, ...minh()]);
    assert.equal(opened.subject, 'Hủy điện 1/UBND-VP: Di dời dân bản Nậm Pồ');
    assert.deepEqual([opened.reference, opened.relation, opened.exercise], [dispatch, 'cancels', true]);
    assert.deepEqual(opened.to.map(({ office: to, precedence }) => [to, precedence]), [['qs', 'immediate']]);
    const { out } = await tram(['trace', dispatch, ...minh()], quietContext('vi'));
    assert.match(out, /Đã hủy: Văn phòng/);
    assert.match((await tram(['trace', dispatch, ...anh()], quietContext('en'))).out, /Cancelled: Văn phòng/);
    assert.match((await tram(['inbox', ...minh()], quietContext('vi'))).out, /\[ĐÃ HỦY\] \[DIỄN TẬP\] \[Thượng khẩn\] Di dời dân bản Nậm Pồ/);
    // Whoever opens it is told before anything else, at both ends.
    for (const as of [anh(), minh()]) {
      const [first] = (await tram(['open', dispatch, ...as], quietContext('en'))).out.split('\n');
      assert.match(first!, /^(Chased by the sender|Cancelled): Văn phòng/);
    }
  });

  it('is never less classified than what it speaks of', async () => {
    const secret = await send(['draft', ...anh(), '--to', 'qs', '--subject', 'Phương án', '--classification', 'mat', '--exercise']);
    const { draft } = await tramJson<{ draft: string }>(['follow-up', secret, ...anh(), '--as', 'huy', '--classification', 'khong-mat']);
    assert.equal((await tramJson<{ classification: string }>(['draft', 'show', draft, ...anh()])).classification, 'confidential');
  });

  it('refuses what is not this office\'s to say', async () => {
    for (const [as, word] of [[minh(), 'huy'], [anh(), 'chuyen-nham']] as const) {
      const { code } = await tram(['follow-up', dispatch, ...as, '--as', word]);
      assert.notEqual(code, 0, word);
    }
    assert.match((await tram(['follow-up', dispatch, ...anh(), '--as', 'quên'], quietContext('en'))).error, /don-doc\/chases/);
  });

  it('hides nothing behind what is said often: the newest of each kind stands', async () => {
    const again = await send(['follow-up', dispatch, ...anh(), '--as', 'don-doc']);
    const { related } = await trace(minh());
    assert.deepEqual(related.map(({ relation }) => relation), ['cancels', 'chases']);
    assert.equal(related[1]!.dispatch, again);
  });

  it('shows at a dispatch only what is of whose business it is', async () => {
    const device = await openDevice(quietContext(), path.join(office.folder, 'minh'), PASSPHRASE);
    try {
      const { id } = await writeDraft(device.session, {
        office: 'qs', recipients: [{ to: { office: 'vp' }, role: 'action', precedence: 'routine' }], documentType: 'Công điện', subject: 'Hủy', text: '', classification: 'none',
        exercise: true, attachments: [], reference: fromHex(dispatch)!, relation: 'cancels',
      });
      await device.close();
      await tramJson(['position', 'add', '--position', 'qs-tb', '--office', 'qs', '--title', 'Trưởng ban', '--rights', 'approve,sign', ...anh()]);
      await tramJson(['person', 'add', '--person', 'hoa', '--name', 'Vàng A Hòa', '--position', 'qs-tb', '--device', path.join(office.folder, 'hoa'), '--device-passphrase-file', path.join(office.folder, 'passphrase'), ...anh()]);
      await tramJson(['office', 'keys', ...minh()]);
      for (const step of ['approve', 'sign']) await tramJson([step, id, ...office.as('hoa')]);
      await tramJson(['send', id, ...minh()]);
      assert.deepEqual((await trace(anh())).related.map(({ relation, from }) => [relation, from]), [['cancels', 'vp'], ['chases', 'vp']]);
    } finally {
      await device.close();
    }
  });

  it('leaves a folder that audits clean', async () => {
    await office.stop();
    const { ok, faults } = await tramJson<AuditReport>(['audit', '--data', office.data]);
    assert.deepEqual([ok, faults], [true, []]);
  });
});
