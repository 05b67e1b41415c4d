/**
 * For every route: a request that the right person may make, and who must be refused. The type demands a row for each
 * route of ROUTES, of the kind that its door (src/wire/api/doors.ts) says; doors.test.ts tries all of them.
 */
import { base64url, fromUtf8, hex } from '#core/bytes.ts';
import { DAY_MS } from '#core/clock.ts';
import type { RefusalCode } from '#core/refusals.ts';
import { makeDisclosure } from '#model/disclosure.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import type { DOORS } from '#wire/api/doors.ts';
import type { RouteName } from '#wire/api/routes.ts';
import { sealedDraft } from '#wire/core.ts';
import { stanza } from '#wire/envelope.ts';
import { escrowRelease, escrowShare } from '#wire/escrow.ts';
import { officeKeyWrap } from '#wire/keyring.ts';
import { CLERK, DRAFTER, POST, SIGNATORY, START, STRANGER } from '../fixtures/organisation.ts';
import { inPieces, makePart, officeReceipt, requestOf, resealing, seal, send, SERIES, takeNumber, type TestPart } from '../fixtures/submissions.ts';
import { PEER } from '../fixtures/peer.ts';
import { BUNDLE_ATTEMPTS } from './bundle-attempts.ts';
import { REQUEST_ATTEMPTS } from './request-attempts.ts';
import { RING_ATTEMPTS } from './ring-attempts.ts';
import { type Asked, type DoorWorld, jsonOf, KEY_HOLDER, NOBODY, REGISTRAR } from './world.ts';

/** A request that must be refused, beyond those that are tried at every door. */
export interface Wrong {
  readonly says: string;
  /** Whose session; null for none. */
  readonly as: string | null;
  readonly asked: (world: DoorWorld) => Promise<Asked>;
  readonly code: RefusalCode;
}

interface Attempt {
  /** A fresh request that succeeds. */
  readonly prepare: (world: DoorWorld) => Promise<Asked>;
  /** The answer is a stream that does not end by itself. */
  readonly endless?: true;
}

/** Where something is claimed without a session, the claims that are refused. */
interface OpenAttempt extends Attempt {
  readonly wrong: readonly Wrong[];
}

/** Any device comes in: `wrong` says what of another's it may not do, where there is anything to do. */
interface DeviceAttempt extends Attempt {
  readonly right: string;
  readonly wrong: readonly Wrong[];
}

interface OfficeAttempt extends Attempt {
  readonly right: string;
  /** A person of that office who lacks the right; null where everybody of it has it. */
  readonly wrongPerson: string | null;
  /** Persons of other offices who are parties, and so are no strangers. */
  readonly parties?: readonly string[];
  /** What strangers are told; `not-entitled` unless said. */
  readonly code?: RefusalCode;
  /** The same for an office that lives at another station, where doors.test.ts cannot turn the request itself. */
  readonly elsewhere?: (world: DoorWorld) => Promise<Asked>;
  readonly wrong?: readonly Wrong[];
}

interface RegistrarAttempt extends Attempt {
  readonly wrong?: readonly Wrong[];
}

interface AttemptOf {
  readonly anyone: OpenAttempt;
  readonly device: DeviceAttempt;
  readonly office: OfficeAttempt;
  readonly registrar: RegistrarAttempt;
}
export type AnyAttempt = AttemptOf[keyof AttemptOf];

const OFFICE = 'van-phong';
const ofOffice = { params: { office: OFFICE } };

const draftId = (): string => hex(nodeRandom.bytes(16));
const sealedText = (): string => base64url(sealedDraft.encode({
  number: 1, encapsulation: new Uint8Array(1_120), wrappedKey: new Uint8Array(48), nonce: new Uint8Array(12), ciphertext: nodeRandom.bytes(40),
}));
const draftBody = (step: 'saved' | 'approved' | 'signed', replaces: number) => ({ office: OFFICE, step, replaces, sealed: sealedText(), parts: [] });

async function savedDraft({ hub }: DoorWorld, upTo: 'saved' | 'signed' = 'saved'): Promise<string> {
  const id = draftId();
  await hub.dispatch.drafts.put({ person: DRAFTER }, id, draftBody('saved', 0));
  if (upTo === 'saved') return id;
  await hub.dispatch.drafts.put({ person: SIGNATORY }, id, draftBody('approved', 1));
  await hub.dispatch.drafts.put({ person: SIGNATORY }, id, draftBody('signed', 2));
  return id;
}

/** A dispatch of phong-mot with one part that arrived at van-phong, as somebody there would take its part to a machine. */
async function taking({ hub, org }: DoorWorld): Promise<Asked & { params: Readonly<Record<string, string>>; body: { office: string; roots: string[] } }> {
  const part = await makePart(1, 500, 'phong-mot');
  await hub.dispatch.parts.declare({ person: STRANGER }, part.declaration);
  await hub.dispatch.parts.append({ person: STRANGER }, part.declaration.root, 0, inPieces(part.sealed));
  const sealed = seal(org, { from: 'phong-mot', to: [OFFICE], parts: [part.header] });
  const number = await takeNumber(hub, STRANGER, 'phong-mot');
  await hub.dispatch.acceptance.accept({ person: STRANGER }, { draft: null, office: 'phong-mot', number, submission: base64url(sealed.bytes) });
  return { params: { dispatch: hex(sealed.id) }, body: { office: OFFICE, roots: [part.declaration.root] } };
}

async function uploaded({ hub }: DoorWorld, complete = true): Promise<TestPart> {
  const part = await makePart(2);
  await hub.dispatch.parts.declare({ person: DRAFTER }, part.declaration);
  if (complete) await hub.dispatch.parts.append({ person: DRAFTER }, part.declaration.root, 0, inPieces(part.sealed));
  return part;
}

const rootOf = async (world: DoorWorld): Promise<{ root: string }> => ({ root: (await uploaded(world)).declaration.root });

/** A dispatch of phong-mot that arrived at van-phong, on this very station. */
export async function arrived({ hub, org }: DoorWorld): Promise<Uint8Array> {
  const sealed = seal(org, { from: 'phong-mot', to: [OFFICE] });
  const number = await takeNumber(hub, STRANGER, 'phong-mot');
  await hub.dispatch.acceptance.accept({ person: STRANGER }, { draft: null, office: 'phong-mot', number, submission: base64url(sealed.bytes) });
  return sealed.id;
}

/** A stanza of van-phong for one of its keys. */
export function rewrapped({ org }: DoorWorld, purpose: 'transport' | 'storage' = 'storage', number = 1, kem = 0x647a): Uint8Array {
  const office = { organisation: org.state.organisation.id, office: OFFICE };
  return stanza.encode({ key: { office, purpose, number, sealing: 0 }, kem, encapsulation: new Uint8Array(1_120), ciphertext: nodeRandom.bytes(48) });
}

let periods = 1;

/** A period that was over long ago, with the one after it, which is the one to seal to. @returns its number */
async function pastKey({ hub, org }: DoorWorld): Promise<number> {
  const number = periods += 2;
  const key = async (which: number, from: number, until?: number) => ({
    kind: 'office-key' as const,
    body: { office: OFFICE, purpose: 'transport' as const, number: which, from, until, kem: nodeCrypto.kem.id, publicKey: await nodeCrypto.kem.publicKey(await nodeCrypto.kem.generateSecret()) },
  });
  await hub.station.people.propose(await org.sign([await key(number, START - 60 * DAY_MS, START - 53 * DAY_MS), await key(number + 1, START - 53 * DAY_MS)]));
  return number;
}

/** Of Mường Lèo, which lives at another station, signed by its own clerk. */
async function receiptElsewhere({ hub, org }: DoorWorld): Promise<Asked> {
  const dispatch = (await send(hub, org)).id;
  return { body: { receipts: [base64url(await officeReceipt(org, hub, 'muong-leo-truc', { dispatch, kind: 'opened', station: POST }))] } };
}

async function openedReceipt(world: DoorWorld): Promise<string> {
  const dispatch = await arrived(world);
  await world.hub.dispatch.numbers.incoming({ person: CLERK }, OFFICE, SERIES, [dispatch]);
  return base64url(await officeReceipt(world.org, world.hub, 'van-phong-van-thu', { dispatch, kind: 'opened' }));
}

const wrapFor = (device: string): string => base64url(officeKeyWrap.encode({
  office: OFFICE, purpose: 'transport', number: 1, device, encapsulation: nodeRandom.bytes(1_120), ciphertext: nodeRandom.bytes(48),
}));
const ofEscrow = { office: OFFICE, number: 1, escrow: 1 };
const sealedShare = () => ({ encapsulation: nodeRandom.bytes(1_120), ciphertext: nodeRandom.bytes(49) });

const rename: (world: DoorWorld) => ReturnType<DoorWorld['org']['sign']> = ({ org }) =>
  org.sign([{ kind: 'person', body: { person: `p-${draftId().slice(0, 8)}`, name: 'Người Mới' } }]);

async function waiting(world: DoorWorld): Promise<string> {
  const body = { entries: (await rename(world)).map(base64url) };
  const answer = await world.hub.ask('putPending', { body }, await world.hub.token(REGISTRAR));
  return jsonOf(answer)['proposal'] as string;
}

async function disclosureOf(org: DoorWorld['org']): Promise<Uint8Array> {
  return makeDisclosure(nodeCrypto, { view: org.state, entries: org.entries, checkpoint: await org.checkpoint() }, org.state.agreement(PEER)!, 0);
}

export const ATTEMPTS: { readonly [N in RouteName]: AttemptOf[(typeof DOORS)[N]] } = {
  station: { prepare: async () => ({}), wrong: [] },
  openapi: { prepare: async () => ({}), wrong: [] },
  events: { right: NOBODY, prepare: async () => ({}), wrong: [], endless: true },
  ledger: { right: NOBODY, prepare: async () => ({}), wrong: [] },
  ledgerCheckpoint: { right: NOBODY, prepare: async () => ({}), wrong: [] },
  operations: { prepare: async () => ({}) },
  runJob: { prepare: async () => ({ body: { kind: 'checkpoint', key: 'daily' } }) },
  examination: { prepare: async () => ({}) },
  stationLog: { prepare: async () => ({ query: { line: '0' } }) },
  beginChore: { prepare: async () => ({ body: { chore: 'doctor' } }) },
  cancelChore: { prepare: async () => ({ params: { chore: 'backup' } }) },
  challenge: { prepare: async () => ({}), wrong: [] },
  directory: { prepare: async () => ({}), wrong: [] },
  logIn: {
    prepare: async ({ hub }) => ({ body: await hub.proof(hub.deviceOf(CLERK)) }),
    wrong: [
      { says: 'the same device code in another organisation', as: null, code: 'proof-wrong',
        asked: async ({ hub, foreign }) => ({ body: await hub.proof(foreign.devices.get(hub.deviceOf(CLERK).device)!) }) },
      { says: 'a proof made for another station', as: null, code: 'proof-wrong',
        asked: async ({ hub }) => ({ body: await hub.proof(hub.deviceOf(CLERK), POST) }) },
      { says: 'one device in the name of another', as: null, code: 'proof-wrong',
        asked: async ({ hub }) => ({ body: { ...await hub.proof(hub.deviceOf(NOBODY)), device: hub.deviceOf(CLERK).device } }) },
      { says: 'a device that has ended', as: null, code: 'device-ended',
        asked: async ({ hub }) => ({ body: await hub.proof(hub.deviceOf('nguoi-nghi')) }) },
      { says: 'somebody in the name of a device that has ended', as: null, code: 'device-unknown',
        asked: async ({ hub }) => ({ body: { ...await hub.proof(hub.deviceOf(CLERK)), device: hub.deviceOf('nguoi-nghi').device } }) },
      { says: 'a device that nobody has', as: null, code: 'device-unknown',
        asked: async ({ hub }) => ({ body: { ...await hub.proof(hub.deviceOf(CLERK)), device: 'khong-co' } }) },
    ],
  },
  ...RING_ATTEMPTS,
  ...REQUEST_ATTEMPTS,
  logOut: { right: NOBODY, prepare: async () => ({}), wrong: [] },
  propose: {
    right: NOBODY,
    prepare: async (world) => ({ body: { entries: (await rename(world)).map(base64url) } }),
    wrong: [
      { says: 'an entry signed by no registrar', as: NOBODY, code: 'directory-entry-refused',
        asked: async ({ org, hub }) => ({ body: { entries: (await org.sign(
          [{ kind: 'person', body: { person: 'ke-gian', name: 'Kẻ Gian' } }], [hub.deviceOf(NOBODY).signer])).map(base64url) } }) },
      { says: 'an entry of another organisation\'s registrar', as: CLERK, code: 'directory-entry-refused',
        asked: async (world) => ({ body: { entries: (await rename({ ...world, org: world.foreign })).map(base64url) } }) },
      { says: 'given back, with a checkpoint that does not cover it', as: NOBODY, code: 'directory-inconsistent',
        asked: async (world) => ({ body: { entries: (await rename(world)).map(base64url), checkpoint: fromUtf8(await world.foreign.checkpoint()) } }) },
    ],
  },
  peers: { right: NOBODY, prepare: async () => ({}), wrong: [] },
  peerDirectory: { right: NOBODY, prepare: async () => ({ params: { peer: PEER } }), wrong: [] },
  putDisclosure: {
    prepare: async ({ peer }) => ({ params: { peer: PEER }, body: { disclosure: base64url(await peer.shows()) } }),
    wrong: [
      { says: 'what another organisation than the peer shows', as: REGISTRAR, code: 'organisation-unknown',
        asked: async ({ org }) => ({ params: { peer: PEER }, body: { disclosure: base64url(await disclosureOf(org)) } }) },
      { says: 'a peer without an agreement', as: REGISTRAR, code: 'agreement-missing',
        asked: async ({ peer }) => ({ params: { peer: 'cong-an' }, body: { disclosure: base64url(await peer.shows()) } }) },
    ],
  },
  pending: { prepare: async () => ({}) },
  putPending: { prepare: async (world) => ({ body: { entries: (await rename(world)).map(base64url) } }) },
  dropPending: { prepare: async (world) => ({ params: { proposal: await waiting(world) } }) },
  wraps: { wrongPerson: null, right: DRAFTER, prepare: async () => ofOffice },
  putWraps: {
    wrongPerson: null, right: KEY_HOLDER,
    prepare: async ({ hub }) => ({ ...ofOffice, body: { wraps: [wrapFor(hub.deviceOf(CLERK).device)] } }),
    wrong: [
      { says: 'keys for a device of no position', as: KEY_HOLDER, code: 'not-entitled',
        asked: async ({ hub }) => ({ ...ofOffice, body: { wraps: [wrapFor(hub.deviceOf(NOBODY).device)] } }) },
    ],
  },
  officeKeys: { wrongPerson: null, right: DRAFTER, prepare: async () => ofOffice },
  destroyKey: {
    wrongPerson: CLERK, right: KEY_HOLDER,
    prepare: async (world) => ({ ...ofOffice, body: { number: await pastKey(world) } }),
    wrong: [{ says: 'a key that is sealed to', as: KEY_HOLDER, code: 'key-in-use', asked: async (world) => ({ ...ofOffice, body: { number: 1 + await pastKey(world) } }) }],
  },
  escrow: { wrongPerson: null, right: SIGNATORY, prepare: async () => ofOffice },
  putEscrowShares: {
    wrongPerson: DRAFTER, right: KEY_HOLDER,
    prepare: async ({ hub }) => ({ ...ofOffice, body: { shares: [base64url(escrowShare.encode({
      ...ofEscrow, custodian: SIGNATORY, device: hub.deviceOf(SIGNATORY).device, ...sealedShare(),
    }))] } }),
  },
  putEscrowReleases: {
    wrongPerson: CLERK, right: SIGNATORY,
    prepare: async ({ hub }) => ({ ...ofOffice, body: { releases: [base64url(escrowRelease.encode({
      ...ofEscrow, custodian: SIGNATORY, device: hub.deviceOf(KEY_HOLDER).device, use: 'rehearsal', ...sealedShare(),
    }))] } }),
  },
  tellEscrow: { wrongPerson: null, right: KEY_HOLDER, prepare: async () => ({ ...ofOffice, body: { use: 'rehearsal', numbers: [1] } }) },
  links: { right: NOBODY, prepare: async () => ({}), wrong: [] },
  ...BUNDLE_ATTEMPTS,

  drafts: { wrongPerson: null, right: DRAFTER, prepare: async () => ofOffice },
  draft: { wrongPerson: null, right: SIGNATORY, prepare: async (world) => ({ params: { draft: await savedDraft(world) } }) },
  putDraft: { wrongPerson: CLERK, right: DRAFTER, prepare: async () => ({ params: { draft: draftId() }, body: draftBody('saved', 0) }) },
  discardDraft: { wrongPerson: null, right: DRAFTER, prepare: async (world) => ({ params: { draft: await savedDraft(world) } }) },
  declarePart: { wrongPerson: null, right: DRAFTER, prepare: async () => ({ body: (await makePart(2)).declaration }) },
  part: { wrongPerson: null, right: DRAFTER, prepare: async (world) => ({ params: await rootOf(world) }) },
  appendPart: {
    wrongPerson: null, right: DRAFTER,
    prepare: async (world) => {
      const part = await uploaded(world, false);
      return { params: { root: part.declaration.root }, query: { offset: '0' }, body: part.sealed };
    },
  },
  dropPart: { wrongPerson: null, right: DRAFTER, prepare: async (world) => ({ params: await rootOf(world) }) },
  partBytes: { wrongPerson: null, right: DRAFTER, prepare: async (world) => ({ params: await rootOf(world), query: { offset: '9' } }) },
  partLeaves: { wrongPerson: null, right: DRAFTER, prepare: async (world) => ({ params: await rootOf(world) }) },
  number: { wrongPerson: DRAFTER, right: CLERK, prepare: async (world) => ({ body: { draft: await savedDraft(world, 'signed'), series: SERIES } }) },
  numbers: { wrongPerson: SIGNATORY, right: CLERK, prepare: async () => ({ body: { office: OFFICE, series: SERIES, count: 3 } }) },
  submit: { wrongPerson: DRAFTER, right: CLERK, prepare: async ({ hub, org }) => ({ body: await requestOf(hub, seal(org)) }) },
  submitMany: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async ({ hub, org }) => ({ body: { submissions: [await requestOf(hub, seal(org)), await requestOf(hub, seal(org))] } }),
  },
  envelope: {
    wrongPerson: DRAFTER, right: CLERK, parties: [STRANGER],
    prepare: async (world) => ({ params: { dispatch: hex(await arrived(world)) }, query: { office: OFFICE } }),
  },
  envelopes: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async (world) => ({ body: { office: OFFICE, dispatches: [hex(await arrived(world)), hex(await arrived(world))] } }),
  },
  unreadable: { wrongPerson: DRAFTER, right: CLERK, prepare: async () => ofOffice },
  reseal: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async ({ hub, org }) => {
      const sent = await send(hub, org);
      return { params: { dispatch: hex(sent.id) }, body: { office: OFFICE, resealing: base64url(await resealing(org, sent)) } };
    },
    wrong: [
      { says: 'of another office, which did not send it', as: STRANGER, code: 'dispatch-unknown', asked: async ({ hub, org }) => {
        const sent = await send(hub, org);
        return { params: { dispatch: hex(sent.id) }, body: { office: 'phong-mot', resealing: base64url(await resealing(org, sent)) } };
      } },
    ],
  },
  incomingNumber: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async (world) => ({ params: { dispatch: hex(await arrived(world)) }, body: { office: OFFICE, series: SERIES } }),
  },
  incomingNumbers: {
    wrongPerson: SIGNATORY, right: CLERK,
    prepare: async (world) => ({ body: { office: OFFICE, series: SERIES, dispatches: [hex(await arrived(world)), hex(await arrived(world))] } }),
  },
  arrivals: { wrongPerson: DRAFTER, right: CLERK, prepare: async () => ofOffice },
  rewrap: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async (world) => ({ ...ofOffice, body: { stanzas: [{ dispatch: hex(await arrived(world)), stanza: base64url(rewrapped(world)) }] } }),
  },
  putReceipts: { wrongPerson: SIGNATORY, right: CLERK, prepare: async (world) => ({ body: { receipts: [await openedReceipt(world)] } }), elsewhere: receiptElsewhere },
  downloads: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async (world) => ({ params: (await taking(world)).params, query: { office: OFFICE } }),
    wrong: [
      { says: 'no office', as: CLERK, code: 'request-malformed', asked: async (world) => ({ params: (await taking(world)).params }) },
      { says: 'the sender, of the office that it went to', as: STRANGER, code: 'not-entitled', asked: async (world) => ({ params: (await taking(world)).params, query: { office: OFFICE } }) },
    ],
  },
  recordDownloads: {
    wrongPerson: DRAFTER, right: CLERK, prepare: taking,
    wrong: [
      { says: 'a part of another dispatch', as: CLERK, code: 'part-unknown', asked: async (world) => {
        const [one, other] = [await taking(world), await taking(world)];
        return { ...one, body: { office: OFFICE, roots: [...one.body.roots, ...other.body.roots] } };
      } },
      { says: 'what is not here', as: CLERK, code: 'dispatch-unknown', asked: async (world) => ({ ...await taking(world), params: { dispatch: 'ff'.repeat(32) } }) },
      { says: 'the sender, for the office that it went to', as: STRANGER, code: 'not-entitled', asked: taking },
    ],
  },
  trace: { wrongPerson: null, right: CLERK, prepare: async ({ hub, org }) => ({ params: { dispatch: hex((await send(hub, org)).id) } }) },
  exposed: { wrongPerson: null, right: CLERK, prepare: async () => ({ params: { office: OFFICE, direction: 'in' } }) },
  register: { wrongPerson: null, right: CLERK, prepare: async () => ({ params: { office: OFFICE, direction: 'in' }, query: { limit: '5' } }) },
};
