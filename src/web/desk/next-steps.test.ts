import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonRecord, PositionRecord } from '#model/directory-view.ts';
import type { Right } from '#wire/directory.ts';
import { nextSteps, type Standing } from './next-steps.ts';

const AT = 1_000;
interface Seat { readonly seal?: object | null; readonly position: string; readonly office: string; readonly rights: readonly Right[]; readonly holders: readonly string[] }
const CLERK: Seat = { position: 'vp-vt', office: 'vp', rights: ['draft', 'dispatch', 'receive', 'hand-over', 'keys', 'flash'], holders: ['anh'] };
const CHIEF: Seat = { position: 'vp-pct', office: 'vp', rights: ['approve', 'sign'], holders: [] };

function standing(seats: readonly Seat[], offices: Readonly<Record<string, boolean>> = { vp: true }, hasCard = true, isRegistrar = true): Standing {
  const people = [...new Set(seats.flatMap(({ holders }) => holders))];
  const records = seats.map((seat) => ({ seal: {}, acting: null, ...seat, title: seat.position, endedBy: null, endedAt: null }) as unknown as PositionRecord);
  return {
    person: 'anh', office: 'vp', at: AT, hasCard, isRegistrar,
    view: {
      may: (person, right, office) => seats.some((seat) => seat.office === office && seat.holders.includes(person) && seat.rights.includes(right)),
      persons: () => people.map((person) => ({ person, name: person }) as unknown as PersonRecord),
      offices: () => Object.keys(offices).map((office) => ({ office, name: office, endedBy: null }) as never),
      everyPosition: () => records,
      held: (person) => records.filter((_, i) => seats[i]!.holders.includes(person)) as never,
      currentKey: (office) => (offices[office] === true ? {} as never : null),
    },
  };
}
const kinds = (...given: Parameters<typeof standing>): string[] => nextSteps(standing(...given)).map(({ kind }) => kind);

test('whoever founded an organisation is led from a position over a person to an office, and a card', () => {
  assert.deepEqual(kinds([CLERK], { vp: true }, false), ['position', 'person', 'office', 'card']);
  assert.deepEqual(nextSteps(standing([CLERK, CHIEF])), [{ kind: 'person', position: 'vp-pct' }, { kind: 'office' }]);
});

test('what the directory has is asked for no more', () => {
  const both = [CLERK, { ...CHIEF, holders: ['minh'] }];
  assert.deepEqual(kinds(both), ['office']);
  assert.deepEqual(kinds(both, { vp: true, qs: false }), ['keys']);
  assert.deepEqual(kinds(both, { vp: true, qs: true }), []);
});

test('one\'s own right to approve and sign is nobody else\'s', () => {
  const all = { ...CLERK, rights: [...CLERK.rights, 'approve', 'sign'] as const };
  assert.deepEqual(kinds([all], { vp: true, qs: true }), ['position', 'person']);
  assert.deepEqual(kinds([CLERK, { ...CHIEF, rights: ['approve'], holders: ['minh'] }], { vp: true, qs: true }), ['position', 'person'], 'approves and does not sign');
});

test('whoever lacks the seal of their own position asks for it, registrar or not, and the rest is the registrar\'s', () => {
  const seated = { ...CHIEF, holders: ['minh'] };
  assert.deepEqual(nextSteps(standing([{ ...CLERK, seal: null }, seated], { vp: true }, false, false)), [{ kind: 'seal', position: 'vp-vt', title: 'vp-vt' }]);
  assert.deepEqual(kinds([CLERK, seated], { vp: true }, false, false), []);
  assert.deepEqual(kinds([{ ...CHIEF, seal: null, holders: ['anh'] }], { vp: true }, false, false), [], 'it carries none');
});

test('where nobody may approve or sign what an office writes, its clerk is told whom to ask, and a registrar of every office where to mend it', () => {
  const approver = { ...CHIEF, rights: ['approve'], holders: ['minh'] } as const;
  assert.deepEqual(nextSteps(standing([CLERK, approver], { vp: true }, true, false)), [{ kind: 'askSigners', office: 'vp', name: 'vp', lacks: 'sign' }]);
  assert.deepEqual(kinds([CHIEF, approver], { vp: true }, true, false), [], 'whoever neither writes nor sends is not asked');
  const seated = { ...CHIEF, holders: ['minh'] };
  const qs: Seat = { position: 'qs-vt', office: 'qs', rights: ['draft'], holders: ['thao'] };
  assert.deepEqual(nextSteps(standing([CLERK, seated, qs], { vp: true, qs: true })), [{ kind: 'signers', office: 'qs', name: 'qs', lacks: 'both', position: null }]);
  assert.deepEqual(nextSteps(standing([CLERK, seated, qs, { ...CHIEF, office: 'qs', position: 'qs-ct' }], { vp: true, qs: true })), [{ kind: 'signers', office: 'qs', name: 'qs', lacks: 'both', position: 'qs-ct' }]);
  assert.deepEqual(kinds([CLERK, seated, { ...qs, holders: [] }], { vp: true, qs: true }), [], 'nobody writes there');
});
