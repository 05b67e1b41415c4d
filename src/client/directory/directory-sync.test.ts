/** A device's own copy of a directory that somebody has made too large to be kept. Source: docs/decisions/0075-own-words-have-a-measure.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url, fromUtf8, hex } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { arrayOf, bytes, structure } from '#wire/codec.ts';
import type { Keyring } from '#wire/keyring.ts';
import { memoryStore, practiceOffices } from '../../../test/client/practice-office.ts';
import { type DirectoryDeps, DirectorySync, mayBeKept, proofOf, rootInCache } from './directory-sync.ts';

/** A device's ring, and a station that answers with all that the organisation has. */
function honest(practice: PracticeOrganisation) {
  let contents = { organisation: practice.founded.organisation } as Keyring;
  const ring = { get contents() { return contents; }, change: async (work: (before: Keyring) => Keyring) => void (contents = work(contents)) };
  const api = {
    call: async (_: string, { query: { from } }: { query: { from: number } }) =>
      ({ size: practice.entries.length, entries: practice.entries.slice(from).map(base64url), checkpoint: fromUtf8(await practice.checkpoint())! }),
  };
  return { ring, api };
}

test('it opens all the same: what is too large is not written, and the rest is fetched after what was kept', async () => {
  const practice = await practiceOffices();
  const [cache, most] = [memoryStore(), practice.entries.length];
  let contents = { organisation: practice.founded.organisation } as Keyring;
  const asked: number[] = [];
  const api = {
    call: async (_: string, { query: { from } }: { query: { from: number } }) => {
      asked.push(from);
      const entries = practice.entries.slice(from).map(base64url);
      return { size: practice.entries.length, entries, checkpoint: fromUtf8(await practice.checkpoint())! };
    },
  };
  const ring = { get contents() { return contents; }, change: async (work: (before: Keyring) => Keyring) => void (contents = work(contents)) };
  const device = () => new DirectorySync({ crypto: nodeCrypto, api, ring, cache, cachedMost: most, authority: practice.authority } as unknown as DirectoryDeps);
  await device().sync();
  const kept = cache.bytes;
  assert.ok(kept !== null);
  await practice.addPerson('moi', 'Người Mới');
  for (let run = 0; run < 2; run++) assert.equal((await device().sync()).person('moi')?.name, 'Người Mới');
  assert.deepEqual([cache.bytes, asked], [kept, [0, most, most]]);
  assert.equal(contents.directory?.size, practice.entries.length);
  assert.equal(await device().fromCache(), null, 'alone it is too old, and says so without an error');
});

test('who has everything opens on a disk that takes nothing more, not even the mark that another program lacks', async () => {
  const practice = await practiceOffices();
  const [cache, seed] = [memoryStore(), nodeRandom.bytes(32)];
  const { ring, api } = honest(practice);
  const device = (kept: object) => new DirectorySync({ crypto: nodeCrypto, api, ring, cache: kept, authority: practice.authority } as unknown as DirectoryDeps);
  await device(cache).sync();
  await ring.change((contents) => ({ ...contents, signing: { p256: seed, mldsa: seed } }) as Keyring);
  let tried = 0;
  const full = {
    read: () => cache.read(),
    write: async () => {
      tried += 1;
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    },
  };
  assert.equal((await device(full).sync()).point.size, practice.entries.length);
  assert.equal(tried, 1);
  await practice.addPerson('moi', 'Người Mới');
  await assert.rejects(device(full).sync(), { code: 'ENOSPC' }, 'what is new is not taken for kept');
});

test('two that ask at once take what came once', async () => {
  const practice = await practiceOffices();
  const cache = memoryStore();
  const { ring, api } = honest(practice);
  const device = () => new DirectorySync({ crypto: nodeCrypto, api, ring, cache, authority: practice.authority } as unknown as DirectoryDeps);
  const one = device();
  await one.sync();
  await practice.addPerson('moi', 'Người Mới');
  await Promise.all([one.sync(), one.sync()]);
  await practice.addPerson('sau', 'Người Sau');
  assert.equal((await one.sync()).person('sau')?.name, 'Người Sau');
  assert.equal((await device().sync()).point.size, practice.entries.length, 'what is kept is whole');
});

test('the root in what is kept costs no more with a great directory than with a small one', async () => {
  const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: Date.UTC(2026, 10, 28, 8) });
  for (let n = 0; n < 8; n++) await practice.addPerson(`nguoi-${n}`, `Người ${n}`);
  const cache = memoryStore();
  const { ring, api } = honest(practice);
  await new DirectorySync({ crypto: nodeCrypto, api, ring, cache } as unknown as DirectoryDeps).sync();
  let verified = 0;
  const { verify } = nodeCrypto.signatures;
  const counting: CryptoProvider = { ...nodeCrypto, signatures: { ...nodeCrypto.signatures, verify: (...given) => ((verified += 1), verify(...given)) } };
  assert.deepEqual(await rootInCache(counting, cache, hex(practice.founded.founding)), practice.state.organisation.root.p256);
  assert.ok(verified <= 8, `${verified} signatures of ${practice.entries.length} entries`);
  assert.equal(await rootInCache(counting, cache, hex(new Uint8Array(32))), null);
});

test('neither too many entries nor too many bytes are kept', () => {
  const many = (length: number, entry: Uint8Array) => Array.from({ length }, () => entry);
  const [small, large] = [new Uint8Array(1), new Uint8Array(5_000)];
  assert.ok(mayBeKept(many(100_000, small)));
  assert.ok(!mayBeKept(many(100_001, small)));
  assert.ok(mayBeKept(many(53_000, large)));
  assert.ok(!mayBeKept(many(54_000, large)));
});

test('what a station lacks is given back only where its log is the beginning of the one held, by its own signature', async () => {
  const practice = await practiceOffices();
  const backedUp = practice.entries.length;
  const then = await practice.checkpoint();
  let shown = { entries: [...practice.entries], checkpoint: then };
  let contents = { organisation: practice.founded.organisation } as Keyring;
  const api = {
    call: async (_: string, { query: { from } }: { query: { from: number } }) =>
      ({ size: shown.entries.length, entries: shown.entries.slice(from).map(base64url), checkpoint: fromUtf8(shown.checkpoint)! }),
  };
  const ring = { get contents() { return contents; }, change: async (work: (before: Keyring) => Keyring) => void (contents = work(contents)) };
  const cache = memoryStore();
  const directory = new DirectorySync({ crypto: nodeCrypto, api, ring, cache, authority: practice.authority } as unknown as DirectoryDeps);
  const nothing = { entries: [], checkpoint: null };
  assert.deepEqual(await directory.lackingAt(), nothing, 'nothing is held');
  await practice.addPerson('moi', 'Người Mới');
  const held = await practice.checkpoint();
  shown = { entries: [...practice.entries], checkpoint: held };
  await directory.sync();
  assert.deepEqual(await directory.lackingAt(), nothing, 'nothing is lacking');
  const fails = (code: string) => (error: unknown) => (error as { code?: unknown }).code === code;
  shown = { entries: practice.entries.slice(0, backedUp), checkpoint: then };
  await assert.rejects(directory.sync(), fails('directory-rolled-back'));
  const lacking = { entries: practice.entries.slice(backedUp), checkpoint: held };
  assert.deepEqual(await directory.lackingAt(), lacking, 'with the note that covers exactly what is held');
  const later = new DirectorySync({ crypto: nodeCrypto, api, ring, cache, authority: practice.authority } as unknown as DirectoryDeps);
  await assert.rejects(later.sync(), fails('directory-rolled-back'));
  assert.deepEqual(await later.lackingAt(), lacking, 'after a restart too');
  // As an earlier program kept it: an array of entries, by itself.
  await cache.write(structure('Before', 1 << 24, arrayOf(bytes(1, 65_536), 1_000)).encode(practice.entries));
  const before = new DirectorySync({ crypto: nodeCrypto, api, ring, cache, authority: practice.authority } as unknown as DirectoryDeps);
  await assert.rejects(before.sync(), fails('directory-rolled-back'));
  assert.deepEqual(await before.lackingAt(), { ...lacking, checkpoint: null });
  const shownLess = shown;
  shown = { entries: [...practice.entries], checkpoint: held };
  await before.sync();
  shown = shownLess;
  const mended = new DirectorySync({ crypto: nodeCrypto, api, ring, cache, authority: practice.authority } as unknown as DirectoryDeps);
  await assert.rejects(mended.sync(), fails('directory-rolled-back'));
  assert.deepEqual(await mended.lackingAt(), lacking, 'the next time it has the note too');
  // Of as many entries, and others; and with a note that was changed on the way.
  const other = await practiceOffices();
  shown = { entries: other.entries.slice(0, backedUp), checkpoint: await other.checkpoint() };
  await assert.rejects(directory.lackingAt(), fails('directory-inconsistent'));
  shown = { entries: practice.entries.slice(0, backedUp - 1), checkpoint: then };
  await assert.rejects(directory.lackingAt(), fails('directory-inconsistent'));
  const note = fromUtf8(then)!;
  const last = note.lastIndexOf('\n', note.length - 2) - 8;
  shown = { entries: practice.entries.slice(0, backedUp), checkpoint: new TextEncoder().encode(`${note.slice(0, last)}${note[last] === 'A' ? 'B' : 'A'}${note.slice(last + 1)}`) };
  await assert.rejects(directory.lackingAt(), fails('directory-signature-wrong'));
});

test('what one request takes is given back with its note, and more than that without', () => {
  const entry = new Uint8Array(8_192);
  const of = (count: number, one = new Uint8Array(1)) => ({ entries: Array.from({ length: count }, () => one), checkpoint: new TextEncoder().encode('note') });
  assert.deepEqual([of(512), of(512, entry), { ...of(1), checkpoint: null }, of(513), of(512, new Uint8Array(8_193))].map(proofOf), ['note', 'note', null, null, null]);
});

test('a device looks at no signature again that it has marked, and at all where entries, mark or key are not what they were', async () => {
  const practice = await practiceOffices();
  const seed = nodeRandom.bytes(32);
  const contents = { organisation: practice.founded.organisation, signing: { p256: seed, mldsa: seed } } as Keyring;
  const api = {
    call: async (_: string, { query: { from } }: { query: { from: number } }) =>
      ({ size: practice.entries.length, entries: practice.entries.slice(from).map(base64url), checkpoint: fromUtf8(await practice.checkpoint())! }),
  };
  /** What a run over these bytes finds there, and how many signatures it looks at for that; it then syncs and keeps. */
  const run = async (before: Uint8Array | null, ring: Keyring = contents): Promise<{ readonly asked: number; readonly size: number | null; readonly kept: Uint8Array }> => {
    const cache = memoryStore();
    cache.bytes = before;
    let asked = 0;
    const { verify } = nodeCrypto.signatures;
    const crypto: CryptoProvider = { ...nodeCrypto, signatures: { ...nodeCrypto.signatures, verify: (...what) => ((asked += 1), verify(...what)) } };
    const opened = { contents: ring, change: async () => {} };
    const directory = new DirectorySync({ crypto, api, ring: opened, cache, authority: practice.authority } as unknown as DirectoryDeps);
    const size = (await directory.fromCache())?.point.size ?? null;
    const alone = asked;
    await directory.sync();
    return { asked: alone, size, kept: cache.bytes! };
  };
  const { kept } = await run(null);
  const whole = practice.entries.length;
  assert.partialDeepStrictEqual(await run(kept), { asked: 0, size: whole });

  const other = { ...contents, signing: { p256: seed, mldsa: nodeRandom.bytes(32) } };
  const anew = await run(kept, other);
  assert.ok(anew.asked >= whole && anew.size === whole);
  assert.partialDeepStrictEqual(await run(anew.kept, other), { asked: 0, size: whole }, 'it has marked them as its own');

  const markChanged = await run(kept.with(kept.length - 1, kept.at(-1)! ^ 1));
  assert.ok(markChanged.asked >= whole && markChanged.size === whole);
  const at = Buffer.from(kept).indexOf(practice.entries[5]!) + practice.entries[5]!.length - 1;
  const entryChanged = await run(kept.with(at, kept[at]! ^ 1));
  assert.ok(entryChanged.asked > 0 && entryChanged.size === null);
  assert.partialDeepStrictEqual(await run(entryChanged.kept), { asked: 0, size: whole }, 'it was fetched anew');
});
