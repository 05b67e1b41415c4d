/** A dishonest office seals what it should not: the envelope is in order, and the letter inside must still be refused. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { checkComposition } from '#client/dispatch/compose.ts';
import { authorDraft, endorse, type OpenDraft } from '#client/dispatch/draft.ts';
import { openLetter } from '#client/dispatch/opening.ts';
import { measurePart } from '#client/parts/parts.ts';
import { sealDispatch, sealStatementOf, stanzaTargets } from '#client/dispatch/sealing.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { checkDispatch } from '#model/dispatch-checks.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { core, endorsementStatement, sealStatement } from '#wire/core.ts';
import { envelope, sealingStatement, submission } from '#wire/envelope.ts';
import { signOne } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { memoryFile, NOW, practiceOffices } from '../../../test/client/practice-office.ts';

let practice: PracticeOrganisation;
let good: OpenDraft;
const person = (name: string, position: string) => ({ person: name, position, signer: practice.devices.get(`${name}-may`)!.signer });
const deps = () => ({ crypto: nodeCrypto, random: nodeRandom, view: practice.state });

before(async () => {
  practice = await practiceOffices();
  const checked = checkComposition({
    office: 'van-phong', recipients: [{ to: { office: 'muong-leo' }, role: 'action', precedence: 'routine' }], documentType: 'Công văn',
    subject: 'Về việc', text: 'Nội dung', classification: 'none', exercise: true, attachments: [{ file: memoryFile('a.txt', Uint8Array.of(1)) }],
  }, deps(), NOW);
  const part = await measurePart(nodeCrypto, nodeRandom, checked.parts[0]!);
  const authored = await authorDraft(deps(), checked, [part], person('anh', 'chuyen-vien'), NOW);
  const approved = await endorse(deps(), authored, 'approve', person('khue', 'chanh-van-phong'), NOW);
  good = await endorse(deps(), approved, 'sign', person('khue', 'chanh-van-phong'), NOW);
});

async function sealOf(open: OpenDraft, position = 'chanh-van-phong'): Promise<Signed> {
  const statement = sealStatementOf(nodeCrypto, open, { position, symbol: 'UBND-VP' }, { series: '2026', number: 1 }, NOW);
  return { statement, signature: await signOne(nodeCrypto, practice.seals.get(position)!.signer, 'office-seal', statement, nodeRandom) };
}

/** Seals, sends through an honest station, opens at the recipient's, checks. */
async function arrives(open: OpenDraft, seal: Signed) {
  const { hash } = nodeCrypto;
  const sent = await sealDispatch(nodeCrypto, nodeRandom, open, seal, 'tram-tinh', stanzaTargets(deps(), good.core, NOW));
  const { header, stanzas, body } = submission.decode(sent.submission);
  const leaves = stanzas.map((stanza) => leafHash(hash, stanza));
  const statement = sealingStatement.encode({
    version: 1, dispatch: sent.dispatch, number: 0, station: 'tram-tinh', stanzas: 2, stanzaRoot: treeRoot(hash, leaves),
    bodyDigest: hash.sha256(body), bodySize: body.length, time: NOW,
  });
  const signature = await signOne(nodeCrypto, practice.stations.get('tram-tinh')!.signer, 'sealing', statement, nodeRandom);
  const placed = { index: 1, stanza: stanzas[1]!, path: inclusionProofs(hash, leaves)[1]! };
  const sealed = { version: 1, header, sealing: { statement, signature }, stanzas: [placed], body };
  const letter = await openLetter(nodeCrypto, sealed, { organisation: good.core.organisation, office: 'muong-leo' }, (purpose, number) => practice.officeSecrets.get(`muong-leo ${purpose} ${number}`) ?? null);
  return checkDispatch(nodeCrypto, practice.state, envelope.encode(sealed), letter);
}

const change = (draft: Partial<OpenDraft['draft']>): OpenDraft => ({ core: good.core, draft: { ...good.draft, ...draft } });
async function isRefused(code: RefusalCode, open: OpenDraft, seal?: Signed): Promise<void> {
  await assert.rejects(arrives(open, seal ?? (await sealOf(open))), (error) => error instanceof Refusal && error.code === code, code);
}

test('what is in order passes', async () => {
  assert.equal((await arrives(good, await sealOf(good))).core.text, 'Nội dung');
});

test('another core than was endorsed', async () => {
  await isRefused('signature-wrong', change({ core: core.encode({ ...good.core, text: 'Nội dung khác' }) }));
});

test('a header that says other than the core', async () => {
  await isRefused('header-differs', { core: { ...good.core, exercise: false }, draft: good.draft });
  await isRefused('header-differs', { core: { ...good.core, parts: [] }, draft: good.draft });
});

test('endorsements that are missing, repeated, or of another order', async () => {
  const [author, approve, sign] = good.draft.endorsements;
  await isRefused('approval-missing', change({ endorsements: [author!, sign!] }));
  await isRefused('approval-missing', change({ endorsements: [author!, approve!] }));
  await isRefused('step-out-of-order', change({ endorsements: [author!, sign!, approve!] }));
  await isRefused('step-out-of-order', change({ endorsements: [author!, approve!, sign!, sign!] }));
});

test('one person in both roles, with signatures that are all right', async () => {
  const [author] = good.draft.endorsements;
  const statement = endorsementStatement.encode({ ...endorsementStatement.decode(author!.statement), purpose: 'approve' });
  const signature = await signOne(nodeCrypto, practice.devices.get('anh-may')!.signer, 'approve', statement, nodeRandom);
  const [, , sign] = good.draft.endorsements;
  // The drafter's position has no right to approve; that is found before the two persons are counted.
  await isRefused('not-entitled', change({ endorsements: [author!, { statement, signature }, sign!] }));
});

test('an endorsement or a seal with a byte of either signature changed', async () => {
  const flipped = (signed: Signed, which: 'p256' | 'mldsa'): Signed => ({
    ...signed, signature: { ...signed.signature, [which]: signed.signature[which].map((byte, i) => (i === 5 ? byte ^ 1 : byte)) },
  });
  for (const which of ['p256', 'mldsa'] as const) {
    const endorsements = good.draft.endorsements.map((one, i) => (i === 1 ? flipped(one, which) : one));
    await isRefused('signature-wrong', change({ endorsements }));
    await isRefused('signature-wrong', good, flipped(await sealOf(good), which));
  }
});

test('a seal over something else, or of another office', async () => {
  const seal = await sealOf(good);
  const other = sealStatement.encode({ ...sealStatement.decode(seal.statement), number: { series: '2026', number: 2 } });
  await isRefused('signature-wrong', good, { ...seal, statement: other });
  await isRefused('signature-wrong', good, await sealOf(good, 'truc-ban'));
});

test('a part key that is not the one committed to', async () => {
  await isRefused('core-forged', change({ partKeys: [new Uint8Array(32)] }));
  await isRefused('core-forged', change({ partKeys: [] }));
});
