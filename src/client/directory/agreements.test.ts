import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { agreementPlan, answerProposal, proposeAgreement, readTerms } from '#client/directory/agreements.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { foundTwo, START, type TwoOrganisations } from '../../../test/fixtures/two-organisations.ts';

let two: TwoOrganisations;
before(async () => {
  two = await foundTwo(true);
});

function refuses(code: RefusalCode, work: () => unknown): void {
  assert.throws(work, (error) => error instanceof Refusal && error.code === code);
}

const ORDER = { offices: ['van-phong'], station: 'tram-tinh', from: START, precedence: 'immediate' } as const;
const SIDE = { offices: ['don'], station: 'tram-bo-doi' } as const;
const propose = (more: object = {}) => proposeAgreement(nodeCrypto, nodeRandom, two.province.state, { ...ORDER, ...more });

test('both sides come to mirrored entries over one digest of the terms, and one of them calls', () => {
  for (const [mine, theirs, callers] of [
    [undefined, '10.0.0.2:7443', ['10.0.0.2:7443', undefined]], ['10.0.0.1:7443', undefined, [undefined, '10.0.0.1:7443']],
    ['10.0.0.1:7443', '10.0.0.2:7443', ['10.0.0.2:7443', undefined]], [undefined, undefined, [undefined, undefined]],
  ] as const) {
    const proposed = propose({ address: mine });
    const terms = answerProposal(nodeCrypto, two.guard.state, proposed.bytes, proposed.fingerprint, { ...SIDE, address: theirs });
    const [ours, other] = [
      agreementPlan(nodeCrypto, two.province.state, terms.bytes, terms.fingerprint, 'bo-doi'),
      agreementPlan(nodeCrypto, two.guard.state, terms.bytes, terms.fingerprint.toUpperCase(), 'tinh'),
    ];
    assert.ok(ours.kind === 'agreement' && other.kind === 'agreement');
    assert.deepEqual(ours.body.terms, other.body.terms);
    assert.deepEqual([ours.body.station, ours.body.peerStation], [other.body.peerStation, other.body.station]);
    assert.deepEqual([ours.body.offices, other.body.offices], [['van-phong'], ['don']]);
    assert.deepEqual(ours.body.organisation, two.guard.founded.organisation);
    assert.deepEqual([ours.body.address, other.body.address], callers);
  }
});

test('a file that was changed, is of nobody here, or was not compared is no agreement', () => {
  const proposed = propose();
  const answer = (bytes: Uint8Array, typed: string) => answerProposal(nodeCrypto, two.guard.state, bytes, typed, SIDE);
  refuses('fingerprint-differs', () => answer(proposed.bytes, propose().fingerprint));
  refuses('fingerprint-differs', () => answer(propose().bytes, proposed.fingerprint));
  refuses('agreement-malformed', () => answer(proposed.bytes.slice(1), proposed.fingerprint));
  refuses('agreement-malformed', () => answerProposal(nodeCrypto, two.province.state, proposed.bytes, proposed.fingerprint, ORDER));
  const terms = answer(proposed.bytes, proposed.fingerprint);
  refuses('fingerprint-differs', () => agreementPlan(nodeCrypto, two.province.state, terms.bytes, proposed.fingerprint, 'bo-doi'));
  refuses('agreement-malformed', () => readTerms(nodeCrypto, two.province.state, proposed.bytes));
  refuses('office-unknown', () => propose({ offices: ['khong-co'] }));
  refuses('station-unknown', () => propose({ station: 'khong-co' }));
});

test('terms between two others are refused', async () => {
  const third = await foundTwo(true);
  const proposed = propose();
  const terms = answerProposal(nodeCrypto, two.guard.state, proposed.bytes, proposed.fingerprint, SIDE);
  refuses('agreement-malformed', () => readTerms(nodeCrypto, third.guard.state, terms.bytes));
});
