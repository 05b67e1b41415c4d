import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { AUDIT_CLAIMS_EN, AUDIT_CLAIMS_VI, auditFaultVi } from './audit-vi.ts';

test('every claim has a title in both languages', () => {
  assert.deepEqual(Object.keys(AUDIT_CLAIMS_EN).toSorted(), Object.keys(AUDIT_CLAIMS_VI).toSorted());
});

test('every claim that an audit makes has a title', () => {
  const folder = path.join(import.meta.dirname, '../../app/audit');
  const made = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(path.join(folder, file), 'utf8').matchAll(/\.claim\('([a-z-]+)'\)/g)].map(([, claim]) => claim!));
  assert.ok(new Set(made).size > 30);
  assert.deepEqual([...new Set(made)].filter((claim) => !Object.hasOwn(AUDIT_CLAIMS_VI, claim)), []);
});

test('a fault is said in Vietnamese, with its figures', () => {
  assert.equal(auditFaultVi('is not the hash over entries 12 to 12'), 'không phải mã băm của các mục từ 12 đến 12');
  assert.equal(auditFaultVi('is missing: ledger_entry:4 accepted it'), 'bị thiếu');
  assert.equal(auditFaultVi('something new'), 'không khớp với những gì sổ cái và chữ ký chứng minh (something new)');
});
