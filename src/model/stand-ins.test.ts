import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { checkStandIns, inStead, standInOf } from '#model/stand-ins.ts';
import type { Addressee, StandIn } from '#wire/names.ts';

const [OWN, FOREIGN] = [new Uint8Array(16), new Uint8Array(16).fill(1)];
const addressee = (office: string, organisation = OWN): Addressee => ({ office: { organisation, office }, role: 'action', precedence: 'routine' });
const to = [addressee('don'), addressee('vp'), addressee('qs'), addressee('don', FOREIGN)];
const isForged = (standIns: StandIn[]) =>
  assert.throws(() => checkStandIns({ to, standIns }), (error) => error instanceof Refusal && error.code === 'header-forged' && error.detail['field'] === 'standIns');

test('stand-ins are other addressees of one organisation, each shut office once, in order', () => {
  checkStandIns({ to });
  checkStandIns({ to, standIns: [{ of: 0, at: 1, isNamed: false }, { of: 2, at: 1, isNamed: false }] });
  isForged([{ of: 0, at: 0, isNamed: false }]);
  isForged([{ of: 0, at: 4, isNamed: false }]);
  isForged([{ of: 4, at: 0, isNamed: false }]);
  isForged([{ of: 0, at: 3, isNamed: false }]);
  isForged([{ of: 0, at: 1, isNamed: false }, { of: 0, at: 2, isNamed: false }]);
  isForged([{ of: 2, at: 1, isNamed: false }, { of: 0, at: 1, isNamed: false }]);
});

test('each side of a pair is told of the other, and nobody of a namesake abroad', () => {
  const addressed = { to, standIns: [{ of: 0, at: 1, isNamed: false }, { of: 2, at: 1, isNamed: true }] };
  assert.deepEqual(inStead(addressed, to[1]!.office), { of: [to[0]!.office, to[2]!.office], isNamed: false });
  assert.deepEqual(inStead(addressed, to[0]!.office).of, []);
  assert.deepEqual(standInOf(addressed, to[0]!.office), to[1]!.office);
  assert.equal(standInOf(addressed, to[3]!.office), null);
});
