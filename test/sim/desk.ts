/** What people at their devices do in a simulated world: seal, number, upload and send, again and again until accepted. */
import { base64url, concat, hex, utf8 } from '#core/bytes.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { sealPart } from '#core/part.ts';
import { Refusal } from '#core/refusals.ts';
import type { OfficeKeyRecord } from '#model/directory-view.ts';
import type { PracticeOrganisation } from '#model/practice.ts';
import type { Station } from '#station/compose.ts';
import { BODY_NONCE, sealStanza } from '#client/dispatch/sealing.ts';
import { header as headerCodec, type HeaderPart, submission } from '#wire/envelope.ts';
import type { DispatchPlan } from './plan.ts';
import type { SeededRandom } from './seed.ts';
import type { Staff } from './staff.ts';
import { SIMULATION_START, type SimulatedTime } from './time.ts';

/** Stands in every text and every part: no disk of a station may ever hold it. */
export const MARKER = utf8('TUYỆT MẬT: mưa lũ ở Mường Lèo, cô lập ba ngày');
export const SERIES = '2027';
const RETRY_MS = 7_000;

export interface Sent {
  readonly id: Uint8Array;
  /** What it says, which nobody but its offices may ever read. */
  readonly text: Uint8Array;
  /** The station at which it was written, and the office that wrote it. */
  readonly from: string;
  readonly office: string;
  readonly to: readonly string[];
  readonly parts: readonly HeaderPart[];
  /** Until when it may be delivered; null where that is not said. */
  readonly expires: number | null;
  /** Whether its station said that it accepted. */
  accepted: boolean;
  /** Whether its station was restored from a copy that does not know it: the device has it accepted again, and receipts that came before come when it is late and asked after. */
  wasForgotten: boolean;
  /** Whether its station said that its time is over, and nobody asks any more. */
  givenUp: boolean;
  /** Why it was not, the last time. */
  refusal: string | null;
  /** Has its station accept it, however long that takes. */
  readonly send: () => void;
}

export type Order = Pick<DispatchPlan, 'from' | 'to' | 'precedence' | 'partChunks' | 'expiresMs'>;

export interface Desk {
  /** Writes a dispatch and sends it; returns at once. */
  send(order: Order): void;
  /** After its station was restored: what it does not know any more is sent again, as the device has kept it. */
  recheck(code: string, isKnown: (id: Uint8Array) => boolean): void;
  /** This office writes nothing new, until it goes on. */
  pause(office: string): void;
  goOn(office: string): void;
}

interface SealedPart {
  readonly header: HeaderPart;
  readonly leaves: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What a desk needs of its world. */
export interface DeskWorld {
  readonly time: SimulatedTime;
  readonly random: SeededRandom;
  readonly provider: CryptoProvider;
  readonly registrar: { readonly organisation: PracticeOrganisation };
  /** By office: the station where it lives now. */
  readonly homes: ReadonlyMap<string, string>;
  readonly people: Pick<Staff, 'of'>;
  readonly sent: Sent[];
  readonly sites: ReadonlyMap<string, { readonly station: Station | null; readonly alive: { readonly on: boolean } }>;
  readonly plan: { readonly stations: readonly { readonly code: string; readonly office: string }[] };
  note(word: string): void;
  broken(error: unknown): void;
}

export function deskOf(world: DeskWorld): Desk {
  const held = new Map<string, Order[]>();
  const send = (order: Order): void => {
    const later = held.get(officeOf(world, order.from));
    if (later === undefined) void write(world, order).catch((error: unknown) => world.broken(error));
    else later.push(order);
  };
  return {
    send,
    pause(office) {
      held.set(office, []);
    },
    goOn(office) {
      const waiting = held.get(office) ?? [];
      held.delete(office);
      for (const order of waiting) send(order);
    },
    recheck(code, isKnown) {
      for (const one of world.sent) {
        if (one.from !== code || !one.accepted || isKnown(one.id)) continue;
        one.accepted = false;
        one.wasForgotten = true;
        one.send();
      }
    },
  };
}

async function write(world: DeskWorld, order: Order): Promise<void> {
  const parts: SealedPart[] = [];
  for (const chunks of order.partChunks) parts.push(await makePart(world, chunks));
  const station = world.homes.get(officeOf(world, order.from))!;
  const { id, text, expires, bytes } = await makeSubmission(world, order, station, parts);
  const sent: Sent = {
    id, text, from: station, office: officeOf(world, order.from), to: order.to, parts: parts.map(({ header }) => header), expires,
    accepted: false, wasForgotten: false, givenUp: false, refusal: null,
    send: () => void tryToSend(world, sent, parts, bytes),
  };
  world.sent.push(sent);
  sent.send();
}

/** A device keeps what it sealed and sends the same again until its station has said that it is accepted. */
async function tryToSend(world: DeskWorld, sent: Sent, parts: readonly SealedPart[], bytes: Uint8Array): Promise<void> {
  const alive = world.sites.get(sent.from)?.alive;
  const answered = { yet: false };
  try {
    await Promise.race([submit(world, sent, parts, bytes).finally(() => (answered.yet = true)), cutOff(world, () => answered.yet || alive?.on !== true)]);
    sent.accepted = true;
    world.note(`accepted ${hex(sent.id.subarray(0, 4))}`);
  } catch (error) {
    sent.refusal = error instanceof Refusal ? error.code : String(error);
    world.note(`not accepted ${hex(sent.id.subarray(0, 4))} ${sent.refusal}`);
    sent.givenUp = sent.refusal === 'dispatch-expired';
    if (!sent.givenUp) world.time.after(RETRY_MS, () => void tryToSend(world, sent, parts, bytes));
  }
}

/** What a station was asked before it lost its power is never answered: the connection breaks. */
async function cutOff({ time }: DeskWorld, isOver: () => boolean): Promise<never> {
  while (!isOver()) await new Promise<void>((resolve) => void time.after(RETRY_MS, resolve));
  throw new Refusal('station-unreachable');
}

async function submit(world: DeskWorld, sent: Sent, parts: readonly SealedPart[], bytes: Uint8Array): Promise<void> {
  const { office } = sent;
  const caller = { person: world.people.of(office).person };
  const station = world.sites.get(sent.from)?.station ?? null;
  if (station === null) throw new Refusal('station-unreachable');
  const { dispatch } = station;
  for (const { header, leaves, bytes: sealed } of parts) {
    const root = hex(header.root);
    const list = header.chunks === 1 ? undefined : base64url(leaves);
    const { held } = await dispatch.parts.declare(caller, { root, chunks: header.chunks, size: header.size, leaves: list, office });
    if (held < header.size) await dispatch.parts.append(caller, root, held, inPieces(sealed.subarray(held)));
  }
  const { number } = await dispatch.numbers.batch(caller, office, SERIES, 1);
  await dispatch.acceptance.accept(caller, { draft: null, office, number, submission: base64url(bytes) });
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

async function makePart(world: DeskWorld, chunks: number): Promise<SealedPart> {
  const plain = new Uint8Array((chunks - 1) * 65_536 + 1_000);
  for (let at = 0; at + MARKER.length < plain.length; at += 4_096) plain.set(MARKER, at);
  const [sealed, leaves]: [Uint8Array[], Uint8Array[]] = [[], []];
  const part = sealPart(world.provider, world.random.bytes(32), [plain]);
  for (let next = await part.next(); ; next = await part.next()) {
    if (next.done === true) {
      const bytes = concat(...sealed);
      return { header: { root: next.value.root, chunks: leaves.length, size: bytes.length }, leaves: concat(...leaves), bytes };
    }
    sealed.push(next.value.sealed);
    leaves.push(next.value.leaf);
  }
}

async function makeSubmission(
  world: DeskWorld, { from, to, precedence, expiresMs }: Order, station: string, parts: readonly SealedPart[],
): Promise<Pick<Sent, 'id' | 'text' | 'expires'> & { bytes: Uint8Array }> {
  const { provider, random, registrar: { organisation } } = world;
  const ref = (code: string) => ({ organisation: organisation.state.organisation.id, office: officeOf(world, code) });
  const created = SIMULATION_START + world.time.elapsedMs;
  const expires = expiresMs === null ? null : created + expiresMs;
  const header = headerCodec.encode({
    version: 1, suite: provider.suite, kind: 'dispatch', from: ref(from), station,
    to: to.map((code) => ({ office: ref(code), role: 'action' as const, precedence })),
    created, ...(expires !== null && { expires }), exercise: true, core: random.bytes(32),
    parts: parts.map((part) => part.header), hopLimit: 8,
  });
  const [bodyKey, text] = [random.bytes(32), concat(MARKER, random.bytes(16))];
  const body = await provider.aead.seal(bodyKey, BODY_NONCE, header, text);
  const stanzas: Uint8Array[] = [];
  for (const [index, code] of [from, ...to].entries()) {
    const key = newestKey(world, station, officeOf(world, code), index === 0 ? 'storage' : 'transport');
    stanzas.push(await sealStanza(provider, { office: ref(code), key }, header, bodyKey, 0));
  }
  return { id: provider.hash.sha256(header), text, expires, bytes: submission.encode({ version: 1, header, stanzas, body }) };
}

/** As the device sees it, which has the directory of its station; what a restored one has forgotten, or not heard yet, the device has from before. */
function newestKey({ sites, registrar }: DeskWorld, station: string, office: string, purpose: 'storage' | 'transport'): OfficeKeyRecord {
  const known = sites.get(station)?.station?.people.view().officeKeys(office, purpose) ?? [];
  const keys = known.length > 0 ? known : registrar.organisation.state.officeKeys(office, purpose);
  return keys.toSorted((a, b) => b.number - a.number)[0]!;
}

function officeOf({ plan }: DeskWorld, code: string): string {
  return plan.stations.find((one) => one.code === code)!.office;
}
