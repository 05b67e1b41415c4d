/** Whoever approves or signs in a page does so to what stands there: a station that gives another when they do gets nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Province } from '../../src/app/practice/founding.ts';
import { checkComposition } from '../../src/client/dispatch/compose.ts';
import { authorDraft, DRAFT_ID_BYTES } from '../../src/client/dispatch/draft.ts';
import { type DraftRecord, saveDraft, writeDraft } from '../../src/client/dispatch/outgoing.ts';
import type { Session } from '../../src/client/session.ts';
import { hex } from '../../src/core/bytes.ts';
import { want } from '../wants.ts';
import { letterOf } from './correspondence.ts';
import { type House, openHouse } from './house.ts';

const [SHOWN, GIVEN] = ['Tăng cường trực đêm', 'Rút toàn bộ lực lượng'];

/** Is drawn as an order of another office by whoever heeds the character in it. */
const TURNED = 'Lệnh \u202eAL NƠS HNỈT';

const executablePath = await want('chromium', 'what is approved and signed in a page');

if (executablePath !== null) {
  describe('a draft that is another when somebody approves it', () => {
    let house: House;
    let given: DraftRecord;

    before(async () => { house = await openHouse(executablePath, async (province) => { given = await swappedDraft(province); }); });
    after(() => house?.close());

    for (const { where, path, press, ready } of [
      { where: 'on its own page', path: () => `/drafts/${given.draft}`, press: 'Duyệt nội dung và độ mật', ready: false },
      { where: 'in the list', path: () => '/drafts', press: 'Duyệt 1 bản thảo', ready: true },
    ]) {
      it(`is not approved ${where}, and stands there as it is now`, async () => {
        const page = await house.inside('minh', path());
        await page.getByText(SHOWN).first().waitFor();
        if (ready) await page.getByRole('checkbox', { name: `Chọn ${SHOWN}` }).press(' ');
        await page.route(`**/drafts/${given.draft}`, (route) => (route.request().method() === 'GET' ? route.fulfill({ json: given }) : route.continue()));
        await page.getByRole('button', { name: press, exact: true }).click();
        await page.getByText('Bản thảo vừa được người khác sửa').waitFor();
        await page.getByText(GIVEN).first().waitFor();
        if (ready) assert.equal(await page.getByRole('button', { name: press }).count(), 0, 'what was chosen is not there any more');
        else await page.getByRole('alert').getByText('Hãy đọc lại từ đầu').waitFor();
        await page.context().close();
      });
    }

    it('turns no line around, whatever its author wrote', async () => {
      const page = await house.inside('minh', '/drafts');
      await page.getByText(TURNED.replaceAll('\u202e', '\ufffd')).first().click();
      await page.getByRole('heading', { name: TURNED.replaceAll('\u202e', '\ufffd') }).waitFor();
      assert.ok(!(await page.locator('body').innerText()).includes('\u202e'));
      await page.context().close();
    });

    it('had nothing signed by them', async () => {
      const page = await house.inside('minh', `/drafts/${given.draft}`);
      await page.getByRole('heading', { name: SHOWN }).waitFor();
      assert.equal(await page.getByRole('list', { name: 'Chữ ký' }).getByRole('listitem').count(), 1);
      await page.context().close();
    });
  });
}

/** One that was another for a while: as the station had it then, under the version that it has now. */
async function swappedDraft({ devices: { drafter: { session } } }: Province): Promise<DraftRecord> {
  const shown = await writeDraft(session, letterOf(session.now(), { subject: SHOWN }));
  const other = await writeDraft(session, letterOf(session.now(), { subject: GIVEN }));
  const { version } = await saveDraft(session, { ...other, id: shown.id, version: shown.version });
  const record = await session.api.call('draft', { path: { draft: shown.id } });
  const back = await saveDraft(session, { ...shown, version });
  await session.api.call('discardDraft', { path: { draft: other.id } });
  await turnedDraft(session);
  return { ...record, version: back.version };
}

/** By a program that was changed: ours writes no such subject. */
async function turnedDraft(session: Session): Promise<void> {
  const { crypto, random, view } = session;
  const now = session.now();
  const checked = checkComposition(letterOf(now, { subject: SHOWN }), session, now);
  const open = await authorDraft({ crypto, random, view }, { ...checked, subject: TURNED }, [], await session.actor('author', checked.office), now);
  await saveDraft(session, { id: hex(random.bytes(DRAFT_ID_BYTES)), version: 0, step: 'saved', office: checked.office, open, exposed: [] });
}
