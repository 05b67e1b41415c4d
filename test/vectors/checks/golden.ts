/**
 * What was recorded once must decode, verify and encode to the same bytes for as long as version 1 lives, on every
 * platform: directory, envelope, letter, part, receipts, ledger, keyring, draft, invitation.
 */
import { concat, equal, hex, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { leafHash, root as treeRoot } from '#core/merkle.ts';
import { openPart, sealPart } from '#core/part.ts';
import { openDraft } from '#client/dispatch/draft.ts';
import { readInvitation, unlockInvitation } from '#client/directory/invitation.ts';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import { openLetter } from '#client/dispatch/opening.ts';
import { openDetail } from '#client/dispatch/receipts.ts';
import { acceptLog } from '#model/directory-log.ts';
import type { DirectoryState } from '#model/directory.ts';
import { checkDispatch } from '#model/dispatch-checks.ts';
import { verifyReceipt } from '#model/receipts.ts';
import { decodeCheckpoint, verifyCheckpointNote } from '#wire/checkpoint.ts';
import { core, letter } from '#wire/core.ts';
import { directoryEntry } from '#wire/directory.ts';
import { envelope, header } from '#wire/envelope.ts';
import { event } from '#wire/event.ts';
import { invitation } from '#wire/invitation.ts';
import { keyringFile } from '#wire/keyring.ts';
import { decodeNote, encodeNote, KEY_TYPE, verifierKey } from '#wire/note.ts';
import { receipt } from '#wire/receipt.ts';
import { bytesOf, judge, type Outcome } from './outcome.ts';

/** golden.json, as golden/make.ts writes it: bytes in hexadecimal, notes as text. */
export interface Golden {
  readonly organisation: string;
  readonly founding: string;
  readonly directory: { readonly entries: readonly string[]; readonly size: number; readonly root: string; readonly checkpoint: string };
  /** Secrets by "office purpose number". */
  readonly officeSecrets: Readonly<Record<string, string>>;
  readonly dispatch: string;
  readonly envelope: string;
  readonly letter: string;
  readonly part: Readonly<Record<'leaves' | 'sealedSha256' | 'plainSha256', string>>;
  readonly draft: Readonly<Record<'id' | 'sealed', string>>;
  readonly receipts: readonly string[];
  readonly ledger: Readonly<Record<'root' | 'checkpoint' | 'origin' | 'witness', string>> & {
    readonly events: readonly string[];
    readonly logKeys: LogKeysText;
    readonly witnessKeys: LogKeysText;
  };
  readonly keyring: Readonly<Record<'file' | 'passphrase', string>>;
  readonly invitation: Readonly<Record<'file' | 'code' | 'secret', string>>;
}

type LogKeysText = Readonly<Record<'ed25519' | 'mldsa44', string>>;

interface Bench {
  readonly provider: CryptoProvider;
  readonly random: RandomSource;
  readonly golden: Golden;
  readonly view: DirectoryState;
}

/** Every golden thing, on this provider. */
export async function checkGolden(provider: CryptoProvider, random: RandomSource, golden: Golden): Promise<Outcome> {
  const offer = { from: 0, entries: golden.directory.entries.map(bytesOf), checkpoint: utf8(golden.directory.checkpoint) };
  const view = await acceptLog(provider, null, offer, bytesOf(golden.founding));
  const bench = { provider, random, golden, view };
  return judge(Object.entries(CHECKS), ([name]) => name, async ([, check]) => {
    await check(bench);
    return true;
  });
}

const CHECKS: Readonly<Record<string, (bench: Bench) => Promise<void> | void>> = {
  'the directory leads to its root, and its checkpoint verifies': checkDirectory,
  'the envelope opens for both offices, and every check holds': checkEnvelope,
  'the part seals to the recorded bytes again, and opens': checkPart,
  'receipts of one batch verify, and tell the origin who it was': checkReceipts,
  'the ledger leads to its root, and its checkpoint carries log and witness': checkLedger,
  'the keyring opens with its passphrase, and the draft with the keyring': checkKeyring,
  'the invitation unlocks with its code, at its full cost': checkInvitation,
};

function checkDirectory({ golden, view }: Bench): void {
  demand(hex(view.point.root) === golden.directory.root, 'root');
  demand(hex(view.organisation.id) === golden.organisation, 'organisation');
  for (const entry of golden.directory.entries) kept(directoryEntry, entry);
}

async function checkEnvelope({ provider, golden, view }: Bench): Promise<void> {
  const sealed = kept(envelope, golden.envelope);
  demand(hex(provider.hash.sha256(sealed.header)) === golden.dispatch, 'dispatch id');
  demand(equal(header.encode(header.decode(sealed.header)), sealed.header), 'header');
  for (const office of ['van-phong', 'muong-leo']) {
    const opened = await openLetter(provider, sealed, { organisation: view.organisation.id, office }, secretsOf(golden, office));
    demand(hex(letter.encode(opened)) === golden.letter, 'letter');
    const { core: said, checks, seal } = await checkDispatch(provider, view, bytesOf(golden.envelope), opened);
    demand(said.parts[0]!.name === 'Công điện số 12 – mưa lũ.docx', 'part name');
    demand(equal(core.encode(said), opened.core), 'core');
    demand(seal.number.number === 12, 'number');
    demand(checks.filter(({ serials }) => serials?.p256 && serials.mldsa).length === 5, 'sealing, three endorsements, seal');
  }
}

async function checkPart({ provider, golden }: Bench): Promise<void> {
  const { partKeys: [key], core: bytes } = letter.decode(bytesOf(golden.letter));
  const { size: plainBytes, root, digest: plainDigest, keyCommitment } = core.decode(bytes).parts[0]!;
  const plain = concat(new Uint8Array(65_536).fill(0x61), utf8('hết'));
  const chunks = (await Array.fromAsync(sealPart(provider, key!, [plain]))).map(({ sealed }) => sealed);
  demand(hex(provider.hash.sha256(concat(...chunks))) === golden.part.sealedSha256, 'ciphertext');
  const leaves = [bytesOf(golden.part.leaves.slice(0, 64)), bytesOf(golden.part.leaves.slice(64))];
  const opened = await Array.fromAsync(openPart(provider, key!, { plainBytes, root, plainDigest, keyCommitment }, leaves, chunks));
  demand(equal(concat(...opened), plain), 'plaintext');
}

async function checkReceipts({ provider, golden, view }: Bench): Promise<void> {
  for (const text of golden.receipts) {
    kept(receipt, text);
    const verified = await verifyReceipt({ provider, view }, bytesOf(text));
    demand(verified.kind === 'opened' && verified.signed.signature.treeSize === 2, 'kind and batch');
    const who = await openDetail(provider, { view }, { version: 1, ...verified }, secretsOf(golden, 'van-phong'));
    demand(who?.name === 'Lò Thị Lan' && who.number?.number === 7, 'detail');
  }
}

async function checkLedger({ provider: { hash, signatures }, golden }: Bench): Promise<void> {
  const { events, root, checkpoint, origin, witness, logKeys, witnessKeys } = golden.ledger;
  for (const one of events) kept(event, one);
  demand(hex(treeRoot(hash, events.map((one) => leafHash(hash, bytesOf(one))))) === root, 'root');
  const note = decodeNote(utf8(checkpoint));
  demand(equal(encodeNote(note), utf8(checkpoint)), 'note');
  const point = decodeCheckpoint(note.text);
  demand(point.origin === origin && point.size === events.length && hex(point.root) === root, 'point');
  const keys = [
    verifierKey(hash, origin, KEY_TYPE.ed25519, bytesOf(logKeys.ed25519)),
    verifierKey(hash, origin, KEY_TYPE.mlDsa44Cosignature, bytesOf(logKeys.mldsa44)),
    verifierKey(hash, witness, KEY_TYPE.ed25519Cosignature, bytesOf(witnessKeys.ed25519)),
    verifierKey(hash, witness, KEY_TYPE.mlDsa44Cosignature, bytesOf(witnessKeys.mldsa44)),
  ];
  demand((await verifyCheckpointNote(signatures, note, keys))?.length === 4, 'four signatures');
}

async function checkKeyring({ provider: crypto, random, golden }: Bench): Promise<void> {
  kept(keyringFile, golden.keyring.file);
  const store = { read: async () => bytesOf(golden.keyring.file), write: async () => {} };
  const ring = await unlockKeyring({ crypto, random, store }, golden.keyring.passphrase);
  demand(ring.contents.name === 'Đặng Ngọc Khuê', 'name');
  const draft = await openDraft(crypto, ring, 'van-phong', bytesOf(golden.draft.id), bytesOf(golden.draft.sealed));
  demand(draft.core.subject === 'Ứng phó mưa lũ trên sông Mã', 'subject');
}

async function checkInvitation({ provider, golden }: Bench): Promise<void> {
  kept(invitation, golden.invitation.file);
  const secret = await unlockInvitation(provider, readInvitation(bytesOf(golden.invitation.file)), golden.invitation.code);
  demand(hex(secret) === golden.invitation.secret, 'secret');
}

function secretsOf(golden: Golden, office: string): (purpose: string, number: number) => Uint8Array | null {
  return (purpose, number) => {
    const found = golden.officeSecrets[`${office} ${purpose} ${number}`];
    return found === undefined ? null : bytesOf(found);
  };
}

/** Decodes, and shows that encoding gives the same bytes again. */
function kept<T>(codec: { encode(value: T): Uint8Array; decode(bytes: Uint8Array): T }, text: string): T {
  const bytes = bytesOf(text);
  const value = codec.decode(bytes);
  demand(equal(codec.encode(value), bytes), 'decode → encode reproduces');
  return value;
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`${what} differs`);
}
