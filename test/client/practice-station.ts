/**
 * A province's stations in memory, behind the client's transport: enough of the API to send, arrive, open and receipt,
 * nothing of durability or links. The real stations are in src/station; this one lets a test change any byte on the way.
 */
import { base64url, concat, fromBase64url, fromUtf8, hex } from '#core/bytes.ts';
import type { HttpRequest, HttpTransport } from '#core/outside.ts';
import { inclusionProofs, leafHash, root as treeRoot } from '#core/merkle.ts';
import { Refusal } from '#core/refusals.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { ROUTES, type RouteName } from '#wire/api/routes.ts';
import { envelope, header, sealing, sealingStatement, submission } from '#wire/envelope.ts';
import { receipt, receiptStatement } from '#wire/receipt.ts';
import { signOne } from '#wire/sign.ts';
import type { Clock } from '#core/clock.ts';

interface Part { root: string; size: number; leaves: string | undefined; bytes: Uint8Array }
interface Held { id: string; envelope: Uint8Array; accepted: number; number: { series: string; number: number } }
interface DraftKept { office: string; step: string; version: number; changed: number; sealed: string | null; number: number | null; dispatch: string | null }
/** Requests as they come: what the real stations validate, this one believes. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = Record<string, any>;

export class PracticeStations {
  readonly practice: PracticeOrganisation;
  readonly clock: Clock;
  readonly parts = new Map<string, Part>();
  readonly drafts = new Map<string, DraftKept>();
  readonly held = new Map<string, Held>();
  readonly receipts = new Map<string, Uint8Array[]>();
  readonly ownNotes = new Map<string, string>();
  readonly wraps = new Map<string, string[]>();
  readonly #counters = new Map<string, number>();
  /** Asked for at each answer; a test changes bytes here. */
  tamper: (name: RouteName, answer: Uint8Array) => Uint8Array = (_, answer) => answer;
  /** Bytes of an upload after which the connection is cut, once. */
  cutUploadAfter: number | null = null;
  keyringRevision = 0;
  /** No answer to this one comes home. */
  away: RouteName | null = null;
  readonly asked: RouteName[] = [];
  /** Dispatch, office and part of each. */
  readonly downloads: string[] = [];

  constructor(practice: PracticeOrganisation, clock: Clock) {
    this.practice = practice;
    this.clock = clock;
  }

  /** The transport to one of the stations. */
  at(station: string): HttpTransport {
    return { request: (request) => this.#answer(station, request) };
  }

  async #answer(station: string, request: HttpRequest) {
    const [path = '', query = ''] = request.path.split('?');
    const { name, params } = match(request.method, path);
    this.asked.push(name);
    if (name === this.away) throw new Refusal('station-unreachable');
    try {
      const body = request.body instanceof Uint8Array ? JSON.parse(fromUtf8(request.body)!) as Json : {};
      const asked = { station, params, query: new URLSearchParams(query), body, stream: request.body as AsyncIterable<Uint8Array> };
      const answer = await this.#handlers[name](asked);
      const bytes = answer instanceof Uint8Array ? answer : new TextEncoder().encode(JSON.stringify(answer));
      return reply(200, this.tamper(name, bytes));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'station-unreachable') throw error;
      return reply(error.status, new TextEncoder().encode(JSON.stringify({ code: error.code, detail: error.detail })));
    }
  }

  readonly #handlers: Record<RouteName, (asked: Asked) => Promise<Json | Uint8Array>> = {
    station: async ({ station }) => ({
      station, site: station, organisation: hex(this.practice.founded.organisation), founding: hex(this.practice.founded.founding),
      incarnation: '00'.repeat(16), version: '0', now: this.clock.now(),
    }),
    openapi: async () => ({ openapi: '3.1.0', info: {}, paths: {} }),
    events: async () => new TextEncoder().encode('id: 0\nevent: position\ndata: {"kind":"position","index":0}\n\n'),
    ledger: async () => absent(),
    operations: async () => absent(),
    runJob: async () => absent(),
    examination: async () => absent(),
    stationLog: async () => absent(),
    beginChore: async () => absent(),
    cancelChore: async () => absent(),
    ledgerCheckpoint: async () => absent(),
    challenge: async ({ station }) => ({ challenge: base64url(nodeRandom.bytes(32)), station, expires: this.clock.now() + 60_000 }),
    logIn: async ({ body }) => ({ token: 't', expires: this.clock.now() + 1, person: 'anh', keyringRevision: Math.max(this.keyringRevision, body['keyringRevision']), copyRevision: 0 }),
    putRing: async ({ body }) => ({ revision: body['revision'], opaque: false }),
    registerOpaque: async () => absent(),
    ringByCard: async () => absent(),
    opaqueStart: async () => absent(),
    opaqueFinish: async () => absent(),
    logOut: async () => new Uint8Array(0),
    directory: async ({ query }) => {
      const from = Number(query.get('from'));
      const { entries } = this.practice;
      return { size: entries.length, entries: entries.slice(from, from + 8).map(base64url), checkpoint: fromUtf8(await this.practice.checkpoint()) };
    },
    propose: async ({ body }) => ({ outcome: 'sequenced', size: body['entries'].length }),
    wraps: async ({ params }) => ({ office: params['office'], wraps: this.wraps.get(params['office']!) ?? [] }),
    putWraps: async ({ params, body }) => {
      this.wraps.set(params['office']!, body['wraps']);
      return new Uint8Array(0);
    },
    officeKeys: async ({ params }) => ({ office: params['office'], lacking: [], destroyed: [], graceMs: 0 }),
    destroyKey: async () => new Uint8Array(0),
    arrivals: async ({ params }) => ({ office: params['office'], arrivals: [] }),
    exposed: async ({ params }) => ({ office: params['office'], dispatches: [], next: null }),
    unreadable: async ({ params }) => ({ office: params['office'], dispatches: [] }),
    reseal: async () => absent(),
    rewrap: async () => new Uint8Array(0),
    links: async () => ({ links: [] }),
    bundles: async () => ({ written: [], lacking: [] }),
    writeBundle: async () => absent(),
    bundle: async () => absent(),
    bundleVolume: async () => absent(),
    dropBundle: async () => absent(),
    readBundle: async () => absent(),
    feedBundle: async () => absent(),
    endReading: async () => absent(),
    peers: async () => ({ peers: [] }),
    peerDirectory: async () => absent(),
    putDisclosure: async () => absent(),
    pending: async () => ({ proposals: [], withdrawn: [] }),
    putPending: async () => absent(),
    dropPending: async () => absent(),
    leaveRequest: async () => absent(),
    leftRequest: async () => absent(),
    vouchRequest: async () => absent(),
    vouchedRequests: async () => ({ requests: [] }),
    dropRequest: async () => absent(),
    escrow: async ({ params }) => ({ office: params['office'], shares: [], releases: [], deposited: [], rehearsed: null }),
    putEscrowShares: async () => new Uint8Array(0),
    putEscrowReleases: async () => new Uint8Array(0),
    tellEscrow: async () => new Uint8Array(0),
    drafts: async ({ params }) => ({ drafts: [...this.drafts.keys()].filter((id) => this.drafts.get(id)!.office === params['office']).map((id) => this.#draft(id)) }),
    draft: async ({ params }) => this.#draft(params['draft']!),
    putDraft: async ({ params, body }) => {
      const id = params['draft']!;
      const version = this.drafts.get(id)?.version ?? 0;
      if (version !== body['replaces']) throw new Refusal('draft-changed');
      const { office, step, sealed } = body as { office: string; step: string; sealed: string };
      this.drafts.set(id, { office, step, sealed, version: version + 1, changed: this.clock.now(), number: null, dispatch: null });
      return this.#draft(id);
    },
    discardDraft: async ({ params }) => this.#draft(params['draft']!),
    declarePart: async ({ body }) => {
      const { root, size, leaves } = body as Part;
      if (!this.parts.has(root)) this.parts.set(root, { root, size, leaves, bytes: new Uint8Array(0) });
      return this.#part(root);
    },
    part: async ({ params }) => this.#part(params['root']!),
    appendPart: async ({ params, query, stream }) => this.#append(this.parts.get(params['root']!)!, Number(query.get('offset')), stream),
    dropPart: async ({ params }) => {
      this.parts.delete(params['root']!);
      return {};
    },
    partBytes: async ({ params, query }) => this.parts.get(params['root']!)!.bytes.slice(Number(query.get('offset'))),
    partLeaves: async ({ params }) => fromBase64url(this.parts.get(params['root']!)!.leaves!)!,
    number: async ({ body }) => {
      const draft = this.drafts.get(body['draft'])!;
      draft.number ??= this.#count(draft.office);
      return { number: { series: body['series'], number: draft.number }, time: this.clock.now() };
    },
    numbers: async ({ body }) => {
      const first = this.#count(body['office'], body['count']);
      return { first: { series: body['series'], number: first }, count: body['count'], time: this.clock.now() };
    },
    submit: async ({ station, body }) => this.#accept(station, body),
    submitMany: async ({ station, body }) => ({ results: await Promise.all(body['submissions'].map((one: Json) => this.#accept(station, one))) }),
    envelope: async ({ params, query }) => this.#envelope(params['dispatch']!, query.get('office')!),
    // Never more than seven in an answer, so that devices have to ask again.
    envelopes: async ({ body }) => ({
      envelopes: (body['dispatches'] as string[]).slice(0, 7).map((dispatch) => refusalIn(() => base64url(this.#envelope(dispatch, body['office'])))),
    }),
    incomingNumber: async ({ params, body }) => this.#incoming(body, params['dispatch']!),
    incomingNumbers: async ({ body }) => ({ numbers: body['dispatches'].map((dispatch: string) => this.#incoming(body, dispatch)) }),
    putReceipts: async ({ body }) => {
      for (const [i, text] of (body['receipts'] as string[]).entries()) {
        const note = (body['own'] as string[] | undefined)?.[i];
        const bytes = fromBase64url(text)!;
        this.keep(bytes);
        if (note !== undefined) this.ownNotes.set(hex(nodeCrypto.hash.sha256(bytes)), note);
      }
      return { taken: body['receipts'].length };
    },
    downloads: async ({ params, query }) => ({
      dispatch: params['dispatch'], office: query.get('office'),
      downloads: this.downloads.filter((one) => one.startsWith(`${params['dispatch']} ${query.get('office')} `)).map((one, index) => ({ index, at: this.clock.now(), part: one.split(' ')[2]!, person: 'anh', device: 'anh-may' })),
    }),
    recordDownloads: async ({ params, body }) => {
      this.downloads.push(...(body['roots'] as string[]).map((root) => `${params['dispatch']} ${body['office']} ${root}`));
      return new Uint8Array(0);
    },
    trace: async ({ params }) => {
      const dispatch = params['dispatch']!;
      const one = envelope.decode(this.#found(dispatch).envelope);
      return {
        dispatch, header: base64url(one.header), sealing: base64url(sealing.encode(one.sealing)),
        accepted: this.#found(dispatch).accepted, receipts: this.receipts.get(dispatch)!.map(base64url), queued: [],
        own: [...this.ownNotes].map(([receiptDigest, note]) => ({ receipt: receiptDigest, note })),
      };
    },
    register: async ({ params }) => ({ lines: this.#lines(params['office']!, params['direction'] as 'in' | 'out'), next: null }),
  };

  keep(bytes: Uint8Array): void {
    const { dispatch } = receiptStatement.decode(receipt.decode(bytes).statement);
    this.receipts.get(hex(dispatch))!.push(bytes);
  }

  #draft(id: string): Json {
    const { step, office, version, changed, sealed, number, dispatch } = this.drafts.get(id) ?? refuse('draft-unknown');
    return { draft: id, office, step, version, changed, sealed, number: number === null ? null : { series: '2026', number }, dispatch };
  }

  #part(root: string): Json {
    const { size, bytes } = this.parts.get(root) ?? refuse('part-unknown');
    return { root, held: bytes.length, size, complete: bytes.length === size };
  }

  async #append(part: Part, offset: number, stream: AsyncIterable<Uint8Array>): Promise<Json> {
    if (offset !== part.bytes.length) throw new Refusal('offset-differs');
    for await (const piece of stream) {
      part.bytes = concat(part.bytes, piece);
      if (this.cutUploadAfter === null || part.bytes.length < this.cutUploadAfter) continue;
      this.cutUploadAfter = null;
      throw new Refusal('station-unreachable');
    }
    return this.#part(part.root);
  }

  #count(what: string, by = 1): number {
    const first = (this.#counters.get(what) ?? 0) + 1;
    this.#counters.set(what, first + by - 1);
    return first;
  }

  #incoming({ office, series }: Json, dispatch: string): Json {
    const key = `in ${office} ${dispatch}`;
    if (!this.#counters.has(key)) this.#counters.set(key, this.#count(`in ${office}`));
    return { number: { series, number: this.#counters.get(key) }, time: this.clock.now() };
  }

  async #accept(station: string, { submission: text, number, draft }: Json): Promise<Json> {
    const { hash } = nodeCrypto;
    const submitted = submission.decode(fromBase64url(text)!);
    const id = hash.sha256(submitted.header);
    const leaves = submitted.stanzas.map((stanza) => leafHash(hash, stanza));
    const paths = inclusionProofs(hash, leaves);
    const statement = sealingStatement.encode({
      version: 1, dispatch: id, number: 0, station, stanzas: leaves.length, stanzaRoot: treeRoot(hash, leaves),
      bodyDigest: hash.sha256(submitted.body), bodySize: submitted.body.length, time: this.clock.now(),
    });
    const signature = await signOne(nodeCrypto, this.practice.stations.get(station)!.signer, 'sealing', statement, nodeRandom);
    const stanzas = submitted.stanzas.map((stanza, index) => ({ index, stanza, path: paths[index]! }));
    const bytes = envelope.encode({ version: 1, header: submitted.header, sealing: { statement, signature }, stanzas, body: submitted.body });
    this.held.set(hex(id), { id: hex(id), envelope: bytes, accepted: this.clock.now(), number });
    this.receipts.set(hex(id), []);
    await this.#arrive(id, submitted.header);
    const kept = this.drafts.get(draft);
    if (kept !== undefined) Object.assign(kept, { step: 'sent', sealed: null, dispatch: hex(id) });
    return { dispatch: hex(id), accepted: this.clock.now(), ledger: this.held.size };
  }

  async #arrive(dispatch: Uint8Array, headerBytes: Uint8Array): Promise<void> {
    const { to, station: origin } = header.decode(headerBytes);
    for (const { office } of to) {
      const { station } = this.practice.state.office(office.office)!;
      const statement = receiptStatement.encode({
        version: 1, kind: 'arrived', dispatch, sealing: 0, office, station, previousHop: origin, time: this.clock.now(), incarnation: new Uint8Array(16),
      });
      const signature = await signOne(nodeCrypto, this.practice.stations.get(station)!.signer, 'arrived', statement, nodeRandom);
      this.keep(receipt.encode({ statement, signature }));
    }
  }

  #envelope(dispatch: string, office: string): Uint8Array {
    const one = envelope.decode(this.#found(dispatch).envelope);
    const { from, to } = header.decode(one.header);
    const index = [from.office, ...to.map((addressee) => addressee.office.office)].indexOf(office);
    if (index === -1) throw new Refusal('dispatch-unknown');
    return envelope.encode({ ...one, stanzas: [one.stanzas[index]!] });
  }

  #isOpened(dispatch: string): boolean {
    return this.receipts.get(dispatch)?.some((bytes) => receiptStatement.decode(receipt.decode(bytes).statement).kind === 'opened') === true;
  }

  #found(dispatch: string): Held {
    return this.held.get(dispatch) ?? refuse('dispatch-unknown');
  }

  #lines(office: string, direction: 'in' | 'out'): Json[] {
    const all = [...this.held.values()].map((one) => ({ one, head: header.decode(envelope.decode(one.envelope).header) }));
    const ours = all.filter(({ head }) => (direction === 'out' ? head.from.office === office : head.to.some((to) => to.office.office === office)));
    return ours.toReversed().map(({ one, head }) => ({
      dispatch: one.id, direction, office, from: head.from.office, number: one.number, time: one.accepted, role: null,
      precedence: head.to[0]!.precedence, exercise: head.exercise, deliverBy: head.deliverBy ?? null, replyBy: head.replyBy ?? null,
      expires: head.expires ?? null, reference: head.reference === undefined ? null : hex(head.reference), state: this.#isOpened(one.id) ? 'opened' : 'arrived',
      parts: head.parts.length, bytes: 0,
    }));
  }
}

interface Asked {
  readonly station: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly stream: AsyncIterable<Uint8Array>;
}

function match(method: string, path: string): { name: RouteName; params: Record<string, string> } {
  for (const [name, route] of Object.entries(ROUTES)) {
    const shape = new RegExp(`^${route.path.replaceAll(/:([a-z]+)/g, '(?<$1>[^/]+)')}$`);
    const found = shape.exec(path);
    if (route.method === method && found !== null) return { name: name as RouteName, params: { ...found.groups } };
  }
  throw new Refusal('route-unknown');
}

function reply(status: number, bytes: Uint8Array) {
  async function* body() {
    // In two pieces, as a socket may give them.
    yield bytes.subarray(0, bytes.length >> 1);
    yield bytes.subarray(bytes.length >> 1);
  }
  return { status, headers: {}, body: body() };
}

function refuse(code: 'draft-unknown' | 'part-unknown' | 'dispatch-unknown'): never {
  throw new Refusal(code);
}

function refusalIn(act: () => string): string | { code: string; detail: Refusal['detail'] } {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, detail: error.detail };
  }
}

function absent(): never {
  throw new Refusal('route-unknown');
}
