import assert from 'node:assert/strict';
import { test } from 'node:test';
import { terminalOutput } from './terminal.ts';

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

test('a pipe and a program that reads JSON see no progress', () => {
  for (const [isJson, isTTY] of [[false, false], [true, true]] as const) {
    const shown = screen(isTTY);
    const output = terminalOutput(isJson, shown);
    output.progress('Đang tải lên 1 kB / 2 kB');
    output.clear();
    assert.deepEqual(shown.lines(), ['']);
  }
});
