/**
 * Claims: every dispatch that the folder holds has the id of its header, the origin station's sealing, the body and
 * stanzas that it speaks of, and the event that took it over. Source: docs/protocol/envelope.md.
 */
import { equal, hex } from '#core/bytes.ts';
import { leafHash, root, verifyInclusion } from '#core/merkle.ts';
import { isOwn } from '#model/directories.ts';
import { checkEnvelopeHead } from '#model/envelope-head.ts';
import { aboutOf, officeName } from '#model/foreign-names.ts';
import { sparseLeaves } from '#model/resealing.ts';
import { precedenceOf } from '#station/dispatch/receipts.ts';
import {
  envelope as envelopeCodec, header as headerCodec, type Header, resealed as resealedCodec, sealing as sealingCodec, type SealingStatement, sealingStatement,
  stanza as stanzaCodec, submission as submissionCodec,
} from '#wire/envelope.ts';
import type { Precedence } from '#wire/names.ts';
import type { Placed } from './database.ts';
import { type Fact, isAboutCopy, isMomentOf, sealingOf as sealingOfEvent } from './facts.ts';
import { auditRefusal } from './refusals.ts';
import { judgeAsOf, type AuditRun, ownOf } from './run.ts';
import type { Claim, Item } from './tally.ts';

type StanzaRow = Placed<'dispatch_stanza'>;

/** What other claims need to know of a dispatch that is held. */
export interface HeldDispatch {
  readonly id: string;
  readonly sealing: number;
  readonly header: Header;
  readonly place: string;
  readonly size: number;
  readonly isOrigin: boolean;
  /** The event that took it over: accepted or custody-taken. */
  readonly taken: Fact | null;
  readonly stanzas: readonly Pick<StanzaRow, 'position' | 'office' | 'previous' | 'next' | 'refusal' | 'place'>[];
  /** SHA-256 of the submission as the rows make it again; null where they cannot. */
  readonly submission: string | null;
}

export class HeldDispatches {
  readonly all: HeldDispatch[] = [];
  readonly #byKey = new Map<string, HeldDispatch>();
  readonly #byId = new Map<string, HeldDispatch>();

  add(one: HeldDispatch): void {
    this.all.push(one);
    this.#byKey.set(`${one.id} ${one.sealing}`, one);
    this.#byId.set(one.id, one);
  }

  get(id: string, sealing?: number): HeldDispatch | null {
    return (sealing === undefined ? this.#byId.get(id) : this.#byKey.get(`${id} ${sealing}`)) ?? null;
  }
}

export async function auditItems(run: AuditRun): Promise<HeldDispatches> {
  const { db, tally, facts, progress } = run;
  const [claim, stanzaClaim] = [tally.claim('dispatches'), tally.claim('stanzas')];
  const held = new HeldDispatches();
  const stanzas = new StanzaRuns(run, stanzaClaim);
  for (const row of db.rows('dispatch')) {
    const one = await auditDispatch(run, row, stanzas.of(row), claim.item(row.place), stanzaClaim);
    if (one !== null) held.add(one);
    progress('dispatches', held.all.length);
  }
  stanzas.end();
  for (const { index, subject } of facts.of('accepted')) {
    if (held.get(subject, 0) === null) claim.missing(`dispatch:${subject}/0`, `is missing: ledger_entry:${index} accepted it`);
  }
  for (const { index, subject, fields: { sealing } } of facts.of('re-sealed')) {
    if (held.get(subject, sealing) === null) claim.missing(`dispatch:${subject}/${sealing}`, `is missing: ledger_entry:${index} sealed it again`);
  }
  return held;
}

async function auditDispatch(
  run: AuditRun, row: Placed<'dispatch'>, stanzas: readonly StanzaRow[], item: Item, stanzaClaim: Claim,
): Promise<HeldDispatch | null> {
  const { provider, station, facts } = run;
  item.demand(equal(provider.hash.sha256(row.header), row.id), 'its id is not the digest of its header');
  const header = item.attempt('its header cannot be read', () => headerCodec.decode(row.header));
  if (header === null) return null;
  const isOrigin = header.station === station && isOwn(ownOf(run), header.from);
  const isFirst = row.sealing === 0;
  const taken = isOrigin
    ? isFirst ? facts.about(row.id, 'accepted')[0] : facts.about(row.id, 're-sealed').find(({ fields }) => fields.sealing === row.sealing)
    : facts.about(row.id, 'custody-taken').find(({ fields }) => fields.sealing === row.sealing);
  item.demand(taken !== undefined, `no ${isOrigin ? isFirst ? 'accepted' : 're-sealed' : 'custody-taken'} event is about it`);
  const said = aboutOf(ownOf(run), header);
  const isSaid = equal(row.about ?? new Uint8Array(), said.about ?? new Uint8Array()) && row.about_by === said.about_by && row.about_as === said.about_as;
  item.demand(isSaid, 'what it speaks of is not what its header says');
  const size = row.header.length + row.body.length + header.parts.reduce((sum, part) => sum + part.size, 0);
  item.demand(row.size === size, `its size is ${size}, not ${row.size}`);
  if (taken !== undefined) item.demand(isMomentOf(row.taken, taken), 'its time is not that of its event');
  if (stanzas.length === 0) stanzaClaim.missing(`dispatch_stanza:${hex(row.id)}/${row.sealing}`, 'is missing: a dispatch is held for a stanza');
  await auditHead(run, row, stanzas, item, taken?.index ?? null);
  const about: About = { header, isOrigin, taken: taken ?? null, seal: sealingOf(row), hasOthers: stanzas.filter(({ position }) => position > 0).length > 1 };
  for (const stanza of stanzas) await auditStanza(run, stanza, about, stanzaClaim.item(stanza.place));
  if (isOrigin) {
    if (isFirst) auditAccepted(run, row, header, taken, item);
    else auditResealed(run, row, header, taken, stanzas.length, item);
    auditWholeness(run, row, header, stanzas, about.seal, stanzaClaim);
  }
  const light = stanzas.map(({ position, office, previous, next, refusal, place }) => ({ position, office, previous, next, refusal, place }));
  const submission = isOrigin && isFirst ? item.attempt('its submission cannot be made again', () => submissionOf(run, row, stanzas)) : null;
  return { id: hex(row.id), sealing: row.sealing, header, place: row.place, size, isOrigin, taken: taken ?? null, stanzas: light, submission };
}

/** Everything that a hop checks of a head, with all stanzas that are here. */
async function auditHead(run: AuditRun, row: Placed<'dispatch'>, stanzas: readonly StanzaRow[], item: Item, at: number | null): Promise<void> {
  const bytes = item.attempt('no envelope can be made of it', () => envelopeOf(row, stanzas));
  if (bytes === null) return;
  const head = await item.attemptAsync('does not hold', () =>
    judgeAsOf(run, at, ({ provider, view, peers, verified, witnessedAt }) =>
      checkEnvelopeHead(provider, view, bytes, { ...(verified && { verified }), peers, witnessedAt: witnessedAt ?? null })));
  if (head !== null) item.demand(head.sealing.number === row.sealing, `its sealing has number ${head.sealing.number}`);
}

function envelopeOf(row: Placed<'dispatch'>, stanzas: readonly StanzaRow[]): Uint8Array {
  return envelopeCodec.encode({
    version: 1, header: row.header, sealing: sealingCodec.decode(row.seal), body: row.body,
    stanzas: stanzas.map(({ position, stanza, path }) => ({ index: position, stanza, path: digestsOf(path) })),
    ...(row.resealed !== null && { resealed: resealedCodec.decode(row.resealed) }),
  });
}

function digestsOf(path: Uint8Array): Uint8Array[] {
  if (path.length % 32 !== 0) throw new Error('a path is no run of digests');
  return Array.from({ length: path.length / 32 }, (_, i) => path.slice(32 * i, 32 * i + 32));
}

function submissionOf({ provider }: AuditRun, row: Placed<'dispatch'>, stanzas: readonly StanzaRow[]): string {
  const bytes = submissionCodec.encode({ version: 1, header: row.header, stanzas: stanzas.map(({ stanza }) => stanza), body: row.body });
  return hex(provider.hash.sha256(bytes));
}

interface About {
  readonly header: Header;
  readonly isOrigin: boolean;
  readonly taken: Fact | null;
  /** Null where it cannot be read, which is the dispatch's fault. */
  readonly seal: SealingStatement | null;
  /** Whether it is for several offices here. */
  readonly hasOthers: boolean;
}

async function auditStanza(run: AuditRun, row: StanzaRow, about: About, item: Item): Promise<void> {
  const key = item.attempt('is no stanza', () => stanzaCodec.decode(row.stanza).key);
  if (key === null) return;
  item.demand(officeName(ownOf(run), key.office) === row.office, `is for ${key.office.office}, not ${row.office}`);
  item.demand(about.seal === null || stands(run, row, about.seal), 'is not in the tree that the origin station sealed');
  item.demand(row.period === (key.purpose === 'transport' ? key.number : 0), 'its period is not that of its key');
  const takenBack = run.facts.about(row.id, 'custody-taken').filter((fact) => sealingOfEvent(fact) === row.sealing).length > (about.isOrigin ? 0 : 1);
  auditBack(run, row, takenBack, item);
  if (about.isOrigin) {
    item.demand(row.previous === null && (row.hops === 0 || takenBack), 'did not come from elsewhere');
  } else {
    const isFirstHop = row.previous === about.header.station && isOwn(ownOf(run), about.header.from);
    // What another organisation's stations are called by each other is not known here: how many it passed there is its own affair. From
    // its origin too it may have come with more than one: it had been given back there.
    const least = isFirstHop || !isOwn(ownOf(run), about.header.from) ? 1 : 2;
    item.demand(row.hops >= least && row.hops <= about.header.hopLimit, `made ${row.hops} hops`);
    const peers = run.facts.about(row.id, 'custody-taken').map(({ fields }) => fields.peer);
    item.demand(row.previous !== null && peers.includes(row.previous), 'did not come from whom it says');
  }
  auditRefusal(run, row, about, item);
  if (row.position === 0) return void item.demand(about.isOrigin && row.next === null, 'the origin\'s own stanza goes nowhere');
  const ended = row.next === null ? run.facts.about(row.id, 'arrived', 'expired').find(({ fields }) => fields.office?.office === row.office) : undefined;
  const isHere = await livesHere(run, row.office, [about.taken, ended ?? null], row.next === null);
  item.demand(isHere === (row.next === null), isHere ? 'its office lives here: it goes no further' : 'its office lives elsewhere: it goes on');
  if (row.next === null) return;
  const isQueued = run.facts.about(row.id, 'queued').some(({ fields }) => fields.peer === row.next && fields.sealing === row.sealing);
  item.demand(isQueued, `was never queued to ${row.next}`);
}

/** What came back, or was lost there, waits for the way that it goes now, until somebody there has it. */
function auditBack({ facts }: AuditRun, row: StanzaRow, takenBack: boolean, item: Item): void {
  if (row.back === 0) return;
  item.demand(row.back === 1 && row.next !== null && (takenBack || isMissed(facts, row)), 'was not given back');
  const last = facts.about(row.id).findLast((fact) => fact.fields.peer === row.next && sealingOfEvent(fact) === row.sealing && isAboutCopy(fact));
  item.demand(last?.kind !== 'custody-received', `is not here: ledger_entry:${last?.index} has custody of it`);
}

/** Whether that neighbour has missed a number under which it went there. */
function isMissed(facts: AuditRun['facts'], { id, next }: StanzaRow): boolean {
  const numbers = facts.about(id, 'sent').filter(({ fields }) => fields.peer === next).map(({ fields }) => fields.channel ?? 0);
  return facts.of('gap').some(({ fields: { peer, channel = 0, count = 0 } }) => peer === next && numbers.some((number) => number >= channel && number < channel + count));
}

function sealingOf(row: Placed<'dispatch'>): SealingStatement | null {
  try {
    return sealingStatement.decode(sealingCodec.decode(row.seal).statement);
  } catch {
    return null;
  }
}

/** Whether the stanza is at its place in the tree of stanzas: the head says so of all together, this names the one. */
function stands({ provider: { hash } }: AuditRun, { position, stanza, path }: StanzaRow, { stanzas, stanzaRoot }: SealingStatement): boolean {
  return path.length % 32 === 0 && verifyInclusion(hash, position, stanzas, leafHash(hash, stanza), digestsOf(path), stanzaRoot);
}

/** Whether an office lives here, or did when the dispatch was taken or ended its way here; offices move. */
async function livesHere(run: AuditRun, office: string, when: readonly (Fact | null)[], expected: boolean): Promise<boolean> {
  const home = (view: { office(code: string): { station: string } | null } | null): boolean => view?.office(office)?.station === run.station;
  const now = home(run.directory?.state ?? null);
  if (now === expected || run.directory === null) return now;
  for (const fact of when) {
    const size = fact === null ? null : run.facts.directorySizeAt(fact.index);
    if (size !== null && home(await run.directory.stateAt(size)) === expected) return expected;
  }
  return now;
}

function auditAccepted(run: AuditRun, row: Placed<'dispatch'>, header: Header, taken: Fact | undefined, item: Item): void {
  if (taken === undefined) return;
  const [{ provider }, own, { fields }] = [run, ownOf(run), taken];
  const precedence: Precedence = precedenceOf(own, header, header.to.map(({ office }) => officeName(own, office)));
  const seal = item.attempt('its sealing cannot be read', () => sealingCodec.decode(row.seal));
  item.demand(fields.office?.office === header.from.office, 'its event names another office');
  item.demand(fields.precedence === precedence, 'its event names another precedence');
  item.demand(fields.bytes === row.size, 'its event names another size');
  item.demand(fields.exercise === header.exercise, 'its event says otherwise whether it is an exercise');
  const isSealing = seal === null || (fields.digest !== undefined && equal(provider.hash.sha256(seal.statement), fields.digest));
  item.demand(isSealing, 'its event names another sealing');
}

function auditResealed({ provider }: AuditRun, row: Placed<'dispatch'>, header: Header, taken: Fact | undefined, stanzas: number, item: Item): void {
  if (taken === undefined) return;
  const { fields } = taken;
  const seal = item.attempt('its sealing cannot be read', () => sealingCodec.decode(row.seal));
  item.demand(fields.office?.office === header.from.office, 'its event names another office');
  item.demand(fields.count === stanzas, `its event sealed it to ${fields.count} offices`);
  const isSealing = seal === null || (fields.digest !== undefined && equal(provider.hash.sha256(seal.statement), fields.digest));
  item.demand(isSealing, 'its event names another sealing');
}

/** The origin keeps all stanzas: its own and one for each recipient; of a later sealing those that its tree has. */
function auditWholeness(
  { provider: { hash } }: AuditRun, { id, sealing }: Placed<'dispatch'>, header: Header, stanzas: readonly StanzaRow[], seal: SealingStatement | null, claim: Claim,
): void {
  if (sealing > 0) {
    if (seal === null) return;
    const leaves = sparseLeaves(hash, seal.stanzas, stanzas.map(({ position: index, stanza }) => ({ index, stanza })));
    if (!equal(root(hash, leaves), seal.stanzaRoot)) claim.missing(`dispatch_stanza:${hex(id)}/${sealing}`, 'has other stanzas than its sealing');
    return;
  }
  const positions = new Set(stanzas.map(({ position }) => position));
  for (let position = 0; position <= header.to.length; position++) {
    if (!positions.has(position)) claim.missing(`dispatch_stanza:${hex(id)}/${sealing}/${position}`, 'is missing');
  }
}

/** The stanzas of each dispatch, read in step with the dispatches. */
class StanzaRuns {
  readonly #rows: Iterator<StanzaRow>;
  readonly #claim: Claim;
  #next: StanzaRow | null;

  constructor({ db }: AuditRun, claim: Claim) {
    this.#rows = db.rows('dispatch_stanza');
    this.#claim = claim;
    this.#next = this.#pull();
  }

  of(row: { readonly id: Uint8Array; readonly sealing: number }): StanzaRow[] {
    const key = keyOf(row);
    const stanzas: StanzaRow[] = [];
    for (; this.#next !== null && keyOf(this.#next) <= key; this.#next = this.#pull()) {
      if (keyOf(this.#next) === key) stanzas.push(this.#next);
      else this.#orphan(this.#next);
    }
    return stanzas;
  }

  end(): void {
    for (; this.#next !== null; this.#next = this.#pull()) this.#orphan(this.#next);
  }

  #orphan({ place }: StanzaRow): void {
    this.#claim.missing(place, 'belongs to no dispatch that is here');
  }

  #pull(): StanzaRow | null {
    const { done, value } = this.#rows.next();
    return done === true ? null : value;
  }
}

function keyOf({ id, sealing }: { readonly id: Uint8Array; readonly sealing: number }): string {
  return `${hex(id)} ${String(sealing).padStart(16, '0')}`;
}

