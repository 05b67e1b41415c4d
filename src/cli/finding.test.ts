import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { Device } from './device.ts';
import { findDispatch } from './finding.ts';

const [SENT, AGAIN, CAME] = ['aaaa11', 'aaaa22', 'bbbb33'].map((begin) => begin.padEnd(64, '0')) as [string, string, string];
const line = (dispatch: string, number: number | null) => ({ dispatch, state: 'arrived', number: number === null ? null : { number } });
const REGISTERS: Readonly<Record<string, object[]>> = { out: [line(SENT, 11), line(AGAIN, 12)], in: [line(CAME, 11)] };
const device = {
  session: {
    offices: () => ['vp'], view: { office: () => ({ symbol: 'UBND-VP' }) },
    api: { call: async (_: string, { path: { direction } }: { path: { direction: string } }) => ({ lines: REGISTERS[direction], next: null }) },
  },
} as unknown as Device;
const refused = (code: RefusalCode, given: string, direction?: 'in' | 'out'): Promise<void> =>
  assert.rejects(findDispatch(device, given, null, direction), (error) => error instanceof Refusal && error.code === code);

test('a dispatch is named by the beginning of its id, or by the number under which it was sent', async () => {
  assert.equal((await findDispatch(device, 'AAAA1', null)).dispatch, SENT);
  for (const number of ['11/UBND-VP', '11/ubnd-vp']) assert.equal((await findDispatch(device, number, null)).dispatch, SENT);
  await refused('dispatch-unknown', '13/UBND-VP');
  await refused('dispatch-unknown', '11/KHAC');
  for (const none of ['zz', 'aa', 'UBND-VP', '/']) await refused('dispatch-unnamed', none);
  await refused('dispatch-several', 'aaaa');
});

test('one that stands in the other register alone is not called unknown', async () => {
  await refused('dispatch-not-received', SENT.slice(0, 12), 'in');
  await refused('dispatch-not-received', '11/UBND-VP', 'in');
  await refused('dispatch-not-sent', CAME, 'out');
  await refused('dispatch-unknown', 'cccc', 'out');
});
