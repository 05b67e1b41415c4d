/** An ended device is told so as its station judges, whatever the clock of the machine in front of it says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DirectoryView } from '#model/directory-view.ts';
import { deviceEnd } from './ended-device.ts';

const AHEAD = Date.UTC(2099, 0, 1);
const view = (device: object | null, person: object): DirectoryView => ({ device: () => device, person: () => person }) as never;
const actor = { person: 'hoa', device: 'hoa-may' };
const ended = { endedBy: 12, endedAt: AHEAD, endReason: 'stolen' };
const standing = { endedBy: null, endedAt: null, endReason: null };

test('what the directory has ended has ended, though its date lies ahead of this clock', () => {
  assert.deepEqual(deviceEnd(view(ended, standing), actor), { device: 'hoa-may', at: AHEAD, reason: 'stolen', hasLeft: false });
  assert.equal(deviceEnd(view(ended, ended), actor)?.hasLeft, true);
  assert.equal(deviceEnd(view(standing, standing), actor), null);
  assert.equal(deviceEnd(view(null, standing), actor), null, 'before the directory has it');
});
