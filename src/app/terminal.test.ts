import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { printableJson } from '#core/printable.ts';
import { promptAt, terminalOutput } from './terminal.ts';

/** What stands on the screen, line by line, once the erased is gone. */
function screen(isTTY: boolean) {
  let text = '';
  return { isTTY, write: (more: string) => void (text += more), lines: () => text.split('\n').map((line) => line.split('\r\u001b[2K').at(-1)) };
}

test('a line of progress is gone before a result or a sentence stands there', () => {
  const shown = screen(true);
  const output = terminalOutput(false, shown);
  output.progress('Đang tải lên 1 kB / 2 kB');
  assert.deepEqual(shown.lines(), ['Đang tải lên 1 kB / 2 kB']);
  output.clear();
  shown.write('Đã gửi.\n');
  output.clear();
  output.say('Xong.');
  assert.deepEqual(shown.lines(), ['Đã gửi.', 'Xong.', '']);
});

test('nothing that somebody wrote moves the cursor: lines, progress, questions and JSON', async () => {
  const hostile = 'nghỉ phép\u001b[2F\u001b[J\u009b1A\u202e';
  const shown = screen(true);
  const output = terminalOutput(false, shown);
  output.say(`một\n${hostile}`);
  output.progress(hostile);
  const stdin = Object.assign(new EventEmitter(), { isTTY: true, setRawMode: () => stdin, resume: () => stdin, pause: () => stdin }) as never as NodeJS.ReadStream & { fd: 0 };
  const asked = promptAt({ stdin, stderr: { write: (text: string) => (shown.write(text), true) } }).ask(`${hostile}? `, 'shown');
  for (const key of 'có\r') stdin.emit('data', Buffer.from(key));
  await asked;
  const harmless = 'nghỉ phép\ufffd[2F\ufffd[J\ufffd1A\ufffd';
  assert.deepEqual(shown.lines().slice(0, 2), ['một', harmless]);
  // eslint-disable-next-line no-control-regex -- What this is about.
  assert.doesNotMatch(shown.lines().join('\n'), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
  assert.equal(printableJson({ hostile }), String.raw`{"hostile":"nghỉ phép\u001b[2F\u001b[J\u009b1A` + '\u202e"}');
});

test('a pipe and a program that reads JSON see no progress', () => {
  for (const [isJson, isTTY] of [[false, false], [true, true]] as const) {
    const shown = screen(isTTY);
    const output = terminalOutput(isJson, shown);
    output.progress('Đang tải lên 1 kB / 2 kB');
    output.clear();
    assert.deepEqual(shown.lines(), ['']);
  }
});

test('a yes is seen while it is typed, a letter with its marks taken back whole; a passphrase is not', async () => {
  const typedAt = async (answer: 'hidden' | 'shown', keys: string, question = 'Gõ "có": '): Promise<[string | null, readonly (string | undefined)[]]> => {
    const shown = screen(true);
    const stdin = Object.assign(new EventEmitter(), { isTTY: true, setRawMode: () => stdin, resume: () => stdin, pause: () => stdin }) as never as NodeJS.ReadStream & { fd: 0 };
    const asked = promptAt({ stdin, stderr: { write: (text: string) => (shown.write(text), true) } }).ask(question, answer);
    for (const key of keys) stdin.emit('data', Buffer.from(key));
    return [await asked, shown.lines()];
  };
  assert.deepEqual(await typedAt('shown', 'cs\u007fó\r'), ['có', ['Gõ "có": có', '']]);
  assert.deepEqual(await typedAt('shown', 'có\r', 'Thảo là người cuối cùng có khóa.\nGõ "có": '), ['có', ['Thảo là người cuối cùng có khóa.', 'Gõ "có": có', '']]);
  assert.deepEqual(await typedAt('hidden', 'bí mật\r'), ['bí mật', ['Gõ "có": ', '']]);
});
