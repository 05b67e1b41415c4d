/** A proposal that was seen to go is not signed when a station shows it again, nor one that is older than anything may wait. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { proposalId } from '#model/proposals.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { directoryEntry } from '#wire/directory.ts';
import { deviceRequestStatement } from '#wire/invitation.ts';
import { type Keyring, keyring, SEEN_PROPOSALS_MAX } from '#wire/keyring.ts';
import { parseCertificate } from '#x509/certificate.ts';
import type { Session } from '../session.ts';
import { shownProposals, signSecond, waitingProposals, withdrawProposal } from './waiting-proposals.ts';

const NOW = Date.UTC(2026, 10, 23, 8);
const practice = await PracticeOrganisation.found({ provider: nodeCrypto, random: nodeRandom, now: NOW });
const second = await practice.identity('registrar', 'Nguyễn Thị Ánh');
await practice.add([{ kind: 'registrar', body: { person: 'anh', name: 'Nguyễn Thị Ánh', certificates: second.certificates } }], [practice.founded.root.signer]);
await practice.add([{ kind: 'office', body: { office: 'vp', name: 'Văn phòng', symbol: 'VP', station: 'tram-tinh' } }]);

interface Listed {
  readonly proposal: string;
  readonly entries: readonly Uint8Array[];
  readonly asked?: Uint8Array;
}

function proposed(code: string): Promise<Listed> {
  return proposedOf([{ kind: 'position', body: { position: code, office: 'vp', title: 'Phó Văn phòng', rights: ['sign'] } }]);
}

async function proposedOf(plans: readonly EntryPlan[]): Promise<Listed> {
  const entries = await practice.sign(plans);
  return { entries, proposal: proposalId(nodeCrypto, entries.map((bytes) => directoryEntry.decode(bytes).statement)) };
}

/** One registrar's device, and a station that shows what it is told to. */
class Desk {
  shows: readonly Listed[] = [];
  withdrawn: readonly Uint8Array[] = [];
  now = NOW;
  writes = 0;
  contents: Keyring = {
    organisation: practice.state.organisation.id, person: 'anh', device: 'anh-may', name: 'Nguyễn Thị Ánh', seals: [], officeKeys: [], created: NOW,
    registrar: { p256: nodeRandom.bytes(32), mldsa: nodeRandom.bytes(32) },
  };

  constructor(person = 'anh') {
    this.contents = { ...this.contents, person };
  }

  get session(): Session {
    const call = async (route: string) => {
      if (route !== 'pending') return {};
      const withdrawn = this.withdrawn.map((statement) => ({ proposal: '1'.repeat(32), person: 'dang-ky-mot', created: this.now, by: 'anh', at: this.now, statements: [base64url(statement)] }));
      return { withdrawn, proposals: this.shows.map(({ proposal, entries, asked }) => ({
        proposal, person: 'dang-ky-mot', created: this.now, expires: this.now + DAY_MS, entries: entries.map(base64url), ...(asked !== undefined && { asked: base64url(asked) }),
      })) };
    };
    const change = async (how: (contents: Keyring) => Keyring): Promise<void> => {
      this.writes++;
      // As it is sealed and opened again.
      this.contents = keyring.decode(keyring.encode(how(this.contents)));
    };
    const clock = { now: () => this.now };
    return { crypto: nodeCrypto, random: nodeRandom, clock, now: clock.now, view: practice.state, ring: { contents: this.contents, change }, api: { call } } as unknown as Session;
  }

  async faults(): Promise<(string | null)[]> {
    return (await waitingProposals(this.session)).map(({ fault }) => (fault === null ? null : fault.code));
  }
}

const goneRefused = (error: unknown): boolean => error instanceof Refusal && error.code === 'proposal-gone';

test('what was there and went is not signed when it comes again; what is proposed anew is', async () => {
  const desk = new Desk();
  const [first, other] = [await proposed('pvp'), await proposed('tp')];
  desk.shows = [first, other];
  assert.deepEqual(await desk.faults(), [null, null]);
  assert.equal(desk.writes, 1);
  assert.deepEqual(await desk.faults(), [null, null]);
  assert.equal(desk.writes, 1, 'nothing new is nothing to write');
  desk.shows = [other];
  await desk.faults();
  desk.shows = [first, other];
  assert.deepEqual(await desk.faults(), ['proposal-gone', null]);
  await assert.rejects(signSecond(desk.session, first, ''), goneRefused);
  desk.shows = [await proposed('pvp'), other];
  assert.deepEqual(await desk.faults(), [null, null]);
});

test('of what was withdrawn that is shown which can be read, and the rest hides nothing that waits', async () => {
  const desk = new Desk();
  const one = await proposed('pvp');
  const { statement } = directoryEntry.decode(one.entries[0]!);
  desk.shows = [one];
  desk.withdrawn = [statement, new Uint8Array(3), one.entries[0]!];
  const { waiting, withdrawn } = await shownProposals(desk.session);
  assert.deepEqual([waiting.length, withdrawn.map(({ statements }) => statements)], [1, [[statement], [], []]]);
});

test('what this person withdrew is gone for them at once, whoever proposed it', async () => {
  const one = await proposed('pvp');
  for (const person of ['anh', 'dang-ky-mot']) {
    const desk = new Desk(person);
    desk.shows = [one];
    const [shown] = await waitingProposals(desk.session);
    assert.deepEqual([shown!.fault, shown!.isOwn, shown!.signers], [null, person === 'dang-ky-mot', ['dang-ky-mot']]);
    assert.match(shown!.mark, /^(?:[0-9a-f]{4} ){9}[0-9a-f]{4}$/);
    await withdrawProposal(desk.session, one.proposal);
    assert.deepEqual(await desk.faults(), ['proposal-gone']);
  }
});

test('what its first registrar signed more than a month ago is not signed, whatever the station says of its time', async () => {
  const desk = new Desk();
  const old = await proposed('pvp');
  desk.shows = [old];
  desk.now = NOW + 30 * DAY_MS;
  assert.deepEqual(await desk.faults(), [null]);
  desk.now = NOW + 32 * DAY_MS;
  assert.deepEqual(await desk.faults(), ['proposal-gone']);
  await assert.rejects(signSecond(desk.session, old, ''), goneRefused);
  desk.now = NOW + 70 * DAY_MS;
  assert.deepEqual(await desk.faults(), ['proposal-gone']);
  assert.equal(desk.contents.proposals, undefined, 'what can never be signed again need not be remembered');
});

test('what is forged is shown with why and is not remembered: a station fills no memory with what it made up', async () => {
  const desk = new Desk();
  const [one, other] = [await proposed('pvp'), await proposed('tp')];
  desk.shows = [{ proposal: one.proposal, entries: other.entries }, { proposal: '0'.repeat(32), entries: [new Uint8Array(3)] }];
  assert.deepEqual(await desk.faults(), ['proposal-forged', 'directory-entry-refused']);
  assert.equal(desk.contents.proposals, undefined);
  const many = Array.from({ length: SEEN_PROPOSALS_MAX }, () => ({ proposal: nodeRandom.bytes(16), seen: NOW, state: 'gone' as const }));
  desk.contents = { ...desk.contents, proposals: many };
  desk.shows = [one];
  assert.deepEqual(await desk.faults(), [null]);
  assert.equal(desk.contents.proposals!.length, SEEN_PROPOSALS_MAX);
});

test('whoever is to be called about a new machine is told by directory and entries, not by what it is said to have asked', async () => {
  const [desk, keys] = [new Desk(), await practice.identity('person', 'Lò Văn Minh')];
  const kem = await nodeCrypto.kem.publicKey(await nodeCrypto.kem.generateSecret());
  const [p256, mldsa] = [keys.certificates.p256, keys.certificates.mldsa].map((certificate) => parseCertificate(certificate).publicKey.raw) as [Uint8Array, Uint8Array];
  const asked = deviceRequestStatement.encode({ version: 1, organisation: practice.state.organisation.id, device: 'khue-may', person: 'khue', name: 'Lò Văn Minh', keys: { p256, mldsa }, kem, created: NOW });
  const person: EntryPlan = { kind: 'person', body: { person: 'khue', name: 'Đặng Ngọc Khuê' } };
  const device: EntryPlan = { kind: 'device', body: { device: 'khue-may', person: 'khue', certificates: keys.certificates, kem } };
  const names = async (): Promise<(string | null | undefined)[]> => (await waitingProposals(desk.session)).map((one) => one.asked?.name);
  const holder: EntryPlan = { kind: 'holder', body: { person: 'khue', position: 'pct', from: NOW } };
  desk.shows = [{ ...await proposedOf([person, device, holder]), asked }];
  assert.deepEqual(await names(), ['Đặng Ngọc Khuê']);
  desk.shows = [{ ...await proposedOf([device, holder]), asked }];
  assert.deepEqual(await names(), ['khue']);
});

test('what certifies no certificate stands beside the others, and answers nothing that was asked', async () => {
  const desk = new Desk();
  const seal = { p256: nodeRandom.bytes(64), mldsa: nodeRandom.bytes(64) };
  const kem = await nodeCrypto.kem.publicKey(await nodeCrypto.kem.generateSecret());
  const asked = deviceRequestStatement.encode({ version: 1, organisation: practice.state.organisation.id, device: 'khue-may', person: 'khue', name: 'Đặng Ngọc Khuê', keys: { p256: nodeRandom.bytes(65), mldsa: nodeRandom.bytes(1_952) }, kem, created: NOW });
  desk.shows = [{ ...await proposedOf([{ kind: 'position', body: { position: 'pct', office: 'vp', title: 'Phó Chủ tịch', rights: ['receive'], seal } }]), asked }, await proposed('tp')];
  assert.deepEqual((await waitingProposals(desk.session)).map((one) => one.asked), [null, null]);
});
