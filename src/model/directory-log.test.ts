/** The rule by which a replica believes that the log has grown, and the state machine under any order of entries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import { root as treeRoot, leafHash } from '#core/merkle.ts';
import { DecodeError } from '#core/decode-error.ts';
import { type RefusalCode, Refusal } from '#core/refusals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { acceptLog, demandExtends, directoryOrigin, signDirectoryCheckpoint, verifyDirectoryCheckpoint } from '#model/directory-log.ts';
import { applyEntry, foldEntries } from '#model/directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
const { organisation, founding } = practice.founded;
const options = { authority: practice.authority };
const offer = { from: 0, entries: practice.entries, checkpoint: await practice.checkpoint() };

async function refusedFor(code: RefusalCode, attempt: Promise<unknown>, reason?: string): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.equal(error.code, code, error.message);
    if (reason !== undefined) assert.equal(error.detail['reason'], reason);
    return true;
  });
}

test('a beginner takes the whole log, if it is the one whose founding it was told', async () => {
  const state = await acceptLog(nodeCrypto, null, offer, founding, options);
  assert.deepEqual(state.point, practice.state.point);
  await refusedFor('directory-inconsistent', acceptLog(nodeCrypto, null, offer, new Uint8Array(32), options), 'founding');
  await refusedFor('directory-inconsistent', acceptLog(nodeCrypto, null, { ...offer, from: 1 }, founding, options), 'gap');
  await refusedFor('directory-inconsistent', acceptLog(nodeCrypto, null, { ...offer, entries: [] }, founding, options), 'empty');
});

test('a checkpoint speaks only under both keys of the term, and for this log only', async () => {
  const { log } = practice.stations.get('tram-tinh')!;
  assert.deepEqual(await verifyDirectoryCheckpoint(nodeCrypto, organisation, log.keys, offer.checkpoint), practice.state.point);
  const text = fromUtf8(offer.checkpoint)!;
  assert.equal(text.split('\n')[0], directoryOrigin(organisation));
  const lines = text.trimEnd().split('\n');
  const oneKey = utf8(`${lines.slice(0, -1).join('\n')}\n`);
  await refusedFor('directory-signature-wrong', acceptLog(nodeCrypto, null, { ...offer, checkpoint: oneKey }, founding, options));
  const other = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  const stranger = other.stations.get('tram-tinh')!.log.signer;
  const forged = await signDirectoryCheckpoint(nodeCrypto, stranger, organisation, practice.state.point, NOW);
  await refusedFor('directory-signature-wrong', acceptLog(nodeCrypto, null, { ...offer, checkpoint: forged }, founding, options));
  const mixed = { ed25519: log.signer.ed25519, mldsa44: stranger.mldsa44 };
  const half = await signDirectoryCheckpoint(nodeCrypto, mixed, organisation, practice.state.point, NOW);
  await refusedFor('directory-signature-wrong', acceptLog(nodeCrypto, null, { ...offer, checkpoint: half }, founding, options));
  const elsewhere = await signDirectoryCheckpoint(nodeCrypto, log.signer, other.founded.organisation, practice.state.point, NOW);
  await refusedFor('directory-inconsistent', acceptLog(nodeCrypto, null, { ...offer, checkpoint: elsewhere }, founding, options), 'origin');
  await assert.rejects(acceptLog(nodeCrypto, null, { ...offer, checkpoint: utf8('rác') }, founding, options), DecodeError);
});

test('a remembered point must be of this log and not beyond it', () => {
  const { state } = practice;
  const { size, root } = state.point;
  demandExtends(state, { size, root });
  demandExtends(state, { size: 3, root: state.rootAt(3)! });
  demandExtends(state, { size: 0, root: new Uint8Array(32) });
  const code = (point: { size: number; root: Uint8Array }) => {
    try {
      demandExtends(state, point);
      return null;
    } catch (error) {
      return error instanceof Refusal ? error.code : assert.fail(String(error));
    }
  };
  assert.equal(code({ size: size + 1, root }), 'directory-rolled-back');
  assert.equal(code({ size: 3, root }), 'directory-inconsistent');
});

const CODES = ['mot', 'hai', 'ba'];
const someCode = fc.constantFrom(...CODES);
const anyPlan = fc.oneof(
  fc.record({ kind: fc.constant('person' as const), body: fc.record({ person: someCode, name: fc.constantFrom('Ánh', 'Khuê') }) }),
  fc.record({ kind: fc.constant('office' as const), body: fc.record({ office: someCode, name: fc.constant('Văn phòng'), symbol: fc.constant('VP'), station: fc.constant('tram-tinh') }) }),
  fc.record({ kind: fc.constant('position' as const), body: fc.record({ position: someCode, office: someCode, title: fc.constant('Văn thư'), rights: fc.subarray(['draft', 'sign', 'keys'] as const) as never }) }),
  fc.record({ kind: fc.constant('holder' as const), body: fc.record({ person: someCode, position: someCode, from: fc.integer({ min: NOW, max: NOW + 50 }) }) }),
  fc.record({ kind: fc.constant('end' as const), body: fc.record({ what: fc.constantFrom('person' as const, 'office' as const, 'position' as const), code: someCode, reason: fc.constant('left' as const) }) }),
) as fc.Arbitrary<EntryPlan>;

test('whatever comes: refused entries change nothing, folding is applying one by one, the root is the tree\'s', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anyPlan, { maxLength: 14 }), async (plans) => {
    const signed = await practice.sign(plans);
    let state = practice.state;
    const taken = [...practice.entries];
    for (const entry of signed) {
      const before = state;
      const { point } = before;
      try {
        state = await applyEntry(nodeCrypto, state, entry, options);
        taken.push(entry);
      } catch (error) {
        assert.ok(error instanceof Refusal && error.code === 'directory-entry-refused', String(error));
      }
      assert.deepEqual(before.point, point);
    }
    const folded = (await foldEntries(nodeCrypto, practice.state, taken.slice(practice.entries.length), options))!;
    assert.deepEqual(folded.point, state.point);
    assert.deepEqual(state.point.root, treeRoot(nodeCrypto.hash, taken.map((entry) => leafHash(nodeCrypto.hash, entry))));
    assert.deepEqual(folded.positions('mot'), state.positions('mot'));
    assert.deepEqual(practice.state.persons(), [], 'the state all began with');
    for (const person of CODES) for (const office of CODES) {
      if (!state.may(person, 'sign', office, NOW + 60)) continue;
      assert.equal(state.person(person)?.endedBy, null);
      assert.equal(state.office(office)?.endedBy, null);
      assert.ok(state.held(person, NOW + 60).some((held) => held.office === office && held.rights.includes('sign')));
    }
  }), { numRuns: 25 });
});
