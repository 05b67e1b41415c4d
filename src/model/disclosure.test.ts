import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { acceptDisclosure, makeDisclosure } from '#model/disclosure.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { disclosure } from '#wire/federation.ts';
import { VerifiedRoots } from '#wire/sign.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
let army: PracticeOrganisation;
let province: PracticeOrganisation;

const refuses = (code: string, reason: string | null, attempt: Promise<unknown>) => assert.rejects(attempt, (error) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.code, code, JSON.stringify(error.detail));
  if (reason !== null) assert.equal(error.detail['reason'], reason);
  return true;
});

before(async () => {
  [army, province] = await Promise.all([
    PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, name: 'Bộ đội', station: 'so-chi-huy' }),
    PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, name: 'UBND tỉnh', station: 'trung-tam' }),
  ]);
  await army.addOffice('tac-chien', 'so-chi-huy', 'Phòng Tác chiến');
  await army.addOffice('phong-kin', 'so-chi-huy', 'Phòng không ai được biết');
  await army.addOfficeKey('tac-chien', 'transport');
  await army.addOfficeKey('phong-kin', 'transport');
  for (const [person, position, office] of [['khue', 'tc-truc', 'tac-chien'], ['an-danh', 'kin-truc', 'phong-kin']] as const) {
    await army.addPosition(position, office);
    await army.addPerson(person, `Người ${person}`);
    await army.hold(person, position);
  }
  await army.add([{ kind: 'agreement', body: agreementBody(province, 'ubnd', 'so-chi-huy', 'trung-tam', ['tac-chien']) }]);
  const third = { ...agreementBody(province, 'ben-thu-ba', 'so-chi-huy', 'trung-tam', ['phong-kin']), organisation: new Uint8Array(16), founding: new Uint8Array(32) };
  await army.add([{ kind: 'agreement', body: third }]);
});

function agreementBody(peer: PracticeOrganisation, code: string, station: string, peerStation: string, offices: string[]) {
  const { organisation, founding } = peer.founded;
  return { peer: code, organisation, founding, name: 'Bên kia', station, peerStation, offices, precedence: 'immediate' as const, from: NOW };
}

const agreed = () => ({ organisation: army.founded.organisation, founding: army.founded.founding });
const shown = async (from = 0) =>
  makeDisclosure(nodeCrypto, { view: army.state, entries: army.entries, checkpoint: await army.checkpoint() }, army.state.agreement('ubnd')!, from);

test('what is shown suffices to seal to the office and to check who signs for it', async () => {
  const { state, point } = await acceptDisclosure(nodeCrypto, agreed(), null, await shown());
  assert.deepEqual(point, army.state.point);
  assert.equal(state.office('tac-chien')?.name, 'Phòng Tác chiến');
  assert.notEqual(state.currentKey('tac-chien', 'transport', NOW), null);
  assert.ok(state.may('khue', 'sign', 'tac-chien', NOW));
  const { verifier } = army.state.device('khue-may')!;
  assert.equal(state.identify(verifier.p256Certificate, verifier.mldsaCertificate)?.kind, 'device');
  assert.notEqual(state.station('so-chi-huy'), null);
  assert.deepEqual(state.agreements().map(({ peer }) => peer), ['ubnd'], 'with whom else it has agreements is not shown');
});

test('nothing of an office that is not disclosed is in it', async () => {
  const bytes = await shown();
  for (const hidden of ['phong-kin', 'kin-truc', 'an-danh', 'an-danh-may', 'Phòng không ai được biết', 'Người an-danh', 'ben-thu-ba']) {
    assert.ok(!Buffer.from(bytes).includes(hidden), hidden);
  }
  const { state } = await acceptDisclosure(nodeCrypto, agreed(), null, bytes);
  assert.equal(state.office('phong-kin'), null);
  assert.equal(state.person('an-danh'), null);
});

test('what ends is shown too, and the log must have grown from the one held', async () => {
  const first = await acceptDisclosure(nodeCrypto, agreed(), null, await shown());
  await army.add([{ kind: 'end', body: { what: 'device', code: 'khue-may', reason: 'compromised' } }]);
  const later = await acceptDisclosure(nodeCrypto, agreed(), first.point, await shown(first.point.size));
  assert.equal(later.state.device('khue-may')?.endReason, 'compromised');
  assert.equal(later.point.size, first.point.size + 1);
  await refuses('directory-inconsistent', 'not-grown', acceptDisclosure(nodeCrypto, agreed(), { ...first.point, root: nodeRandom.bytes(32) }, await shown(first.point.size)));
  await refuses('directory-rolled-back', null, acceptDisclosure(nodeCrypto, agreed(), { size: later.point.size + 1, root: later.point.root }, await shown()));
});

test('another organisation, another founding, a changed or moved entry: refused', async () => {
  const bytes = await shown();
  await refuses('organisation-unknown', null, acceptDisclosure(nodeCrypto, { ...agreed(), organisation: province.founded.organisation }, null, bytes));
  await refuses('directory-inconsistent', 'founding', acceptDisclosure(nodeCrypto, { ...agreed(), founding: nodeRandom.bytes(32) }, null, bytes));
  const decoded = disclosure.decode(bytes);
  const changed = (change: (entries: typeof decoded.entries) => typeof decoded.entries) => disclosure.encode({ ...decoded, entries: change([...decoded.entries]) });
  const moved = changed((entries) => entries.map((one, i) => (i === 4 ? { ...one, index: one.index + 1 } : one)));
  await refuses('directory-inconsistent', 'not-in-log', acceptDisclosure(nodeCrypto, agreed(), null, moved));
  const flipped = changed((entries) => entries.map((one, i) => (i === 4 ? { ...one, entry: one.entry.with(100, one.entry[100]! ^ 1) } : one)));
  await refuses('directory-inconsistent', 'not-in-log', acceptDisclosure(nodeCrypto, agreed(), null, flipped));
  await refuses('directory-entry-refused', null, acceptDisclosure(nodeCrypto, agreed(), null, changed((entries) => entries.filter(({ index }) => index !== 1))));
});

test('an agreement that is none is refused by the directory', async () => {
  const add = (more: object) => province.add([{ kind: 'agreement', body: { ...agreementBody(army, 'bo-doi', 'trung-tam', 'so-chi-huy', []), offices: ['vp'], ...more } }]);
  await province.addOffice('vp', 'trung-tam', 'Văn phòng');
  await add({});
  for (const more of [
    { organisation: province.founded.organisation, founding: province.founded.founding }, { founding: nodeRandom.bytes(32) }, { peer: 'trung-tam' },
    { peer: 'ten-khac' }, { offices: ['vp', 'vp'] }, { offices: ['khong-co'] }, { station: 'khong-co' }, { until: NOW },
  ]) await refuses('directory-entry-refused', null, add(more));
  await refuses('directory-entry-refused', 'code-taken', province.addStation('bo-doi'));
  await province.add([{ kind: 'end', body: { what: 'agreement', code: 'bo-doi', reason: 'left' } }]);
  assert.notEqual(province.state.agreement('bo-doi')?.endedBy, null);
});

test('what was verified once is not verified again: a disclosure that has grown by one entry costs that entry and its checkpoint', async () => {
  let checks = 0;
  const signatures = Object.assign(Object.create(nodeCrypto.signatures) as typeof nodeCrypto.signatures, {
    verify: (...asked: Parameters<typeof nodeCrypto.signatures.verify>) => {
      checks += 1;
      return nodeCrypto.signatures.verify(...asked);
    },
  });
  const provider = { ...nodeCrypto, signatures };
  const options = { authority: army.authority, verified: new VerifiedRoots() };
  const first = await acceptDisclosure(provider, agreed(), null, await shown(), options);
  const whole = checks;
  checks = 0;
  await acceptDisclosure(provider, agreed(), first.point, await shown(first.point.size), options);
  const checkpoint = checks;
  assert.ok(checkpoint < whole / 2, `${checkpoint} of ${whole}`);
  await army.addOfficeKey('tac-chien', 'transport', 2);
  checks = 0;
  await acceptDisclosure(provider, agreed(), first.point, await shown(first.point.size), options);
  assert.equal(checks - checkpoint, 2, 'both signatures of the new one');
});
