import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import type { CliContext } from './context.ts';
import { askCard, openAsked } from './openers.ts';
import { askNewPassphrase } from './passphrases.ts';
import { Values } from './values.ts';
import { wordsOf } from './words/words.ts';

/** Somebody who answers in this order. */
function typing(...answers: (string | null)[]): { context: CliContext; asked: string[]; said: string[] } {
  const [asked, said]: [string[], string[]] = [[], []];
  const prompt = { ask: async (question: string) => (asked.push(question), answers.shift() ?? null) };
  const context = { words: wordsOf('vi'), locale: 'vi', environment: {}, prompt, output: { say: (line: string) => void said.push(line) } };
  return { context: context as unknown as CliContext, asked, said };
}

test('what is too short is said before it is typed again, what differs after', async () => {
  const { context, asked, said } = typing('ngắn', 'mật khẩu đủ dài', 'mật khẩu khác đi', 'mật khẩu đủ dài', 'mật khẩu đủ dài');
  assert.equal(await askNewPassphrase(context, new Values({}), 'root-passphrase-file', context.words.prompt.rootKey), 'mật khẩu đủ dài');
  assert.deepEqual(said, ['Mật khẩu quá ngắn; cần ít nhất 12 ký tự.', context.words.prompt.mismatch]);
  assert.equal(asked[0], 'Đặt mật khẩu mới cho khóa gốc (ít nhất 12 ký tự): ');
  assert.deepEqual(asked.map((question) => question === context.words.prompt.again), [false, false, true, false, true]);
});

test('a passphrase that was mistyped may be typed twice more, and one that a file gives is not read again', async () => {
  const wrong = async (): Promise<never> => { throw new Refusal('passphrase-wrong'); };
  const mistaken = typing('sai', 'sai nữa', 'vẫn sai', 'lần thứ tư');
  await assert.rejects(openAsked(mistaken.context, new Values({}), 'minh-may', 'passphrase', wrong), { code: 'passphrase-wrong' });
  assert.deepEqual([mistaken.asked.length, mistaken.said.length], [3, 2]);
  const right = typing('sai', 'đúng rồi');
  const open = async (opener: { kind: string; passphrase?: string }) => (opener.passphrase === 'đúng rồi' ? 'mở' : wrong());
  assert.equal((await openAsked(right.context, new Values({}), 'minh-may', 'passphrase', open as never)).opened, 'mở');
  const fromFile = typing('sai');
  await assert.rejects(openAsked(fromFile.context, new Values({ 'passphrase-file': import.meta.filename }), 'minh-may', 'passphrase', wrong), { code: 'passphrase-wrong' });
  assert.equal(fromFile.asked.length, 0);
});

test('with nobody to ask, the option is named', async () => {
  const { context } = typing(null);
  await assert.rejects(askNewPassphrase(context, new Values({}), 'root-passphrase-file', 'x'),
    (error) => error instanceof Refusal && error.detail['option'] === '--root-passphrase-file');
});

test('a backup key\'s passphrase is never silently the device\'s', async () => {
  const { context, asked } = typing('mật khẩu của khóa', 'mật khẩu của khóa');
  const environment = { TRAM_PASSPHRASE_FILE: import.meta.filename };
  const ask = (more: Record<string, string>) => askNewPassphrase({ ...context, environment: { ...environment, ...more } }, new Values({}), 'key-passphrase-file', 'khóa sao lưu');
  assert.equal(await ask({}), 'mật khẩu của khóa');
  assert.equal(asked.length, 2);
  assert.match(await ask({ TRAM_KEY_PASSPHRASE_FILE: import.meta.filename }), /^import assert/);
  assert.equal(asked.length, 2);
});

test('a card of which nobody knows yet whose device it opens is asked for without a name', async () => {
  const { context, asked } = typing(null, null);
  await assert.rejects(askCard(context, new Values({}), null), { code: 'passphrase-missing' });
  await assert.rejects(askCard(context, new Values({}), 'minh-may'), { code: 'passphrase-missing' });
  assert.deepEqual(asked, ['Mã trên thẻ khôi phục (không hiện khi gõ): ', 'Mã trên thẻ khôi phục của thiết bị minh-may (không hiện khi gõ): ']);
});
