/** A station that shows other entries than the first registrar signed gets no second signature. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { applyEntry, foldEntries } from '#model/directory.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { proposalId } from '#model/proposals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { directoryEntry } from '#wire/directory.ts';
import { checkProposal, countersignProposal, markOf, signersOf, type ShownProposal } from './countersigning.ts';

const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: Date.UTC(2026, 10, 23, 8) });
const second = await practice.identity('registrar', 'Nguyễn Thị Ánh');
await practice.add([{ kind: 'registrar', body: { person: 'anh', name: 'Nguyễn Thị Ánh', certificates: second.certificates } }], [practice.founded.root.signer]);
await practice.add([{ kind: 'office', body: { office: 'vp', name: 'Văn phòng', symbol: 'VP', station: 'tram-tinh' } }]);
const OWN = { provider: nodeCrypto, random: nodeRandom, own: second.signer, person: 'anh' };
const position = (code: string): EntryPlan => ({ kind: 'position', body: { position: code, office: 'vp', title: 'Phó Văn phòng', rights: ['sign'] } });

function shown(entries: readonly Uint8Array[]): ShownProposal {
  return { proposal: proposalId(nodeCrypto, entries.map((bytes) => directoryEntry.decode(bytes).statement)), entries };
}

async function refused(code: string, reason: string | undefined, proposal: ShownProposal, person = 'anh'): Promise<void> {
  const isIt = (error: unknown): boolean => error instanceof Refusal && error.code === code && error.detail['reason'] === reason;
  await assert.rejects(checkProposal(nodeCrypto, practice.state, person, proposal), isIt);
  const mark = markOf(nodeCrypto, practice.state, proposal.entries);
  await assert.rejects(countersignProposal({ ...OWN, person, view: practice.state }, proposal, mark), isIt);
}

test('what was shown and marked is signed, where two are needed, and the log takes it', async () => {
  const proposal = shown(await practice.sign([{ kind: 'person', body: { person: 'hoa', name: 'Vàng Thị Hoa' } }, position('pvp')]));
  assert.deepEqual(signersOf(practice.state, proposal.entries), ['dang-ky-mot']);
  const signed = await countersignProposal({ ...OWN, view: practice.state }, proposal, markOf(nodeCrypto, practice.state, proposal.entries));
  assert.deepEqual(signed.map((bytes) => directoryEntry.decode(bytes).signatures.length), [1, 2], 'a person needs no second signature and gets none');
  assert.equal((await foldEntries(nodeCrypto, practice.state, signed))!.point.size, practice.state.point.size + 2);
});

test('entries swapped between the showing and the signing: the mark does not fit, even under a code of their own', async () => {
  const benign = shown(await practice.sign([position('hien')]));
  const evil = shown(await practice.sign([position('ac')]));
  const mark = markOf(nodeCrypto, practice.state, benign.entries);
  const isIt = (error: unknown): boolean => error instanceof Refusal && error.code === 'mark-differs';
  await assert.rejects(countersignProposal({ ...OWN, view: practice.state }, evil, mark), isIt);
  await assert.rejects(countersignProposal({ ...OWN, view: practice.state }, benign, mark.slice(0, 9)), isIt);
});

test('a text that moves the cursor or turns letters around gets no second signature, wherever in an entry it stands', async () => {
  const now = Date.UTC(2026, 10, 23, 8);
  await refused('directory-entry-refused', 'name-malformed', shown(await practice.sign([
    position('hien'), { kind: 'delegation', body: { delegation: 'nghi-phep', position: 'hien', by: 'anh', to: 'anh', rights: ['sign'], from: now, until: now + 1_000, reason: 'CV 12\u001b[2F\u001b[J' } },
  ])));
  await refused('directory-entry-refused', 'name-malformed', shown(await practice.sign([{ kind: 'position', body: { position: 'hien', office: 'vp', title: 'Văn thư\u202e', rights: ['sign'] } }])));
});

test('entries under another proposal\'s code are refused', async () => {
  const benign = shown(await practice.sign([position('hien')]));
  const evil = await practice.sign([position('ac')]);
  await refused('proposal-forged', undefined, { proposal: benign.proposal, entries: evil });
  await refused('proposal-forged', undefined, { proposal: benign.proposal, entries: [...benign.entries, ...evil] });
  await refused('proposal-forged', undefined, { proposal: benign.proposal, entries: [] });
});

test('a signature that is not another registrar\'s over this very statement is refused', async () => {
  const [benign] = await practice.sign([position('hien')]);
  const [evil] = await practice.sign([position('ac')], [second.signer]);
  const kept = directoryEntry.decode(benign!).signatures;
  await refused('directory-entry-refused', 'signature-wrong', shown([directoryEntry.encode({ statement: directoryEntry.decode(evil!).statement, signatures: kept })]));
  await refused('directory-entry-refused', 'signature-wrong', shown([directoryEntry.encode({ statement: directoryEntry.decode(evil!).statement, signatures: kept })]), 'dang-ky-mot');
  const flipped = kept.map((one) => ({ ...one, mldsa: one.mldsa.with(7, one.mldsa[7]! ^ 1) }));
  await refused('directory-entry-refused', 'signature-wrong', shown([directoryEntry.encode({ ...directoryEntry.decode(benign!), signatures: flipped })]));
  await refused('directory-entry-refused', 'signer-repeated', shown([evil!]));
  const stranger = await practice.identity('registrar', 'Người lạ');
  await refused('directory-entry-refused', 'signer-unknown', shown(await practice.sign([position('la')], [stranger.signer])));
  await refused('directory-entry-refused', 'signer-not-entitled', shown(await practice.sign([position('may')], [practice.stations.get('tram-tinh')!.signer])));
  await refused('directory-entry-refused', 'signer-unknown', shown(await practice.sign([position('hai')], [practice.founded.registrar.signer, stranger.signer])));
});

test('no signature for what needs none, nor for what is the root\'s', async () => {
  await refused('directory-entry-refused', 'signer-not-entitled', shown(await practice.sign([{ kind: 'list', body: { list: 'xa', name: 'Các xã', offices: ['vp'] } }])));
  await refused('directory-entry-refused', 'signer-not-entitled', shown(await practice.sign([position('hien'), { kind: 'end', body: { what: 'registrar', code: 'anh', reason: 'left' } }])));
  const isMalformed = (error: unknown): boolean => error instanceof Refusal && error.detail['reason'] === 'malformed';
  await assert.rejects(checkProposal(nodeCrypto, practice.state, 'anh', { proposal: '0'.repeat(32), entries: [new Uint8Array(3)] }), isMalformed);
});

test('a station that is admitted together with what stands already gets no second signature', async () => {
  const other = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: Date.UTC(2026, 10, 23, 8), station: 'don' });
  await other.addStation('don');
  const { station, site, certificates, link, logKeys } = other.state.station('don')!;
  const joins: EntryPlan = { kind: 'station', body: { station, site, certificates, link, logKeys } };
  const office = (code: string): EntryPlan => ({ kind: 'office', body: { office: code, name: 'Đồn', symbol: 'ĐSC', station: 'don' } });
  await refused('stands-already', undefined, shown(await practice.sign([joins, office('vp')])));
  await refused('stands-already', undefined, shown(await practice.sign([joins, office('don'), { kind: 'person', body: { person: 'anh', name: 'Ai đó' } }])));
  const proposal = shown(await practice.sign([joins, office('don')]));
  await checkProposal(nodeCrypto, practice.state, 'anh', proposal);
});

test('a registrar who has ended signs no first signature', async () => {
  const proposal = shown(await practice.sign([position('cu')]));
  const [end] = await practice.sign([{ kind: 'end', body: { what: 'registrar', code: 'dang-ky-mot', reason: 'left' } }], [practice.founded.root.signer]);
  const later = await applyEntry(nodeCrypto, practice.state, end!);
  await assert.rejects(checkProposal(nodeCrypto, later, 'anh', proposal), (error: unknown) => error instanceof Refusal && error.detail['reason'] === 'signer-ended');
});
