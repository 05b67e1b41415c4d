import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { mayGive, mayHoldKeys } from '#model/rights.ts';
import type { Right } from '#wire/directory.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const HOUR = 3_600_000;
const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
await practice.addPosition('chuyen-vien', 'van-phong', ['draft']);
await practice.addPosition('khong-quyen', 'van-phong', []);
await practice.addPerson('anh', 'Nguyễn Thị Ánh');
await practice.addPerson('khue', 'Đặng Ngọc Khuê');
await practice.hold('anh', 'chuyen-vien', NOW, NOW + HOUR);
await practice.hold('khue', 'khong-quyen');
const view = practice.state;

test('a right is had while its position is held, and not an instant longer', () => {
  assert.ok(!view.may('anh', 'draft', 'van-phong', NOW - 1));
  assert.ok(view.may('anh', 'draft', 'van-phong', NOW));
  assert.ok(view.may('anh', 'draft', 'van-phong', NOW + HOUR - 1));
  assert.ok(!view.may('anh', 'draft', 'van-phong', NOW + HOUR));
});

test('one right is not another', () => {
  const others: Right[] = ['approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys', 'flash'];
  for (const right of others) assert.ok(!view.may('anh', right, 'van-phong', NOW), right);
  assert.ok(mayGive(view, 'anh', 'immediate', 'van-phong', NOW));
  assert.ok(!mayGive(view, 'anh', 'flash', 'van-phong', NOW));
});

test('a position without rights opens nothing, and an unknown office nobody', () => {
  assert.ok(!mayHoldKeys(view, 'khue', 'van-phong', NOW));
  assert.ok(mayHoldKeys(view, 'anh', 'van-phong', NOW));
  assert.ok(!view.may('anh', 'draft', 'khong-co', NOW));
  assert.ok(!view.may('khong-co', 'draft', 'van-phong', NOW));
});
