/**
 * The main job without a hand: a dispatch goes from an office of the hub through the relay to an office of the post,
 * over a link that breaks and a relay that dies; the post opens it and answers. Everything is measured on the way.
 */
import { hex, utf8 } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { openDispatch, type OpenedDispatch } from '#client/dispatch/incoming.ts';
import { type Accepted, approveDraft, readDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import type { Composition } from '#client/dispatch/compose.ts';
import { replyTo } from '#client/dispatch/reply.ts';
import { type Trace, traceDispatch } from '#client/dispatch/trace.ts';
import { type SignatureFact, signaturesOf } from '#cli/commands/open.ts';
import { uploading } from '#cli/commands/draft.ts';
import type { CliContext } from '#cli/context.ts';
import type { Device } from '#cli/device.ts';
import { formatInstant, formatSize } from '#cli/locale.ts';
import { numberText } from '#cli/showing.ts';
import { type Cargo, comparingSink } from './cargo.ts';
import type { Province } from './founding.ts';
import { HUB, HUB_OFFICE, POST, POST_OFFICE, RELAY } from './places.ts';
import { until } from './waiting.ts';
import { type Break, Storm } from './weather.ts';

export interface MainJob {
  readonly accepted: string;
  readonly arrived: string;
  readonly opened: string;
  readonly replied: string;
  readonly identical: boolean;
  readonly signatures: readonly SignatureFact[];
  /** Hops in order, the origin first. */
  readonly custody: readonly { readonly station: string; readonly kind: string; readonly time: string | null }[];
  /** Byte of the largest sealed part at which the second link broke. */
  readonly cut: number;
  readonly relayPids: { readonly before: number; readonly after: number };
  /** Ciphertext of that part which crossed the second link twice. */
  readonly resentBytes: number;
  /** Sealed bytes of the largest part that the post had kept when the link broke. */
  readonly keptBytes: number;
  /** What then went to the post until it had all: the rest of the parts, and what is no part. */
  readonly carriedBytes: number;
  /** Bytes on the wire of the first link, both ways, from sending to custody, less the plaintext carried. */
  readonly overheadBytes: number;
  readonly dispatch: string;
  readonly reply: string;
  readonly number: string;
  readonly incoming: string;
}

const SETTLE_MS = 400;

export async function doMainJob(context: CliContext, province: Province, cargo: Cargo): Promise<MainJob> {
  const journey = new Journey(context, province, cargo);
  return journey.run();
}

class Journey {
  readonly #context: CliContext;
  readonly #province: Province;
  readonly #cargo: Cargo;

  constructor(context: CliContext, province: Province, cargo: Cargo) {
    this.#context = context;
    this.#province = province;
    this.#cargo = cargo;
  }

  async run(): Promise<MainJob> {
    const { hub, lowlands, devices } = this.#province;
    const draft = await this.#draftAndSign();
    const wireBefore = lowlands.wireBytes;
    const { open } = await readDraft(devices.clerk.session, draft);
    this.#say('cutting', {});
    const storm = new Storm(this.#province.mountains, open);
    const sent = await sendDraft(devices.clerk.session, draft);
    this.#say('sent', { person: devices.clerk.name, number: numberText(sent.number, sent.symbol) });
    this.#say('accepted', { site: hub.place.site, time: this.#time(sent.accepted) });
    const { broken, overheadBytes, relayPids } = await this.#sufferStorm(storm, sent, wireBefore);
    const { opened, identical, carriedBytes } = await this.#openAtPost(sent.dispatch);
    const trace = await this.#awaitReceipts(sent.dispatch);
    const { reply, replied, isSame } = await this.#answer(opened);
    return {
      accepted: iso(sent.accepted), arrived: iso(timeOf(trace, 'arrived')), opened: iso(timeOf(trace, 'opened')), replied: iso(replied),
      identical: identical && isSame, signatures: signaturesOf(opened.checks),
      custody: trace.life.offices[0]!.hops.map(({ station, kind, time }) => ({ station, kind, time: time === null ? null : iso(time) })),
      cut: broken.offset, relayPids, resentBytes: broken.offset - broken.kept, keptBytes: broken.kept, carriedBytes, overheadBytes,
      dispatch: sent.dispatch, reply, number: numberText(sent.number, sent.symbol), incoming: numberText(opened.number),
    };
  }

  /** One person writes; another approves and signs. */
  async #draftAndSign(): Promise<string> {
    const { drafter, signatory } = this.#province.devices;
    const { subject, text, attachments } = this.#cargo;
    const composition: Composition = {
      office: HUB_OFFICE.code, subject, text, attachments, documentType: 'Công điện', classification: 'confidential', exercise: true,
      recipients: [{ to: { office: POST_OFFICE.code }, role: 'action', precedence: 'immediate' }],
    };
    const { id } = await writeDraft(drafter.session, composition, uploading(this.#context));
    this.#say('drafted', { person: drafter.name, subject, ...(attachments.length > 0 && { parts: attachments.length }) });
    await approveDraft(signatory.session, id);
    await signDraft(signatory.session, id);
    this.#say('approved', { person: signatory.name });
    return id;
  }

  /** The link breaks, then the relay dies with the traffic in its hands, comes back, and the link with it. */
  async #sufferStorm(storm: Storm, sent: Accepted, wireBefore: number): Promise<{ broken: Break; overheadBytes: number; relayPids: MainJob['relayPids'] }> {
    const { clock } = this.#context;
    const { post, relay, lowlands, mountains, devices } = this.#province;
    await until(this.#context, async () => {
      const { receipts } = await traceDispatch(devices.clerk.session, sent.dispatch);
      return receipts.some(({ kind, station }) => kind === 'custody' && station === RELAY.station);
    });
    const overheadBytes = lowlands.wireBytes - wireBefore - this.#plainBytes();
    await this.#orTimeout(storm.broken);
    await new Promise<void>((resolve) => clock.after(SETTLE_MS, resolve));
    const broken = storm.measure(post.data);
    this.#say('cut', { from: RELAY.site, to: POST.site, offset: formatSize(broken.offset, this.#context.locale) });
    const before = relay.child!.pid;
    await relay.child!.kill();
    this.#say('killed', { pid: before });
    const { pid: after } = await relay.start();
    this.#say('restarted', { pid: after });
    mountains.restore();
    this.#say('restored', {});
    return { broken, overheadBytes, relayPids: { before, after } };
  }

  async #openAtPost(dispatch: string): Promise<{ opened: OpenedDispatch; identical: boolean; carriedBytes: number }> {
    const { mountains, devices: { postClerk } } = this.#province;
    const before = mountains.toCaller.application;
    await this.#untilInRegister(postClerk, POST_OFFICE.code, ({ dispatch: one }) => one === dispatch);
    const carriedBytes = mountains.toCaller.application - before;
    this.#say('arrived', { site: POST.site, time: this.#time(this.#context.clock.now()) });
    let identical = true;
    const opened = await openDispatch(postClerk.session, dispatch, POST_OFFICE.code, {
      signal: this.#context.stop,
      sink: async (_part, index) => comparingSink(this.#cargo.attachments[index]!.file, () => (identical = false)),
    });
    const { core } = opened;
    const { text, subject, attachments } = this.#cargo;
    const sameNames = core.parts.length === attachments.length && core.parts.every(({ name }, i) => name === attachments[i]!.file.name);
    identical = identical && core.text === text && core.subject === subject && sameNames;
    this.#say('opened', { person: postClerk.name, signatures: signaturesOf(opened.checks).length, number: numberText(opened.number) });
    return { opened, identical, carriedBytes };
  }

  async #awaitReceipts(dispatch: string): Promise<Trace> {
    const { session } = this.#province.devices.clerk;
    let trace = await traceDispatch(session, dispatch);
    await until(this.#context, async () => {
      trace = await traceDispatch(session, dispatch);
      return trace.life.offices.every(({ state }) => state === 'opened') && trace.forged === 0;
    });
    this.#say('receipts', { site: HUB.site });
    return trace;
  }

  /** The post writes back, under its own two persons; the hub opens what comes. */
  async #answer(opened: OpenedDispatch): Promise<{ reply: string; replied: number; isSame: boolean }> {
    const { postClerk, commander, clerk } = this.#province.devices;
    const { words } = this.#context;
    const answer = { documentType: 'Báo cáo', subject: words.practice.replySubject, text: words.practice.replyText, attachments: [] };
    const { id } = await writeDraft(postClerk.session, replyTo(opened, answer));
    await approveDraft(commander.session, id);
    await signDraft(commander.session, id);
    const { dispatch: reply } = await sendDraft(postClerk.session, id);
    await this.#untilInRegister(clerk, HUB_OFFICE.code, ({ reference }) => reference === opened.dispatch);
    const read = await openDispatch(clerk.session, reply, HUB_OFFICE.code);
    const isSame = read.core.text === answer.text && hex(read.core.reference ?? new Uint8Array(0)) === opened.dispatch;
    this.#say('replied', { site: POST.site, hub: HUB.site, time: this.#time(read.opened) });
    return { reply, replied: read.opened, isSame };
  }

  async #untilInRegister({ session }: Device, office: string, isIt: (line: { dispatch: string; reference: string | null }) => boolean): Promise<void> {
    await until(this.#context, async () => {
      const { lines } = await session.api.call('register', { path: { office, direction: 'in' }, query: { limit: 20 } });
      return lines.some(isIt);
    });
  }

  /** A link that should have broken and did not is a fault of the practice, and must not hang it. */
  async #orTimeout(broken: Promise<void>): Promise<void> {
    let isBroken = false;
    void broken.then(() => (isBroken = true));
    await until(this.#context, () => isBroken, 60_000);
  }

  #plainBytes(): number {
    const { subject, text, attachments } = this.#cargo;
    const files = attachments.reduce((sum, { file }) => sum + file.sizeBytes + utf8(file.name).length, 0);
    return files + utf8(subject).length + utf8(text).length;
  }

  #say(what: keyof CliContext['words']['practice'], detail: Record<string, string | number>): void {
    const { words, output } = this.#context;
    output.say(`• ${fill(words.practice[what], detail)}`);
  }

  #time(instant: number): string {
    return formatInstant(instant, this.#context.timeZone);
  }
}

function timeOf({ receipts }: Trace, kind: 'arrived' | 'opened'): number {
  return receipts.find((receipt) => receipt.kind === kind)!.time;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
