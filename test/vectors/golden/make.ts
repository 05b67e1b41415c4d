/**
 * Makes the golden files: one small organisation, one dispatch with all that hangs on it, recorded with the secrets that
 * open it. Signatures and encapsulations are random, so a new run gives new files: run it only when the protocol's
 * version changes, and say so in the commit.
 *
 *     node test/vectors/golden/make.ts > test/vectors/golden/golden.json
 */
import { concat, fromHex, hex } from '#core/bytes.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { sealPart } from '#core/part.ts';
import { createKeyring } from '#client/keyring/keyring.ts';
import { checkComposition } from '#client/dispatch/compose.ts';
import { authorDraft, endorse, sealDraft } from '#client/dispatch/draft.ts';
import { makeInvitation } from '#client/directory/invitation.ts';
import { measurePart } from '#client/parts/parts.ts';
import { makeReceipts } from '#client/dispatch/receipts.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from '#client/dispatch/sealing.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { sparseLeaves } from '#model/resealing.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { type Checkpoint, encodeCheckpoint, signCheckpoint } from '#wire/checkpoint.ts';
import { letter } from '#wire/core.ts';
import { envelope, header as headerCodec, resealStatement, sealingStatement, stanza as stanzaCodec, submission } from '#wire/envelope.ts';
import { event, eventFields } from '#wire/event.ts';
import { encodeNote, KEY_TYPE } from '#wire/note.ts';
import type { StandIn } from '#wire/names.ts';
import { signOne } from '#wire/sign.ts';
import { CHEAP, memoryFile, memoryStore, NOW, PASSPHRASE, practiceOffices, ringOf } from '../../client/practice-office.ts';
import type { Golden } from '../checks/golden.ts';

const ATTACHMENT = 'Công điện số 12 – mưa lũ.docx';

if (import.meta.main) process.stdout.write(`${JSON.stringify(await makeGolden(), null, 1)}\n`);

/**
 * @param resealed its envelope is that of a second sealing, forty days after the first, for the recipient alone
 * @param standIns another office, `truc`, receives too, and header and core say this of the two
 */
export async function makeGolden({ resealed = false, standIns }: { resealed?: boolean; standIns?: StandIn[] } = {}) {
  const practice = await practiceOffices({ cheap: false });
  if (standIns !== undefined) await addStandIn(practice);
  const written = await writeDispatch(practice, resealed, standIns);
  const golden: Golden & { about: string; now: number } = {
    about: 'Made by test/vectors/golden/make.ts; bytes are lower-case hexadecimal. Exercise data: the secrets here guard nothing.',
    organisation: hex(practice.founded.organisation),
    founding: hex(practice.founded.founding),
    now: NOW,
    directory: {
      entries: practice.entries.map(hex),
      size: practice.state.point.size,
      root: hex(practice.state.point.root),
      checkpoint: text(await practice.checkpoint()),
    },
    officeSecrets: Object.fromEntries([...practice.officeSecrets].map(([name, secret]) => [name, hex(secret)])),
    ...written,
    ledger: await makeLedger(practice, fromHex(written.dispatch)!),
    keyring: await makeKeyring(practice),
    invitation: await makeInvited(practice),
  };
  return golden;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function addStandIn(practice: PracticeOrganisation): Promise<void> {
  await practice.addOffice('truc', 'tram-tinh', 'Ban Trực', 'BT');
  await practice.addOfficeKey('truc', 'transport');
}

async function writeDispatch(practice: PracticeOrganisation, isResealed: boolean, standIns?: StandIn[]) {
  const { state: view } = practice;
  const deps = { crypto: nodeCrypto, random: nodeRandom, view };
  const bytes = concat(new Uint8Array(65_536).fill(0x61), new TextEncoder().encode('hết'));
  const checked = checkComposition({
    office: 'van-phong', recipients: ['muong-leo', ...(standIns === undefined ? [] : ['truc'])].map((office) => ({ to: { office }, role: 'action', precedence: 'flash' })),
    documentType: 'Công điện', subject: 'Ứng phó mưa lũ trên sông Mã', text: 'Kính gửi: UBND xã Mường Lèo.\nTrực 24/24.',
    classification: 'confidential', exercise: true, replyBy: NOW + 3_600_000, expires: NOW + 86_400_000,
    attachments: [{ file: memoryFile(ATTACHMENT, bytes) }],
  }, deps, NOW);
  const part = await measurePart(nodeCrypto, nodeRandom, checked.parts[0]!);
  const person = (name: string, position: string) => ({ person: name, position, signer: practice.devices.get(`${name}-may`)!.signer });
  const said = standIns === undefined ? checked : { ...checked, standIns };
  const draft = await authorDraft(deps, said, [part], person('anh', 'chuyen-vien'), NOW);
  const draftId = nodeRandom.bytes(16);
  const sealedDraft = await sealDraft(deps, draftId, draft, NOW);
  const approved = await endorse(deps, draft, 'approve', person('khue', 'chanh-van-phong'), NOW + 1_000);
  const signed = await endorse(deps, approved, 'sign', person('khue', 'chanh-van-phong'), NOW + 2_000);
  const statement = sealStatementOf(nodeCrypto, signed, { position: 'chanh-van-phong', symbol: 'UBND-VP' }, { series: '2026', number: 12 }, NOW + 3_000);
  const signature = await signOne(nodeCrypto, practice.seals.get('chanh-van-phong')!.signer, 'office-seal', statement, nodeRandom);
  const seal = { statement, signature };
  const sent = await sealDispatch(nodeCrypto, nodeRandom, signed, seal, 'tram-tinh', stanzaTargets(deps, signed.core, NOW));
  const sealedChunks = (await Array.fromAsync(sealPart(nodeCrypto, part.key, [bytes]))).map(({ sealed }) => sealed);
  const receipts = await receiptsOf(practice, sent.dispatch, signed.core.to[0]!.office);
  return {
    dispatch: hex(sent.dispatch),
    envelope: hex(await (isResealed ? resealedOf : envelopeOf)(practice, sent)),
    letter: hex(letter.encode({ version: 1, core: signed.draft.core, endorsements: signed.draft.endorsements, seal, partKeys: [part.key] })),
    part: { leaves: hex(part.leaves), sealedSha256: hexOfRun(sealedChunks), plainSha256: hex(part.part.digest) },
    draft: { id: hex(draftId), sealed: hex(sealedDraft) },
    receipts: receipts.map(hex),
  };
}

/** SHA-256 of the sealed part: its 65 kB are made again from the letter's part key. */
function hexOfRun(chunks: readonly Uint8Array[]): string {
  return hex(nodeCrypto.hash.sha256(concat(...chunks)));
}

async function envelopeOf(practice: PracticeOrganisation, sent: { dispatch: Uint8Array; submission: Uint8Array }): Promise<Uint8Array> {
  const { hash } = nodeCrypto;
  const { header, stanzas, body } = submission.decode(sent.submission);
  const leaves = stanzas.map((stanza) => leafHash(hash, stanza));
  const statement = sealingStatement.encode({
    version: 1, dispatch: sent.dispatch, number: 0, station: 'tram-tinh', stanzas: leaves.length, stanzaRoot: treeRoot(hash, leaves),
    bodyDigest: hash.sha256(body), bodySize: body.length, time: NOW + 4_000,
  });
  const signature = await signOne(nodeCrypto, practice.stations.get('tram-tinh')!.signer, 'sealing', statement, nodeRandom);
  const paths = inclusionProofs(hash, leaves);
  const placed = stanzas.map((stanza, index) => ({ index, stanza, path: paths[index]! }));
  return envelope.encode({ version: 1, header, sealing: { statement, signature }, stanzas: placed, body });
}

async function resealedOf(practice: PracticeOrganisation, sent: { dispatch: Uint8Array; submission: Uint8Array }): Promise<Uint8Array> {
  const { hash } = nodeCrypto;
  const time = NOW + 40 * 86_400_000;
  const station = practice.stations.get('tram-tinh')!.signer;
  const { sealing: first, stanzas, ...rest } = envelope.decode(await envelopeOf(practice, sent));
  const [, old] = stanzas.map(({ stanza }) => stanzaCodec.decode(stanza));
  const stanza = stanzaCodec.encode({ ...old!, key: { ...old!.key, sealing: 1 } });
  const leaves = sparseLeaves(hash, stanzas.length, [{ index: 1, stanza }]);
  const stanzaRoot = treeRoot(hash, leaves);
  const statement = sealingStatement.encode({ ...sealingStatement.decode(first.statement), number: 1, stanzaRoot, time });
  const signature = await signOne(nodeCrypto, station, 'sealing', statement, nodeRandom);
  const position = 'chanh-van-phong';
  const { from } = headerCodec.decode(rest.header);
  const word = resealStatement.encode({ version: 1, dispatch: sent.dispatch, number: 1, office: from, position, stanzaRoot, time });
  const office = { statement: word, signature: await signOne(nodeCrypto, practice.seals.get(position)!.signer, 're-seal', word, nodeRandom) };
  const placed = [{ index: 1, stanza, path: inclusionProofs(hash, leaves)[1]! }];
  return envelope.encode({ ...rest, sealing: { statement, signature }, stanzas: placed, resealed: { first, office } });
}

async function receiptsOf(practice: PracticeOrganisation, dispatch: Uint8Array, office: { organisation: Uint8Array; office: string }): Promise<Uint8Array[]> {
  const person = { person: 'lan', position: 'truc-ban', name: 'Lò Thị Lan', signer: practice.devices.get('lan-may')!.signer };
  const by = { kind: 'opened' as const, person, seal: practice.seals.get('truc-ban')!.signer, station: 'tram-muong-leo', incarnation: new Uint8Array(16).fill(5) };
  // Two of one batch, so that a path of more than nothing is on record.
  const other = nodeCrypto.hash.sha256(dispatch);
  const order = { dispatch, sealing: 0, office, origin: { ...office, office: 'van-phong' }, number: { series: '2026', number: 7 } };
  return makeReceipts(nodeCrypto, nodeRandom, { view: practice.state }, by, [order, { ...order, dispatch: other }], NOW + 5_000);
}

async function makeLedger(practice: PracticeOrganisation, dispatch: Uint8Array) {
  const { hash } = nodeCrypto;
  const incarnation = new Uint8Array(16).fill(5);
  const office = { organisation: practice.founded.organisation, office: 'muong-leo' };
  const said = [
    { kind: 'opened-ledger', fields: {} },
    { kind: 'directory-grown', subject: practice.state.point.root, fields: { count: practice.state.point.size } },
    { kind: 'arrived', subject: dispatch, fields: { office, sealing: 0, peer: 'tram-tinh' } },
  ];
  const events = said.map(({ fields, ...rest }, index) => event.encode({
    version: 1, index, time: NOW + index, uncertaintyMs: 100, incarnation, fields: eventFields.encode(fields), commitments: [], ...rest,
  }));
  const root = treeRoot(hash, events.map((bytes) => leafHash(hash, bytes)));
  const origin = `tram/${hex(practice.founded.organisation)}/ledger/tram-muong-leo/${hex(incarnation)}`;
  const witness = `tram/${hex(practice.founded.organisation)}/witness/tram-tinh`;
  const checkpoint: Checkpoint = { origin, size: events.length, root, extensions: [] };
  const [log, cosigner] = [practice.stations.get('tram-muong-leo')!.log, practice.stations.get('tram-tinh')!.log];
  const seconds = Math.floor(NOW / 1_000);
  const lines = [
    { name: origin, type: KEY_TYPE.ed25519, key: log.signer.ed25519 },
    { name: origin, type: KEY_TYPE.mlDsa44Cosignature, key: log.signer.mldsa44 },
    { name: witness, type: KEY_TYPE.ed25519Cosignature, key: cosigner.signer.ed25519 },
    { name: witness, type: KEY_TYPE.mlDsa44Cosignature, key: cosigner.signer.mldsa44 },
  ] as const;
  const signatures = [];
  for (const line of lines) signatures.push(await signCheckpoint(hash, line, checkpoint, seconds));
  const note = encodeNote({ text: encodeCheckpoint(checkpoint), signatures });
  const keys = (one: typeof log) => ({ ed25519: hex(one.keys.ed25519), mldsa44: hex(one.keys.mldsa44) });
  return { origin, witness, events: events.map(hex), root: hex(root), checkpoint: text(note), logKeys: keys(log), witnessKeys: keys(cosigner) };
}

async function makeKeyring(practice: PracticeOrganisation) {
  const store = memoryStore();
  const { contents } = await ringOf(practice, 'khue', ['chanh-van-phong']);
  await createKeyring({ crypto: nodeCrypto, random: nodeRandom, store }, PASSPHRASE, contents, CHEAP);
  return { passphrase: PASSPHRASE, file: hex(store.bytes!) };
}

async function makeInvited(practice: PracticeOrganisation) {
  const order = { station: 'tram-moi', site: 'Trạm Sốp Cộp', expires: NOW + 86_400_000, neighbour: 'tram-tinh' };
  const { bytes, code, secret } = await makeInvitation(nodeCrypto, nodeRandom, practice.state, order);
  return { file: hex(bytes), code, secret: hex(secret) };
}
