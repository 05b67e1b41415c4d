/**
 * Every route over a real socket: without a session, with a dead one, by a person without the right, by one of another
 * office, and by the right one. A route that is registered and has no such case fails the first test.
 */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { base64url, concat, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { HttpServer } from '#station/kernel/http.ts';
import { createLog } from '#station/kernel/log.ts';
import { ROUTES, type Route, type RouteName } from '#wire/api/routes.ts';
import { sealedDraft } from '#wire/core.ts';
import { envelope } from '#wire/envelope.ts';
import { openStation, type TestStation } from '../../../test/fixtures/dispatch-station.ts';
import {
  CLERK, DRAFTER, foundTestOrganisation, HUB, POST_CLERK, setClock, SIGNATORY, STRANGER, type SetClock,
} from '../../../test/fixtures/organisation.ts';
import { inPieces, makePart, officeReceipt, requestOf, seal, send, SERIES, takeNumber, type TestPart } from '../../../test/fixtures/submissions.ts';

let org: PracticeOrganisation;
let clock: SetClock;
let hub: TestStation;
let server: HttpServer<{ person: string }>;
let port: number;

before(async () => {
  org = await foundTestOrganisation();
  clock = setClock();
  hub = await openStation(org, HUB, clock);
  server = new HttpServer({
    routes: hub.dispatch.routes, clock: nodeClock, random: nodeRandom, log: createLog({ clock: nodeClock, write: () => {} }),
    authenticate: async (token) => (token.startsWith('live-session-of-') ? { person: token.slice('live-session-of-'.length) } : null),
  });
  ({ port } = await server.listen('127.0.0.1', 0));
});

after(() => server.stop());

interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
}

function ask(name: RouteName, { params = {}, query = {}, body }: Asked, token: string | null): Promise<Answered> {
  const route: Route = ROUTES[name];
  const path = route.path.replace(/:([a-z]+)/g, (_, one: string) => params[one]!);
  const search = new URLSearchParams(query).toString();
  const isBytes = body instanceof Uint8Array;
  const headers: Record<string, string> = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method: route.method, path: search === '' ? path : `${path}?${search}`, headers, agent: false };
    const request = httpRequest(options, (response) => {
      const pieces: Uint8Array[] = [];
      response.on('data', (piece: Uint8Array) => pieces.push(piece));
      response.on('end', () => resolve({ status: response.statusCode!, bytes: concat(...pieces) }));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : isBytes ? body : JSON.stringify(body));
  });
}

function jsonOf({ bytes }: Answered): { code?: string } & Record<string, unknown> {
  return JSON.parse(fromUtf8(bytes)!) as { code?: string };
}

const as = (person: string): string => `live-session-of-${person}`;
const own = DRAFTER;

interface Case {
  /** Whoever is of the office but lacks the right; null where everybody of the office has it. */
  readonly wrongPerson: string | null;
  readonly right: string;
  /** A fresh request that the right person may make. */
  readonly prepare: () => Promise<Asked>;
  /** Code for a person of another office; `not-entitled` unless said. */
  readonly elsewhere?: string;
}

const draftId = (): string => hex(nodeRandom.bytes(16));
const sealedText = (): string => base64url(sealedDraft.encode({
  number: 1, encapsulation: new Uint8Array(1_120), wrappedKey: new Uint8Array(48), nonce: new Uint8Array(12), ciphertext: nodeRandom.bytes(40),
}));
const draftBody = (step: 'saved' | 'approved' | 'signed', replaces: number) => ({ office: 'van-phong', step, replaces, sealed: sealedText(), parts: [] });

async function savedDraft(upTo: 'saved' | 'signed' = 'saved'): Promise<string> {
  const id = draftId();
  await hub.dispatch.drafts.put({ person: DRAFTER }, id, draftBody('saved', 0));
  if (upTo === 'saved') return id;
  await hub.dispatch.drafts.put({ person: SIGNATORY }, id, draftBody('approved', 1));
  await hub.dispatch.drafts.put({ person: SIGNATORY }, id, draftBody('signed', 2));
  return id;
}

async function uploaded(complete = true): Promise<TestPart> {
  const part = await makePart(2);
  await hub.dispatch.parts.declare({ person: DRAFTER }, part.declaration);
  if (complete) await hub.dispatch.parts.append({ person: DRAFTER }, part.declaration.root, 0, inPieces(part.sealed));
  return part;
}

/** A dispatch of phong-mot that arrived at van-phong, on this very station. */
async function arrived(): Promise<Uint8Array> {
  const sealed = seal(org, { from: 'phong-mot', to: ['van-phong'] });
  const number = await takeNumber(hub, STRANGER, 'phong-mot');
  await hub.dispatch.acceptance.accept({ person: STRANGER }, { draft: null, office: 'phong-mot', number, submission: base64url(sealed.bytes) });
  return sealed.id;
}

async function openedReceipt(): Promise<string> {
  const dispatch = await arrived();
  await hub.dispatch.numbers.incoming({ person: CLERK }, 'van-phong', SERIES, [dispatch]);
  return base64url(await officeReceipt(org, hub, 'van-phong-van-thu', { dispatch, kind: 'opened' }));
}

const CASES: Partial<Record<RouteName, Case>> = {
  drafts: { wrongPerson: null, right: DRAFTER, prepare: async () => ({ params: { office: 'van-phong' } }) },
  draft: { wrongPerson: null, right: SIGNATORY, prepare: async () => ({ params: { draft: await savedDraft() } }) },
  putDraft: { wrongPerson: CLERK, right: DRAFTER, prepare: async () => ({ params: { draft: draftId() }, body: draftBody('saved', 0) }) },
  discardDraft: { wrongPerson: null, right: DRAFTER, prepare: async () => ({ params: { draft: await savedDraft() } }) },
  declarePart: { wrongPerson: null, right: own, prepare: async () => ({ body: (await makePart(2)).declaration }) },
  part: { wrongPerson: null, right: own, prepare: async () => ({ params: { root: (await uploaded()).declaration.root } }) },
  appendPart: {
    wrongPerson: null, right: own,
    prepare: async () => {
      const part = await uploaded(false);
      return { params: { root: part.declaration.root }, query: { offset: '0' }, body: part.sealed };
    },
  },
  partBytes: { wrongPerson: null, right: own, prepare: async () => ({ params: { root: (await uploaded()).declaration.root }, query: { offset: '9' } }) },
  partLeaves: { wrongPerson: null, right: own, prepare: async () => ({ params: { root: (await uploaded()).declaration.root } }) },
  number: { wrongPerson: DRAFTER, right: CLERK, prepare: async () => ({ body: { draft: await savedDraft('signed'), series: SERIES } }) },
  numbers: { wrongPerson: SIGNATORY, right: CLERK, prepare: async () => ({ body: { office: 'van-phong', series: SERIES, count: 3 } }) },
  submit: { wrongPerson: DRAFTER, right: CLERK, prepare: async () => ({ body: await requestOf(hub, seal(org)) }) },
  submitMany: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async () => ({ body: { submissions: [await requestOf(hub, seal(org)), await requestOf(hub, seal(org))] } }),
  },
  envelope: {
    wrongPerson: DRAFTER, right: CLERK, elsewhere: 'not-entitled',
    prepare: async () => ({ params: { dispatch: hex(await arrived()) }, query: { office: 'van-phong' } }),
  },
  envelopes: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async () => ({ body: { office: 'van-phong', dispatches: [hex(await arrived()), hex(await arrived())] } }),
  },
  incomingNumber: {
    wrongPerson: DRAFTER, right: CLERK,
    prepare: async () => ({ params: { dispatch: hex(await arrived()) }, body: { office: 'van-phong', series: SERIES } }),
  },
  incomingNumbers: {
    wrongPerson: SIGNATORY, right: CLERK,
    prepare: async () => ({ body: { office: 'van-phong', series: SERIES, dispatches: [hex(await arrived()), hex(await arrived())] } }),
  },
  putReceipts: { wrongPerson: SIGNATORY, right: CLERK, prepare: async () => ({ body: { receipts: [await openedReceipt()] } }) },
  trace: { wrongPerson: null, right: CLERK, prepare: async () => ({ params: { dispatch: hex((await send(hub, org)).id) } }) },
  register: { wrongPerson: null, right: CLERK, prepare: async () => ({ params: { office: 'van-phong', direction: 'in' }, query: { limit: '5' } }) },
};

test('each route of this room has a case below, and demands a session', () => {
  const cased = Object.keys(CASES).map((name) => `${ROUTES[name as RouteName].method} ${ROUTES[name as RouteName].path}`);
  const mounted = hub.dispatch.routes.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(mounted.toSorted(), cased.toSorted());
  assert.ok(hub.dispatch.routes.every(({ access }) => access === 'session'));
});

for (const [key, one] of Object.entries(CASES)) {
  const name = key as RouteName;
  describe(name, () => {
    test('no session, or a dead one', async () => {
      const asked = await one.prepare();
      const [none, dead] = [await ask(name, asked, null), await ask(name, asked, 'dead-session-of-somebody')];
      assert.deepEqual([none.status, jsonOf(none).code, dead.status, jsonOf(dead).code], [401, 'session-missing', 401, 'session-expired']);
    });

    test('a person without the right, of another office, of nowhere', async () => {
      const wrong = [...(one.wrongPerson === null ? [] : [one.wrongPerson]), POST_CLERK, 'nobody', ...(isPublicTo(name) ? [] : [STRANGER])];
      for (const person of wrong) {
        const answer = await ask(name, await one.prepare(), as(person));
        const codes = name === 'submitMany' ? resultCodes(answer) : [jsonOf(answer).code];
        assert.deepEqual([...new Set(codes)], [one.elsewhere ?? 'not-entitled'], `${name} by ${person}`);
      }
    });

    test('whoever may: the declared answer', async () => {
      const answer = await ask(name, await one.prepare(), as(one.right));
      assert.equal(answer.status, 200, fromUtf8(answer.bytes) ?? '');
      const declared: unknown = ROUTES[name].answer;
      if (declared instanceof z.ZodType) declared.parse(jsonOf(answer));
      if (name === 'submitMany') assert.deepEqual(resultCodes(answer), [undefined, undefined]);
    });
  });
}

/** What went out of phong-mot its own person may see. */
function isPublicTo(name: RouteName): boolean {
  return name === 'envelope';
}

function resultCodes(answer: Answered): (string | undefined)[] {
  return (jsonOf(answer)['results'] as { code?: string }[]).map(({ code }) => code);
}

test('envelopes come many at once, each refused by itself', async () => {
  const dispatches = [hex(await arrived()), 'ff'.repeat(32), hex(await arrived())];
  const { envelopes } = jsonOf(await ask('envelopes', { body: { office: 'van-phong', dispatches } }, as(CLERK))) as unknown as { envelopes: (string | { code: string })[] };
  const single = await ask('envelope', { params: { dispatch: dispatches[2]! }, query: { office: 'van-phong' } }, as(CLERK));
  assert.deepEqual(envelopes.map((one) => (typeof one === 'string' ? 'envelope' : one.code)), ['envelope', 'dispatch-unknown', 'envelope']);
  assert.equal(envelopes[2], base64url(single.bytes));
});

test('bytes come back as they were: parts from an offset, envelopes with one stanza', async () => {
  const part = await uploaded();
  const { bytes } = await ask('partBytes', { params: { root: part.declaration.root }, query: { offset: '66000' } }, as(own));
  assert.deepEqual(bytes, part.sealed.subarray(66_000));
  const dispatch = hex(await arrived());
  const read = await ask('envelope', { params: { dispatch }, query: { office: 'van-phong' } }, as(CLERK));
  assert.deepEqual(envelope.decode(read.bytes).stanzas.map(({ index }) => index), [1]);
  const other = await ask('envelope', { params: { dispatch }, query: { office: 'phong-mot' } }, as(CLERK));
  assert.equal(jsonOf(other).code, 'not-entitled');
});

test('malformed requests are refused as such', async () => {
  const dispatch = hex(await arrived());
  const wrong: readonly (readonly [RouteName, Asked, string])[] = [
    ['trace', { params: { dispatch: 'ab' } }, 'request-malformed'],
    ['register', { params: { office: 'van-phong', direction: 'up' } }, 'request-malformed'],
    ['register', { params: { office: 'van-phong', direction: 'in' }, query: { limit: '-1' } }, 'request-malformed'],
    ['register', { params: { office: 'van-phong', direction: 'in' }, query: { page: '1' } }, 'request-malformed'],
    ['draft', { params: { draft: '../etc' } }, 'route-unknown'],
    ['incomingNumber', { params: { dispatch }, body: { office: 'van-phong', series: 'x' } }, 'request-malformed'],
    ['numbers', { body: { office: 'van-phong', series: SERIES, count: 300 } }, 'request-malformed'],
    ['submit', { body: { ...(await requestOf(hub, seal(org))), submission: base64url(utf8('no cbor')) } }, 'cbor-malformed'],
    ['putReceipts', { body: { receipts: ['AAAA'] } }, 'cbor-malformed'],
  ];
  for (const [name, asked, code] of wrong) assert.equal(jsonOf(await ask(name, asked, as(CLERK))).code, code, name);
});

test('one bad submission of many changes nothing of the others', async () => {
  const [good, bad] = [await requestOf(hub, seal(org)), await requestOf(hub, seal(org, { to: ['khong-co'] }))];
  const answer = await ask('submitMany', { body: { submissions: [good, bad, { ...good, submission: 'AAAA' }] } }, as(CLERK));
  assert.deepEqual(resultCodes(answer), [undefined, 'office-unknown', 'cbor-malformed']);
});
