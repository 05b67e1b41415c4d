/** What was recorded once must decode, verify and encode to the same bytes for as long as version 1 lives. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { unlockKeyring } from '#client/keyring.ts';
import { openDraft } from '#client/draft.ts';
import { readInvitation, unlockInvitation } from '#client/invitation.ts';
import { openLetter } from '#client/opening.ts';
import { openDetail } from '#client/receipts.ts';
import { concat, equal, fromHex, hex, utf8 } from '#core/bytes.ts';
import { leafHash, root as treeRoot } from '#core/merkle.ts';
import { openPart, sealPart } from '#core/part.ts';
import { acceptLog } from '#model/directory-log.ts';
import type { DirectoryState } from '#model/directory.ts';
import { checkDispatch } from '#model/dispatch-checks.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { decodeCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import { core, letter } from '#wire/core.ts';
import { directoryEntry } from '#wire/directory.ts';
import { envelope, header } from '#wire/envelope.ts';
import { event } from '#wire/event.ts';
import { invitation } from '#wire/invitation.ts';
import { keyringFile } from '#wire/keyring.ts';
import { decodeNote, encodeNote, KEY_TYPE, verifierKey } from '#wire/note.ts';
import { receipt } from '#wire/receipt.ts';
import { memoryStore } from '../../client/practice-office.ts';
import type { makeGolden } from './make.ts';

type Golden = Awaited<ReturnType<typeof makeGolden>>;
let golden: Golden;
let view: DirectoryState;

const bytesOf = (text: string | undefined): Uint8Array => fromHex(text ?? assert.fail('recorded'))!;
const secretsOf = (office: string) => (purpose: string, number: number) => {
  const found = golden.officeSecrets[`${office} ${purpose} ${number}`];
  return found === undefined ? null : bytesOf(found);
};
function keeps<T>(codec: { encode(value: T): Uint8Array; decode(bytes: Uint8Array): T }, text: string): T {
  const bytes = bytesOf(text);
  const value = codec.decode(bytes);
  assert.ok(equal(codec.encode(value), bytes), 'decode → encode reproduces');
  return value;
}

before(async () => {
  golden = JSON.parse(await readFile(new URL('golden.json', import.meta.url), 'utf8')) as Golden;
  const entries = golden.directory.entries.map(bytesOf);
  const offer = { from: 0, entries, checkpoint: utf8(golden.directory.checkpoint) };
  view = await acceptLog(nodeCrypto, null, offer, bytesOf(golden.founding));
});

test('the directory leads to its root, and its checkpoint verifies', () => {
  assert.equal(hex(view.point.root), golden.directory.root);
  assert.equal(hex(view.organisation.id), golden.organisation);
  for (const entry of golden.directory.entries) keeps(directoryEntry, entry);
});

test('the envelope opens for both offices, and every check holds', async () => {
  const sealed = keeps(envelope, golden.envelope);
  assert.equal(hex(nodeCrypto.hash.sha256(sealed.header)), golden.dispatch);
  assert.ok(equal(header.encode(header.decode(sealed.header)), sealed.header));
  for (const office of ['van-phong', 'muong-leo']) {
    const opened = await openLetter(nodeCrypto, sealed, office, secretsOf(office));
    assert.equal(hex(letter.encode(opened)), golden.letter);
    const { core: said, checks, seal } = await checkDispatch(nodeCrypto, view, bytesOf(golden.envelope), opened);
    assert.equal(said.parts[0]!.name, 'Công điện số 12 – mưa lũ.docx');
    assert.ok(equal(core.encode(said), opened.core));
    assert.equal(seal.number.number, 12);
    assert.equal(checks.filter(({ serials }) => serials?.p256 && serials.mldsa).length, 5, 'sealing, three endorsements, seal');
  }
});

test('the part seals to the recorded bytes again, and opens', async () => {
  const { partKeys: [key], core: bytes } = letter.decode(bytesOf(golden.letter));
  const { size: plainBytes, root, digest: plainDigest, keyCommitment } = core.decode(bytes).parts[0]!;
  const plain = concat(new Uint8Array(65_536).fill(0x61), utf8('hết'));
  const chunks = (await Array.fromAsync(sealPart(nodeCrypto, key!, [plain]))).map(({ sealed }) => sealed);
  assert.equal(hex(nodeCrypto.hash.sha256(concat(...chunks))), golden.part.sealedSha256);
  const leaves = [bytesOf(golden.part.leaves.slice(0, 64)), bytesOf(golden.part.leaves.slice(64))];
  const opened = await Array.fromAsync(openPart(nodeCrypto, key!, { plainBytes, root, plainDigest, keyCommitment }, leaves, chunks));
  assert.ok(equal(concat(...opened), plain));
});

test('receipts of one batch verify, and tell the origin who it was', async () => {
  for (const text of golden.receipts) {
    keeps(receipt, text);
    const verified = await verifyReceipt({ provider: nodeCrypto, view }, bytesOf(text));
    assert.deepEqual([verified.kind, verified.signed.signature.treeSize], ['opened', 2]);
    const who = await openDetail(nodeCrypto, view, { version: 1, ...verified }, secretsOf('van-phong'));
    assert.deepEqual([who?.name, who?.number?.number], ['Lò Thị Lan', 7]);
  }
});

test('the ledger leads to its root, and its checkpoint carries log and witness', async () => {
  const { events, root, checkpoint, origin, witness, logKeys, witnessKeys } = golden.ledger;
  for (const one of events) keeps(event, one);
  assert.equal(hex(treeRoot(nodeCrypto.hash, events.map((one) => leafHash(nodeCrypto.hash, bytesOf(one))))), root);
  const note = decodeNote(utf8(checkpoint));
  assert.ok(equal(encodeNote(note), utf8(checkpoint)));
  const point = decodeCheckpoint(note.text);
  assert.deepEqual([point.origin, point.size, hex(point.root)], [origin, events.length, root]);
  const keys = [
    verifierKey(nodeCrypto.hash, origin, KEY_TYPE.ed25519, bytesOf(logKeys.ed25519)),
    verifierKey(nodeCrypto.hash, origin, KEY_TYPE.mlDsa44Cosignature, bytesOf(logKeys.mldsa44)),
    verifierKey(nodeCrypto.hash, witness, KEY_TYPE.ed25519Cosignature, bytesOf(witnessKeys.ed25519)),
    verifierKey(nodeCrypto.hash, witness, KEY_TYPE.mlDsa44Cosignature, bytesOf(witnessKeys.mldsa44)),
  ];
  assert.equal((await verifyCheckpointNote(nodeCrypto.signatures, note, keys))?.length, 4);
});

test('the keyring opens with its passphrase, and the draft with the keyring', async () => {
  keeps(keyringFile, golden.keyring.file);
  const store = memoryStore();
  store.bytes = bytesOf(golden.keyring.file);
  const ring = await unlockKeyring({ crypto: nodeCrypto, random: nodeRandom, store }, golden.keyring.passphrase);
  assert.equal(ring.contents.name, 'Đặng Ngọc Khuê');
  const draft = await openDraft(nodeCrypto, ring, 'van-phong', bytesOf(golden.draft.id), bytesOf(golden.draft.sealed));
  assert.equal(draft.core.subject, 'Ứng phó mưa lũ trên sông Mã');
});

test('the invitation unlocks with its code, at its full cost', async () => {
  keeps(invitation, golden.invitation.file);
  const secret = await unlockInvitation(nodeCrypto, readInvitation(bytesOf(golden.invitation.file)), golden.invitation.code);
  assert.equal(hex(secret), golden.invitation.secret);
});
