/** What was verified before is believed only as it was: by the same program, of the same bytes, under a key of one's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CryptoProvider } from '#core/crypto.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { foldEntries } from '#model/directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { foldVerified, markKey, markVerified } from '#model/verified-log.ts';
import { directoryEntry, entryStatement } from '#wire/directory.ts';

const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: Date.UTC(2026, 10, 28, 8) });
await practice.addOffice('van-phong', 'tram-tinh', 'Văn phòng');
await practice.addOfficeKey('van-phong', 'transport');
await practice.addPerson('khue', 'Đặng Khuê');
const { founding } = practice.founded;
const entries = [...practice.entries];
const key = markKey(nodeCrypto.hash, nodeRandom.bytes(32));
const mark = markVerified(nodeCrypto.hash, key, practice.state);

/** Counts what is asked of signatures. */
function counting(): { provider: CryptoProvider; readonly asked: () => number } {
  let asked = 0;
  const { verify } = nodeCrypto.signatures;
  const signatures = { ...nodeCrypto.signatures, verify: (...what: Parameters<typeof verify>) => ((asked += 1), verify(...what)) };
  return { provider: { ...nodeCrypto, signatures }, asked: () => asked };
}

test('what was verified before costs no signature, and gives the very same state', async () => {
  const { provider, asked } = counting();
  const state = await foldVerified(provider, key, mark, entries, founding);
  assert.deepEqual(state, await foldEntries(nodeCrypto, null, entries));
  assert.equal(asked(), 0);
});

test('what has come since the mark is left to be verified', async () => {
  await practice.addPerson('tam', 'Lò Thị Tâm');
  const state = await foldVerified(nodeCrypto, key, mark, practice.entries, founding);
  assert.equal(state?.point.size, entries.length);
  assert.equal(state.person('tam'), null);
});

test('one changed byte of any entry is not believed, wherever it stands', async () => {
  for (const index of entries.keys()) {
    const changed = [...entries];
    changed[index] = nudged(entries[index]!, entries[index]!.length - 1);
    assert.equal(await foldVerified(nodeCrypto, key, mark, changed, founding), null, String(index));
  }
});

test('an entry that somebody wrote anew, with a signature that is none, is not believed', async () => {
  const index = entries.length - 1;
  const { statement, signatures } = directoryEntry.decode(entries[index]!);
  const decoded = entryStatement.decode(statement);
  const salted = entryStatement.encode({ ...decoded, salt: nodeRandom.bytes(16) });
  const forged = entries.with(index, directoryEntry.encode({ statement: salted, signatures }));
  assert.ok((await foldEntries(nodeCrypto, null, forged, { signatures: 'verified-before' })) !== null, 'only its signature is wrong');
  assert.equal(await foldVerified(nodeCrypto, key, mark, forged, founding), null);
});

test('a log that was cut, or whose entries change places, is not believed', async () => {
  assert.equal(await foldVerified(nodeCrypto, key, mark, entries.slice(0, 4), founding), null);
  assert.equal(await foldVerified(nodeCrypto, key, mark, [...entries.slice(0, 5), ...entries.slice(5).toReversed()], founding), null);
  assert.equal(await foldVerified(nodeCrypto, key, mark, [], founding), null);
});

test('one changed byte of a mark, another key, and a mark of an earlier program are not believed', async () => {
  for (const at of mark.keys()) assert.equal(await foldVerified(nodeCrypto, key, nudged(mark, at), entries, founding), null, String(at));
  assert.equal(await foldVerified(nodeCrypto, key, mark.slice(0, -1), entries, founding), null);
  assert.equal(await foldVerified(nodeCrypto, key, new Uint8Array(0), entries, founding), null);
  assert.equal(await foldVerified(nodeCrypto, markKey(nodeCrypto.hash, nodeRandom.bytes(32)), mark, entries, founding), null);
  const earlier = markVerified(nodeCrypto.hash, key, practice.state, 'an earlier one');
  assert.equal(await foldVerified(nodeCrypto, key, earlier, practice.entries, founding), null);
  assert.ok(await foldVerified(nodeCrypto, key, earlier, practice.entries, founding, {}, 'an earlier one'));
});

test('a mark under the same key of another organisation is not believed', async () => {
  const other = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: Date.UTC(2026, 10, 28, 8) });
  const strange = markVerified(nodeCrypto.hash, key, other.state);
  assert.equal(await foldVerified(nodeCrypto, key, strange, other.entries, founding), null);
  assert.ok(await foldVerified(nodeCrypto, key, strange, other.entries, other.founded.founding));
});

function nudged(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, bytes[at]! ^ 1);
}
