/** `tram unreadable` and `tram reseal`, as people type them: a post's machine that has lost the keys under which a letter comes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { openDevice } from '#cli/device.ts';
import { dropKeys } from '#client/office-keys/making-keys.ts';
import { auditHolds, type KeptProvince, keptProvince, STATIONS } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from './command-line.ts';

interface Traced {
  readonly offices: readonly { readonly office: string; readonly state: string; readonly awaited: string | null }[];
}

describe('a machine that has lost its keys', () => {
  let province: KeptProvince;
  let letter: string;
  before(async () => {
    province = await keptProvince();
    for (const code of STATIONS) await province.start(code);
  });
  after(() => province.close());

  const stateAtHome = async (): Promise<Traced['offices'][number]> =>
    (await tramJson<Traced>(['trace', letter, ...province.as('anh')])).offices[0]!;

  it('what opens is not said to be unreadable', async () => {
    const first = await province.send('Công điện số 12');
    await until(async () => (await province.lines('inbox', ...province.as('thao'))).some(({ dispatch }) => dispatch === first.dispatch));
    const refused = await tram(['unreadable', first.dispatch, ...province.as('thao')]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.error, /tram open/);
    const nothing = await tram(['reseal', first.dispatch, ...province.as('anh')]);
    assert.match(nothing.error, /--to/);
  });

  it('what came for lost keys is said, with the reason that the sender reads', async () => {
    const context = quietContext();
    const passphrase = readFileSync(path.join(province.folder, 'kept', 'mat-khau', 'thao'), 'utf8').trim();
    const device = await openDevice(context, path.join(province.folder, 'kept', 'may', 'thao'), passphrase);
    await dropKeys(device.session, device.session.ring.contents.officeKeys.filter(({ purpose }) => purpose === 'transport'));
    await device.close();
    await province.stop('don');
    const database = new DatabaseSync(path.join(province.data('don'), 'tram.db'));
    database.exec("delete from key_wrap where device like 'thao%' and purpose = 'transport'");
    database.close();
    ({ dispatch: letter } = await province.send('Công điện số 13'));
    await province.start('don');
    await until(async () => (await province.lines('inbox', ...province.as('thao'))).some(({ dispatch }) => dispatch === letter));
    const closed = await tram(['open', letter, ...province.as('thao')]);
    assert.notEqual(closed.code, 0);
    assert.equal((await tram(['unreadable', letter, ...province.as('thao'), '--reason', 'Máy cũ hỏng, không còn khóa'])).code, 0);
    const [line] = (await province.lines('inbox', ...province.as('thao'))).filter(({ dispatch }) => dispatch === letter);
    assert.equal(line!.state, 'unreadable');
    assert.match((await tram(['inbox', ...province.as('thao')])).out, /không mở được/);
  });

  it('the sender\'s machine seals it again as soon as it works, and the trace says everything', async () => {
    await until(async () => (await tram(['trace', letter, ...province.as('anh')])).out.includes('Niêm phong lại'));
    const shown = (await tram(['trace', letter, ...province.as('anh')])).out;
    assert.match(shown, /nơi nhận không mở được \(Vàng Thị Thảo: Máy cũ hỏng, không còn khóa\)/);
    assert.match((await tram(['trace', letter, ...province.as('anh')], quietContext('en'))).out, /Sealed again for .*, sealing 1/);
    await until(async () => (await stateAtHome()).state === 'arrived');
  });

  it('a colleague who has the keys gives them back, and it opens', async () => {
    await tram(['office', 'keys', ...province.as('son'), '--office', 'don']);
    const opened = await tramJson<{ subject: string }>(['open', letter, ...province.as('thao')]);
    assert.equal(opened.subject, 'Công điện số 13');
    await until(async () => (await stateAtHome()).state === 'opened');
    const again = await tramJson<{ sealing: number; offices: string[] }>(['reseal', letter, ...province.as('anh'), '--to', 'don']);
    assert.deepEqual([again.sealing, again.offices], [2, ['don']]);
  });

  it('and every folder audits', async () => {
    await until(async () => (await tramJson<{ links: { queued: Record<string, number> }[] }>(['links', ...province.as('anh')])).links.every(({ queued }) => Object.values(queued).every((one) => one === 0)));
    for (const code of STATIONS) await province.stop(code);
    for (const code of STATIONS) await auditHolds(province.data(code));
  });
});
