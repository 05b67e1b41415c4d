/**
 * Backups that somebody made who has the `.pub` of the backup key, which is no secret, and perhaps the backup folder: an
 * organisation that they invented, a real one's digest on it, an older backup under a newer name, older chunks in a newer
 * one. None of it comes so far that a row is written.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { recipientOf } from '#client/keyring/backup-key.ts';
import type { BackupWatch } from '#cli/backup-host.ts';
import { equal, hex } from '#core/bytes.ts';
import { openTwinKeys, twinSigner } from '#model/certificate-maker.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type BackupManifest, backupManifest, signedManifest } from '#wire/backup.ts';
import { signOne } from '#wire/sign.ts';
import { isOnPostgresql } from '../../../test/fixtures/disks.ts';
import { type KeptFolders, keepFolders } from '../../../test/fixtures/kept-folders.ts';
import { sharedCluster } from '../../../test/fixtures/postgresql.ts';
import { runSql } from '../../../test/fixtures/station-records.ts';
import { nodeHost } from '../compose-node.ts';
import { readIdentity, readIdentityText, type StationIdentity } from '../station-folder.ts';
import { nodeBackups } from './host.ts';
import { BackupFolder, snapshotName } from './objects.ts';
import { chooseSnapshot, identityIn, readManifest } from './restore.ts';
import { bytesAsSource, openSmall, sealObject } from './sealing.ts';

const watch: BackupWatch = { stop: new AbortController().signal, progress: () => {} };

describe('a forged backup', () => {
  let root: string;
  let kept: KeptFolders;
  let invented: KeptFolders;
  let secret: Uint8Array;
  let publicKey: Uint8Array;
  let founding: Uint8Array;
  /** On PostgreSQL one that stays empty: what is refused writes nothing. */
  let database: { database?: string };
  const at = (name: string): string => path.join(root, name);
  const snapshots = (folder: string): string[] => readdirSync(path.join(folder, 'snapshots')).filter((name) => !name.endsWith('.objects')).toSorted();
  const unsealer = () => ({ crypto: nodeCrypto, secret, publicKey });
  const manifestOf = async (folder: string): Promise<BackupManifest> => {
    const reading = BackupFolder.forReading(folder);
    return readManifest(unsealer(), reading, chooseSnapshot(reading, null));
  };
  const backUp = async (of: string, to: string) =>
    nodeBackups.make({ data: of, to, recipient: await recipientOf(nodeCrypto, secret, 0), keep: null }, watch);

  /** Another manifest in the place of the newest, signed by whoever the identity in it says, as an attacker can. */
  async function exchange(from: string, name: string, change: (manifest: BackupManifest) => BackupManifest, signer?: StationIdentity): Promise<string> {
    const folder = at(name);
    cpSync(from, folder, { recursive: true });
    const manifest = change(await manifestOf(folder));
    const identity = signer ?? identityIn(manifest);
    const statement = backupManifest.encode(manifest);
    const keys = await openTwinKeys(nodeCrypto, identity.secrets.signing);
    const signature = await signOne(nodeCrypto, twinSigner(nodeCrypto, keys, identity.certificates), 'backup', statement, nodeRandom);
    const bytes = signedManifest.encode({ statement, signature });
    const pieces = await Array.fromAsync(sealObject({ crypto: nodeCrypto, random: nodeRandom, publicKey }, 'manifest', bytes.length, [bytes]));
    const old = snapshots(folder).at(-1)!;
    renameSync(path.join(folder, 'snapshots', `${old}.objects`), path.join(folder, 'snapshots', `${snapshotName(manifest.time, bytes)}.objects`));
    rmSync(path.join(folder, 'snapshots', old));
    writeFileSync(path.join(folder, 'snapshots', snapshotName(manifest.time, bytes)), Buffer.concat(pieces));
    return folder;
  }

  async function isRefused(from: string, code: string, reason: string | null, asked: Uint8Array | null = founding): Promise<void> {
    const data = at('into');
    const order = { from, at: null, secret, ...(asked === null ? {} : { founding: asked }) };
    const isIt = (error: unknown): boolean => {
      const { code: had, detail } = error as { code?: string; detail?: { reason?: string } };
      assert.deepEqual([had, detail?.reason ?? null], [code, reason]);
      return true;
    };
    const temporary = readdirSync(tmpdir()).filter((name) => name.startsWith(`tram-verify-${process.pid}-`));
    await assert.rejects(nodeBackups.restore({ ...order, data, ...database }, watch), isIt);
    await assert.rejects(nodeBackups.verify(order, watch), isIt);
    assert.equal(existsSync(data), false, 'nothing is left in the folder');
    assert.deepEqual(readdirSync(tmpdir()).filter((name) => name.startsWith(`tram-verify-${process.pid}-`)), temporary, 'nor in the temporary one');
    if (database.database !== undefined) {
      assert.deepEqual(await (await sharedCluster()).run("select table_name from information_schema.tables where table_schema = 'public'", database.database), []);
    }
  }

  before(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'tram-forged-'));
    kept = await keepFolders(at('kept'));
    // The same names and codes; another root, which the attacker has.
    invented = await keepFolders(at('invented'));
    secret = await nodeCrypto.kem.generateSecret();
    publicKey = await nodeCrypto.kem.publicKey(secret);
    founding = readIdentity(kept.hub).founding;
    database = isOnPostgresql ? { database: await (await sharedCluster()).newDatabase() } : {};
    await backUp(kept.hub, at('true'));
    await backUp(invented.hub, at('false'));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('of an invented organisation is refused to whoever says which one they expect', async () => {
    await isRefused(at('false'), 'backup-other-organisation', null);
  });

  it('with a real organisation\'s digest on it is refused by the identity inside, and by the founding entry', async () => {
    const claimed = await exchange(at('false'), 'claimed', (manifest) => ({ ...manifest, founding }));
    await isRefused(claimed, 'backup-forged', 'backup-identity');
    await isRefused(claimed, 'backup-forged', 'backup-identity', null);
    const identityClaims = (manifest: BackupManifest): BackupManifest => ({
      ...manifest, founding, files: manifest.files.map((file) => (file.name === 'identity.json'
        ? { name: file.name, bytes: Buffer.from(Buffer.from(file.bytes).toString().replace(hex(manifest.founding), hex(founding))) } : file)),
    });
    await isRefused(await exchange(at('false'), 'claimed-twice', identityClaims), 'backup-forged', 'backup-founding');
  });

  it('with the real founding entry and directory, and a station of the attacker\'s, is refused by its certificates', async () => {
    const theirs = identityIn(await manifestOf(at('false')));
    const ours = Buffer.from((await manifestOf(at('true'))).files.find(({ name }) => name === 'identity.json')!.bytes).toString();
    const forged = JSON.parse(ours) as { secrets: unknown; certificates: unknown };
    const text = JSON.parse(Buffer.from((await manifestOf(at('false'))).files.find(({ name }) => name === 'identity.json')!.bytes).toString()) as typeof forged;
    const mixed = Buffer.from(JSON.stringify({ ...forged, secrets: text.secrets, certificates: text.certificates }));
    const swap = (manifest: BackupManifest): BackupManifest => ({
      ...manifest, files: manifest.files.map((file) => (file.name === 'identity.json' ? { name: file.name, bytes: mixed } : file)),
    });
    assert.ok(equal(readIdentityText(mixed).founding, founding));
    await isRefused(await exchange(at('true'), 'mixed', swap, theirs), 'backup-forged', 'backup-certificates');
    await isRefused(await exchange(at('true'), 'mixed-unasked', swap, theirs), 'backup-forged', 'backup-certificates', null);
  });

  it('of another station of the same organisation, signed by that one, is refused by the identity', async () => {
    const post = readFileSync(path.join(kept.post, 'identity.json'));
    await isRefused(await exchange(at('true'), 'posed', (manifest) => ({
      ...manifest, files: manifest.files.map((file) => (file.name === 'identity.json' ? { name: file.name, bytes: post } : file)),
    })), 'backup-forged', 'backup-identity');
  });

  it('of another station, or of a person, who take this one\'s name and sign with their own certificates, is refused by the directory inside', async () => {
    const posed = (of: StationIdentity): Buffer => {
      const text = JSON.parse(readFileSync(path.join(kept.hub, 'identity.json'), 'utf8')) as { secrets: Record<string, string>; certificates: Record<string, string> };
      const { secrets: { signing }, certificates } = of;
      for (const half of ['p256', 'mldsa'] as const) {
        text.secrets[half] = Buffer.from(signing[half]).toString('base64url');
        text.certificates[half] = Buffer.from(certificates[half]).toString('base64url');
      }
      return Buffer.from(JSON.stringify(text));
    };
    const post = readIdentity(kept.post);
    const { keys: { secret: device }, certificates: { p256, mldsa } } = kept.clerk;
    const clerk: StationIdentity = { ...post, secrets: { ...post.secrets, signing: device }, certificates: { ...post.certificates, p256, mldsa } };
    for (const [name, signer] of [['station', post], ['person', clerk]] as const) {
      const from = await exchange(at('true'), `posed-${name}`, (manifest) => ({
        ...manifest, files: manifest.files.map((file) => (file.name === 'identity.json' ? { name: file.name, bytes: posed(signer) } : file)),
      }), signer);
      await isRefused(from, 'backup-forged', 'backup-certificates');
      await isRefused(from, 'backup-forged', 'backup-certificates', null);
    }
  });

  it('that is an older one under a newer name is refused; the older one under its own name restores', async () => {
    const folder = at('renamed');
    cpSync(at('true'), folder, { recursive: true });
    const [name] = snapshots(folder);
    const newer = name!.replace(/^\d{8}/, '29991231');
    for (const end of ['', '.objects']) renameSync(path.join(folder, 'snapshots', `${name!}${end}`), path.join(folder, 'snapshots', `${newer}${end}`));
    await isRefused(folder, 'backup-forged', 'backup-name');
    for (const end of ['', '.objects']) renameSync(path.join(folder, 'snapshots', `${newer}${end}`), path.join(folder, 'snapshots', `${name!}${end}`));
    assert.deepEqual((await nodeBackups.verify({ from: folder, at: null, secret, founding }, watch)).audit.faults, []);
  });

  it('whose chunks were exchanged for an older one\'s is refused, under their old names and under the new ones', async () => {
    const folder = at('two');
    cpSync(at('true'), folder, { recursive: true });
    const older = await manifestOf(folder);
    const former = Object.fromEntries(older.tables.map(({ name, chunks }) => [name, chunks]));
    await runSql(kept.hub, 'update job set due = due + 1');
    await backUp(kept.hub, folder);
    const newer = await manifestOf(folder);
    const changed = newer.tables.find(({ name }) => name === 'job')!;
    const old = former['job']![0]!;
    const fresh = changed.chunks.find((chunk) => !former['job']!.some((one) => equal(one.name, chunk.name)))!;
    const objectAt = (name: Uint8Array): string => path.join(folder, 'objects', hex(name).slice(0, 2), hex(name));
    const whole = readFileSync(objectAt(fresh.name));
    // The older object as it is, in the newer one's place: it was sealed under another name.
    writeFileSync(objectAt(fresh.name), readFileSync(objectAt(old.name)));
    await isRefused(folder, 'backup-damaged', 'key');
    // And the older rows sealed anew under the newer one's name, which the `.pub` suffices for: the digest is the manifest's.
    const rows = await openSmall(unsealer(), hex(old.name), bytesAsSource(readFileSync(objectAt(old.name))), 2 ** 20);
    const sealed = await Array.fromAsync(sealObject({ crypto: nodeCrypto, random: nodeRandom, publicKey }, hex(fresh.name), rows.length, [rows]));
    writeFileSync(objectAt(fresh.name), Buffer.concat(sealed));
    await isRefused(folder, 'backup-damaged', 'digest');
    writeFileSync(objectAt(fresh.name), whole);
    assert.deepEqual((await nodeBackups.verify({ from: folder, at: null, secret, founding }, watch)).audit.faults, []);
  });

  if (!isOnPostgresql) it('is not followed by a standby either', async () => {
    const data = at('standby');
    const claimed = await exchange(at('false'), 'followed', (manifest) => ({ ...manifest, founding }));
    const following = await nodeHost.standby.follow({ from: claimed, data, secret });
    try {
      await assert.rejects(following.step(watch), (error: unknown) => (error as { code?: unknown }).code === 'backup-forged');
    } finally {
      following.close();
    }
    assert.equal(existsSync(path.join(data, 'identity.json')), false);
  });
});
