/** From writing to sending, by what the commands say: what was piped in, what a draft lacks, and who goes on. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { demandInputRead } from '#cli/composing.ts';
import { Values } from '#cli/values.ts';
import { piped, quietContext, tram, tramJson } from './command-line.ts';
import { closeOffice, type SmallOffice, smallOffice } from './small-office.ts';

describe('a draft goes from hand to hand', () => {
  let office: SmallOffice;
  const english = quietContext('en');
  const write = (...more: string[]): string[] => ['draft', ...office.as('anh'), '--to', 'qs', '--subject', 'Nước lên', ...more];
  const said = async (argv: readonly string[], context = english): Promise<string> => {
    const { code, out, error } = await tram(argv, context);
    assert.equal(code, 0, error);
    return out;
  };
  const textOf = async (draft: string): Promise<string> => (await tramJson<{ text: string }>(['draft', 'show', draft, ...office.as('anh')])).text;

  before(async () => {
    office = await smallOffice();
  });
  after(() => closeOffice(office));

  it('takes what is piped in where it is asked for, and refuses to drop it where it is not', async () => {
    const pipe = piped(english, 'Di dời dân bản.\n');
    const refused = await tram(write(), pipe);
    assert.equal(refused.code, 2);
    assert.match(refused.error, /^input-unread: .*add --text - .*--text FILE.*< \/dev\/null/);
    const { draft } = await tramJson<{ draft: string }>(write('--text', '-'), pipe);
    assert.equal(await textOf(draft), 'Di dời dân bản.\n');
    const edit = ['draft', 'edit', draft, ...office.as('anh')];
    assert.match((await tram(edit, pipe)).error, /^input-unread: /);
    const changed = await tramJson<{ draft: string }>([...edit, '--text', '-'], piped(english, 'Đã di dời.\n'));
    assert.equal(await textOf(changed.draft), 'Đã di dời.\n');
    await tramJson(['draft', 'discard', changed.draft, ...office.as('anh')]);
  });

  it('says to whom it goes and how urgently, and is discarded by who has read what it is about', async () => {
    const { out } = await tram(write('--text', '-', '--precedence', 'flash'), piped(english, 'Lũ về.\n'));
    assert.match(out, /^Draft [0-9a-f]{12} is saved, to Ban Quân sự \(Flash.*\)\./);
    const id = /[0-9a-f]{12}/.exec(out)![0];
    const asked: string[] = [];
    const answering = (answer: string) => ({ ...english, prompt: { ask: async (question: string) => (asked.push(question), answer) } });
    const discard = ['draft', 'discard', id, ...office.as('anh')];
    assert.match((await tram(discard, answering('no'))).error, /^cancelled/);
    assert.match(asked.join(), /^Discard draft [0-9a-f]{12}: Nước lên\? Type "yes": $/);
    assert.match((await tram(discard, answering('yes'))).out, /^Draft [0-9a-f]{12} was discarded: Nước lên\.$/m);
  });

  it('offers no writing to who may not write', async () => {
    assert.doesNotMatch(await said(['draft', 'list', ...office.as('khue')]), /To write one/);
    assert.match(await said(['draft', 'list', ...office.as('anh')]), /To write one: tram draft/);
  });

  it('says that it was not read where there is content without it', async () => {
    const context = quietContext('en');
    const file = office.file('so-do.pdf', '%PDF');
    await tramJson(write('--attach', file), piped(context, 'x'));
    assert.deepEqual(context.said.filter((line) => /stdin/.test(line)), ['NOTE: what is piped in (stdin) was not read; to take it as the text of the dispatch give --text -']);
  });

  it('and where the text comes from a file beside it; a passphrase that was piped in was read', async () => {
    const context = quietContext('en');
    const text = office.file('dien.txt', 'Nước lên.\n');
    await tramJson(write('--text', text), piped(context, 'x'));
    assert.deepEqual(context.said.filter((line) => /stdin/.test(line)), [`NOTE: what is piped in (stdin) was not read, the text is that of ${text}; to take it as the text of the dispatch give --text -`]);
    const asked = new Values({ 'passphrase-file': '-' });
    assert.doesNotThrow(() => demandInputRead(piped(context, 'x'), asked, true));
    assert.equal(context.said.filter((line) => /stdin/.test(line)).length, 1);
  });

  it('says at every step that there is nothing but a subject, and who is next by name', async () => {
    await tramJson(['position', 'add', ...office.as('anh'), '--position', 'cvp', '--office', 'vp', '--title', 'Chánh văn phòng', '--rights', 'approve']);
    await tramJson(['person', 'add', ...office.as('anh'), '--person', 'hoa', '--name', 'Lò Thị Hoa', '--position', 'cvp', '--device', path.join(office.folder, 'hoa'), '--device-passphrase-file', path.join(office.folder, 'passphrase')]);
    const [drafted, lacking] = (await said(write())).split('\n');
    const draft = /tram approve ([0-9a-f]{12})$/.exec(drafted!)![1]!;
    assert.equal(drafted, `Draft ${draft} is saved, to Ban Quân sự. Next: whoever approves (Đặng Ngọc Khuê, Lò Thị Hoa), on their own device: tram approve ${draft}`);
    assert.equal(lacking, `NOTE: the draft has nothing but a subject, no text and no attachment. To add a text: tram draft edit ${draft} --home ${path.join(office.folder, 'anh')} --text FILE (or --text - to read stdin)`);
    const nothing = 'NOTE: this dispatch has nothing but a subject, no text and no attachment.\n';
    assert.equal(await said(['approve', draft, ...office.as('hoa')]), `Draft ${draft} is approved. Next: whoever signs (Đặng Ngọc Khuê), on their own device: tram sign ${draft}\n${nothing}`);
    assert.equal(await said(['sign', draft, ...office.as('khue')]), `Draft ${draft} is signed. Next: whoever numbers and sends it (Nguyễn Thị Ánh), on their own device: tram send ${draft}\n${nothing}`);
    await tramJson(['send', draft, ...office.as('anh')]);
  });

  it('says of who acts next that they have no device, and tells two of one name apart', async () => {
    const own = path.join(office.folder, 'hoa-kia');
    await tramJson(['person', 'add', ...office.as('anh'), '--person', 'hoa-kia', '--name', 'Lò Thị Hoa', '--position', 'cvp', '--device', own, '--device-passphrase-file', path.join(office.folder, 'passphrase')]);
    await tramJson(['device', 'end', 'hoa-kia-may', ...office.as('anh')]);
    assert.match(await said(write()), /whoever approves \(Đặng Ngọc Khuê, Lò Thị Hoa \[hoa\], Lò Thị Hoa \[hoa-kia\] \(has no device\)\)/);
    assert.match(await said(['who-can', 'approve', ...office.as('anh'), '--office', 'vp']), /^ {2}Lò Thị Hoa \[hoa-kia\]: .*, has no device$/m);
    await tramJson(['person', 'leave', 'hoa-kia', ...office.as('anh')]);
  });

  it('gives the next command to who has just worked where it is theirs, with their device', async () => {
    const text = office.file('dien.txt', 'Nước lên.\n');
    const { draft } = await tramJson<{ draft: string }>(write('--text', text));
    const home = ` --home ${path.join(office.folder, 'khue')}\n`;
    assert.equal(await said(['approve', draft, ...office.as('khue')]), `Draft ${draft.slice(0, 12)} is approved. Next: tram sign ${draft.slice(0, 12)}${home}`);
    await tramJson(['position', 'add', ...office.as('anh'), '--position', 'pct', '--office', 'vp', '--title', 'Phó Chủ tịch', '--rights', 'approve,sign,dispatch,receive']);
    const file = path.join(office.folder, 'khue.seal');
    const { fingerprint } = await tramJson<{ fingerprint: string }>(['seal', 'request', ...office.as('khue'), '--position', 'pct', '--out', file]);
    await tramJson(['seal', 'add', ...office.as('anh'), '--position', 'pct', '--request', file, '--fingerprint', fingerprint]);
    assert.equal(await said(['sign', draft, ...office.as('khue')]), `Draft ${draft.slice(0, 12)} is signed. Next: tram send ${draft.slice(0, 12)}${home}`);
  });

  it('says that nobody else may go on, and who gives the right', async () => {
    const lines = await said(['draft', ...office.as('minh'), '--to', 'vp', '--subject', 'Quân số', '--text', office.file('qs.txt', 'Đủ.\n')]);
    assert.match(lines, /NOTE: nobody else in the office has the right to approve; ask a registrar \(Nguyễn Thị Ánh\) for it\.\n$/);
  });
});
