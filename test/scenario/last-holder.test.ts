/** The only one who had an office's keys goes, and what came before can be had again from whoever sent it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, type SmallOffice, smallOffice } from './small-office.ts';

const english = quietContext('en');

/** What is asked before it is done; the answer is no. */
async function askedBefore(words: readonly string[]): Promise<string> {
  const asked: string[] = [];
  assert.match((await tram(words, { ...english, prompt: { ask: async (question: string) => (asked.push(question), 'no') } })).error, /^cancelled/);
  return asked.join();
}

function joining(office: SmallOffice, person: string, name: string): string[] {
  return ['person', 'join', '--person', person, '--name', name, '--position', 'qs-vt', '--device', path.join(office.folder, person),
    '--device-passphrase-file', path.join(office.folder, 'passphrase'), ...office.as('anh')];
}

describe('the last holder of an office\'s keys', () => {
  let office: SmallOffice;
  let dispatch: string;
  const anh = (...words: string[]): string[] => [...words, ...office.as('anh')];

  async function sent(subject: string): Promise<string> {
    const { draft } = await tramJson<{ draft: string }>(anh('draft', '--to', 'qs', '--subject', subject));
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    return (await tramJson<{ dispatch: string }>(anh('send', draft))).dispatch;
  }

  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  it('what the last holder opened is there when they leave', async () => {
    dispatch = await sent('Nước lên');
    await tramJson(['open', dispatch, ...office.as('minh')]);
    const leave = anh('person', 'leave', 'minh');
    assert.match(await askedBefore(leave), /^Lò Văn Minh \[minh\] will leave: positions qs-vt; devices minh-may\.[^]*Type "yes"/);
    assert.match(await askedBefore(anh('device', 'end', 'minh-may')), /the keys of Ban Quân sự are on that device of Lò Văn Minh and nowhere else/);
    assert.match((await tram(leave, english)).error, /^unconfirmed: .*at Ban Quân sự.*--yes/, 'nobody is here to be asked');
    const { out } = await tram([...leave, '--yes'], english);
    assert.match(out, /only Lò Văn Minh has the keys of Ban Quân sự\. .* first appoint a successor, then Lò Văn Minh runs tram office keys --office qs/);
  });

  it('whoever writes, signs or sends to an office where nobody is left to open it is told', async () => {
    const note = /^NOTE: at Ban Quân sự nobody has the right to receive and open now, .*ask a registrar \(Nguyễn Thị Ánh\) who receives there\.$/m;
    const { draft } = await tramJson<{ draft: string }>(anh('draft', '--to', 'qs', '--subject', 'Không ai mở'));
    assert.match((await tram(anh('draft', '--to', 'qs', '--subject', 'Không ai mở'), english)).out, note);
    await tramJson(['approve', draft, ...office.as('khue')]);
    assert.match((await tram(['sign', draft, ...office.as('khue')], english)).out, note);
    assert.match((await tram(anh('send', draft), english)).out, note);
    const { out } = await tram(['doctor', '--data', office.data], english);
    assert.match(out, /✗ office keys: nobody holds the keys of office qs: whoever had them has left/);
  });

  it('who comes after is said to have new keys by opening the device, and none of the old', async () => {
    const { out } = await tram(joining(office, 'tuan', 'Lò Tuấn'), english);
    assert.match(out, /once Lò Tuấn opens their own device \(tuan-may\) it makes new keys of Ban Quân sự by itself\. It cannot read what was sealed with the keys before/);
    const file = path.join(office.folder, 'tuan.seal');
    const { fingerprint } = await tramJson<{ fingerprint: string }>(['seal', 'request', ...office.as('tuan'), '--position', 'qs-vt', '--out', file]);
    await tramJson(anh('seal', 'add', '--position', 'qs-vt', '--request', file, '--fingerprint', fingerprint));
  });

  it('the register and the opening say that nobody has the keys, and how to have it again', async () => {
    // It was opened: it is no example of what is sealed again.
    const way = new RegExp(`what was opened has to be sent anew\\): tram unreadable --home ${path.join(office.folder, 'tuan')} --office qs --reason REASON`);
    const { out } = await tram(['register', '--in', ...office.as('tuan')], english);
    assert.match(out, /only somebody who left Ban Quân sự had/);
    assert.match(out, way);
    const opened = await tram(['open', dispatch, ...office.as('tuan')], english);
    assert.match(opened.error, /^key-gone: /);
    assert.match(opened.error, way);
  });

  it('what was opened is not sealed again, and it says that it is to be sent anew', async () => {
    const refused = await tram(['unreadable', dispatch, '--reason', 'Người giữ khóa đã rời', ...office.as('tuan')], english);
    assert.match(refused.error, /^opened-before: .*ask the sender to send it anew/);
    const open = await sent('Nước lên, gửi lại');
    assert.equal((await tramJson<{ subject: string }>(['open', open, ...office.as('tuan')])).subject, 'Nước lên, gửi lại');
  });

  it('a device that is stolen from the only holder leaves nobody to make new keys, and it says so', async () => {
    const { out } = await tram(anh('compromise', '--device', 'tuan-may', '--reason', 'stolen'), english);
    assert.match(out, /^NOTE: the keys of Ban Quân sự are on that device of Lò Tuấn and nowhere else/m);
    assert.match(out, /THERE ARE NO NEW ONES YET: nobody else there has the right to make keys\. Record a new device of that person/);
  });
});

describe('two successors of whoever alone had the old keys', () => {
  let office: SmallOffice;
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  it('neither is sent to the other: both are told that nobody has them, and how to have it again', async () => {
    const { draft } = await tramJson<{ draft: string }>(['draft', '--to', 'qs', '--subject', 'Nước lên', ...office.as('anh')]);
    for (const step of ['approve', 'sign']) await tramJson([step, draft, ...office.as('khue')]);
    const { dispatch } = await tramJson<{ dispatch: string }>(['send', draft, ...office.as('anh')]);
    await tramJson(['open', dispatch, ...office.as('minh')]);
    await tramJson(['person', 'leave', 'minh', '--yes', ...office.as('anh')]);
    for (const [person, name] of [['tuan', 'Lò Tuấn'], ['lan', 'Đặng Thị Lan']] as const) await tramJson(joining(office, person, name));
    for (const person of ['tuan', 'lan', 'tuan']) await tramJson(['office', 'keys', ...office.as(person)]);
    for (const person of ['tuan', 'lan']) {
      const { out } = await tram(['register', '--in', ...office.as(person)], english);
      assert.match(out, /only somebody who left Ban Quân sự had/, person);
      assert.match(out, /what was opened has to be sent anew/, person);
    }
  });

  it('what one of them does have, the other is sent to that one for, and to no device that lacks it', async () => {
    await tramJson(joining(office, 'hoa', 'Vàng Thị Hoa'));
    const { out } = await tram(['office', 'keys', ...office.as('hoa')], english);
    assert.match(out, /to give them: (Lò Tuấn \(tuan-may\), Đặng Thị Lan \(lan-may\)|Đặng Thị Lan \(lan-may\), Lò Tuấn \(tuan-may\)) runs tram office keys --office qs/);
  });
});

describe('somebody who may have an office\'s keys and was given none yet', () => {
  let office: SmallOffice;
  const as = (...words: string[]): string[] => [...words, ...office.as('anh')];
  before(async () => (office = await smallOffice()));
  after(() => closeOffice(office));

  it('hides nothing: it is said of whoever goes, and of a device that ends', async () => {
    await tramJson(joining(office, 'lan', 'Đặng Thị Lan'));
    for (const words of [as('person', 'leave', 'minh'), as('device', 'end', 'minh-may'), as('compromise', '--device', 'minh-may', '--reason', 'stolen')]) {
      assert.match(await askedBefore(words), /whoever remains and may hold the keys of Ban Quân sự, Đặng Thị Lan, may have been given none yet\. .* Lò Văn Minh first runs tram office keys --office qs/);
    }
    await tramJson(['office', 'keys', ...office.as('minh')]);
    assert.doesNotMatch((await tram(as('holder', 'until', 'minh', '--position', 'qs-vt', '--until', '2027-12-31'), english)).out, /NOTE/);
  });
});
