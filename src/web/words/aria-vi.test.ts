/** For every word of React Aria in English there is one in Vietnamese, with the same blanks, in what the pages take from it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import * as vietnamese from './aria-vi.ts';

const LIBRARIES = path.join(import.meta.dirname, '../../../node_modules');

async function english(name: string): Promise<Record<string, unknown>> {
  const [, library, part] = /^(aria|stately)([A-Z]\w+)$/.exec(name) ?? [];
  const file = library === undefined ? 'react-aria-components/dist/private/intl' : `react-${library}/dist/private/intl/${part!.toLowerCase()}`;
  return ((await import(path.join(LIBRARIES, file, 'en-US.mjs'))) as { default: Record<string, unknown> }).default;
}

test('the same keys, and blanks where the English has them', async () => {
  for (const [name, words] of Object.entries(vietnamese)) {
    const theirs = await english(name);
    assert.deepEqual(Object.keys(words).toSorted(), Object.keys(theirs).toSorted(), name);
    for (const [key, word] of Object.entries(words)) assert.equal(typeof word, typeof theirs[key], `${name}.${key}`);
  }
});

test('what is filled in stands in what is said', () => {
  const args = { date: '23', item: 'Đồn', count: '3', optionText: 'Đồn', optionCount: '4', groupTitle: 'Trạm', groupCount: '2', minValue: '1', maxValue: '2', startDate: '3', endDate: '4', dateRange: '3–4', time: '5', isGroupChange: 'true', isSelected: 'true' };
  const format = { select: (choices: Readonly<Record<string, string | (() => string)>>, value: string | undefined) => {
    const chosen = choices[value ?? ''] ?? choices['other']!;
    return typeof chosen === 'string' ? chosen : chosen();
  } };
  for (const [name, words] of Object.entries(vietnamese)) {
    for (const [key, word] of Object.entries(words)) {
      const said = typeof word === 'string' ? word : word(args, format);
      assert.equal(said, said.normalize('NFC'), `${name}.${key}`);
      assert.doesNotMatch(said, /undefined|\[object/, `${name}.${key}`);
    }
  }
  const focus = vietnamese.ariaCombobox['focusAnnouncement'];
  assert.equal(typeof focus === 'function' && focus(args, format), 'Vào nhóm Trạm, có 2 mục. Đồn, đã chọn');
});
