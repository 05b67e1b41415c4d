/** A seal that others may have is ended by its number, whichever seal the position has meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '#core/clock.ts';
import { demandActed } from '#model/acting.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { mayHaveSeal } from '#model/seals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { signOne } from '#wire/sign.ts';
import { NOW } from '../../test/client/practice-office.ts';

test('the seal that stands goes with its end, one that was followed by another is ended afterwards, and none comes back', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW, cheap: true });
  await practice.addOffice('vp', 'tram-tinh');
  await practice.addPosition('vp-vt', 'vp', ['dispatch', 'receive']);
  await practice.addPerson('anh');
  await practice.hold('anh', 'vp-vt');
  const { title, rights, seal: first } = practice.state.position('vp-vt')!;
  const body = { position: 'vp-vt', office: 'vp', title, rights: [...rights] };
  const end = (other: string | undefined, reason: 'superseded' | 'stolen' = 'stolen') => practice.add([{ kind: 'end', body: { what: 'seal', code: 'vp-vt', other, reason } }]);
  const refused = (reason: string) => (error: unknown): boolean => {
    assert.deepEqual([(error as { code: string }).code, (error as { detail: { reason: string } }).detail.reason], ['directory-entry-refused', reason]);
    return true;
  };
  const statement = new Uint8Array([1, 2, 3]);
  const signature = await signOne(nodeCrypto, practice.seals.get('vp-vt')!.signer, 'opened', statement, nodeRandom);
  const acted = (at: number, witnessedAt: number | null) => demandActed({ provider: nodeCrypto, view: practice.state, witnessedAt }, { statement, signature }, 'opened', at, 'receipt-forged');

  practice.now = NOW + HOUR_MS;
  const second = await practice.identity('office-seal', title);
  await practice.add([{ kind: 'position', body: { ...body, seal: second.certificates } }]);
  assert.ok(await acted(NOW, null), 'replaced: what it signed stands by itself');
  practice.now = NOW + 2 * HOUR_MS;
  await end('seal-1');
  assert.deepEqual(practice.state.position('vp-vt')!.seal!.certificates, second.certificates, 'the newer one goes on');
  await assert.rejects(acted(NOW, null), { code: 'not-entitled' });
  assert.equal((await acted(NOW, NOW + 2 * HOUR_MS - 1)).evidence.exposed, NOW + 2 * HOUR_MS);
  await assert.rejects(acted(NOW + HOUR_MS, NOW + HOUR_MS), { code: 'not-entitled' }, 'after it was replaced nothing of it counts');

  assert.ok(mayHaveSeal(practice.state, 'anh', 'vp-vt'));
  practice.now = NOW + 3 * HOUR_MS;
  await end('seal-2');
  assert.equal(mayHaveSeal(practice.state, 'anh', 'vp-vt'), false);
  assert.deepEqual(practice.state.positionAt('vp-vt', practice.now)!.seal, null, 'the position goes on without');
  assert.equal(practice.state.positionAt('vp-vt', practice.now)!.title, title);
  assert.deepEqual(practice.state.positionAt('vp-vt', practice.now - 1)!.seal!.certificates, second.certificates);

  for (const other of ['seal-1', 'seal-2']) await assert.rejects(end(other), refused('seal-unknown'), `${other}: once`);
  for (const other of ['seal-3', 'seal-9999999999']) await assert.rejects(end(other), refused('seal-unknown'));
  for (const other of [undefined, 'seal-0', 'seal-01', 'seal', 'transport-1']) await assert.rejects(end(other), refused('end-malformed'));
  for (const one of [first!, second]) await assert.rejects(practice.add([{ kind: 'position', body: { ...body, seal: one.certificates } }]), refused('certificate-taken'));
});
