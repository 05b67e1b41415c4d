import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '#core/bytes.ts';
import { isOrganisation, organisationShown, organisationTyped } from './organisation-id.ts';

const DIGEST = '55bbf73483dcdeaba8b2480715f9ed6500112233445566778899aabbccddeeff';
const founding = fromHex(DIGEST)!;

test('the id and the digest that it begins are shown alike, and what is shown is taken', () => {
  const shown = '55bb f734 83dc deab a8b2 4807 15f9 ed65';
  assert.equal(organisationShown(founding), shown);
  assert.equal(organisationShown(founding.subarray(0, 16)), shown);
  for (const typed of [shown, shown.toUpperCase(), shown.replaceAll(' ', '-'), shown.replaceAll(' ', ''), DIGEST, ` ${DIGEST}\n`]) {
    assert.ok(isOrganisation(founding, organisationTyped(typed)!), typed);
  }
});

test('one changed digit is another organisation; what is shorter than the id names none', () => {
  assert.equal(isOrganisation(founding, organisationTyped('55bb f734 83dc deab a8b2 4807 15f9 ed64')!), false);
  assert.equal(isOrganisation(founding, organisationTyped(`${DIGEST.slice(0, 63)}e`)!), false);
  for (const typed of ['', '55bb f734 83dc deab', DIGEST.slice(0, 40), `${DIGEST}00`, '55bb f734 83dc deab a8b2 4807 15f9 ed6x']) assert.equal(organisationTyped(typed), null, typed);
});
