/** Opening: every check before any text. Attachments go to disk only when a folder is named, and never over a file. */
import path from 'node:path';
import { hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { keyIn } from '#client/office-keys/gone-keys.ts';
import { openDispatch, type OpenedDispatch, tellOrigin } from '#client/dispatch/incoming.ts';
import { type Trace, traceDispatch } from '#client/dispatch/trace.ts';
import { isOwn } from '#model/directories.ts';
import type { Check } from '#model/dispatch-checks.ts';
import { directoryNamed, type Known, officeLabel, officeText } from '#model/peer-names.ts';
import type { CorePart } from '#wire/core.ts';
import type { ReceiptKind } from '#wire/receipt.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDispatch, isUnopened } from '../finding.ts';
import { resolved } from '../homes.ts';
import { formatInstant, formatSize } from '../locale.ts';
import { keysGone, lacksKeysText } from '../next-keys.ts';
import { placedLine } from '../placed.ts';
import { addresseesJson, columns, coreLines, exposedLines, isoOrNull, numberText, relatedJson, relatedLines, shortId, signedBy } from '../showing.ts';
import type { Values } from '../values.ts';
import { openOwnCopy } from './own-copy.ts';

export interface SignatureFact {
  readonly by: string;
  readonly who: string;
  readonly algorithm: 'ecdsa-p256' | 'ml-dsa-65';
  readonly serial: string;
}

export function open(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { dispatch, office, direction, state } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'));
    const folder = values.text('save');
    if (direction === 'out') return openOwnCopy(context, device, dispatch, office, folder === null ? null : resolved(folder));
    const traced = await traceDispatch(device.session, dispatch, context.stop);
    const before = toldBefore(context, device, traced, office, 'opened');
    const kept: string[] = [];
    const keeps = before !== null && !values.flag('again') ? kept : null;
    const opened = await openWhole(context, device, dispatch, office, folder === null ? null : resolved(folder), keeps)
      .catch((error: unknown) => { throw goneOr(error, context, device, office, isUnopened(state) ? dispatch : null); });
    const { said } = context.words;
    const lines = [
      ...relatedLines(context, device.session, traced), ...(before === null ? [] : [openedBeforeLine(context, before)]), ...lateLines(context, opened),
      ...openedLines(context, device, opened, folder !== null), ...kept.map((file) => fill(said.savedBefore, { file })),
    ];
    return { json: { ...openedJson(device.session, opened), related: relatedJson(device.session, traced), openedBefore: isoOrNull(before?.time), savedBefore: kept }, lines };
  });
}

/**
 * Opens, checks parts, and writes them into the folder where one is given.
 * @param kept where files that stand there already, with that content, are named instead of being written once more; null writes all
 */
export function openWhole(
  context: CliContext, { session }: Device, dispatch: string, office: string, folder: string | null, kept: string[] | null = null,
): Promise<OpenedDispatch> {
  const { words, locale, output, stop, host } = context;
  const files = folder === null ? null : host.files(folder);
  // By its content: who sends chooses the name, and may choose that of what somebody else sent.
  const isKept = ({ name, size, digest }: CorePart): boolean => {
    const file = path.join(folder!, name);
    if (kept === null || !host.holds(file, size, digest)) return false;
    kept.push(file);
    return true;
  };
  return openDispatch(session, dispatch, office, {
    signal: stop,
    ...(files !== null && { wanted: (part) => !isKept(part), sink: ({ name }) => files.create(name) }),
    progress: ({ bytes, bytesAll }) =>
      output.progress(fill(words.said.downloading, { done: formatSize(bytes, locale), total: formatSize(bytesAll, locale) })),
  });
}

/** Who waits for a key that nobody has any more waits in vain; anybody else is told who gives it. */
function goneOr(error: unknown, context: CliContext, device: Device, office: string, dispatch: string | null): unknown {
  if (!(error instanceof Refusal) || error.code !== 'key-missing') return error;
  const key = keyIn(error);
  return keysGone(device, office, dispatch, key) ?? new Refusal(error.code, { ...error.detail, how: lacksKeysText(context, device, office, key) }, { cause: error });
}

interface Told {
  readonly time: Instant;
  /** Who holds the position whose seal said so. */
  readonly who: string | undefined;
}

/** When this office said so before, by its own receipts. */
function toldBefore(context: CliContext, device: Device, { receipts }: Trace, office: string, kind: ReceiptKind): Told | null {
  const found = receipts.find((receipt) => receipt.kind === kind && isOwn(device.session.view, receipt.office) && receipt.office.office === office);
  if (found === undefined) return null;
  return { time: found.time, who: sealerOf(context, device, office, found.evidence.certificates.p256) };
}

/** @param certificate SHA-256 of the seal's, in hexadecimal */
function sealerOf({ provider, clock }: CliContext, { session: { view } }: Device, office: string, certificate: string): string | undefined {
  const held = view.positions(office).find(({ seal }) => seal !== null && hex(provider.hash.sha256(seal.certificates.p256)) === certificate);
  if (held === undefined) return undefined;
  const holders = view.persons().filter(({ person }) => view.held(person, clock.now()).some(({ position }) => position === held.position));
  return holders.map(({ name }) => name).join(', ') || held.title;
}

function openedBeforeLine({ words, timeZone }: CliContext, { time, who }: Told): string {
  return fill(words.said.openedBefore, { time: formatInstant(time, timeZone), ...(who !== undefined && { who }) });
}

function lateLines({ words, timeZone, clock }: CliContext, { core: { replyBy, deliverBy } }: OpenedDispatch): string[] {
  const late = (at: Instant | undefined, said: string): string[] =>
    (at === undefined || at > clock.now() ? [] : [fill(said, { time: formatInstant(at, timeZone) })]);
  return [...late(replyBy, words.said.replyLate), ...late(deliverBy, words.said.deliverLate)];
}

export function deliver(context: CliContext, values: Values): Promise<Outcome> {
  return tell(context, values, 'handed-over', context.words.said.delivered);
}

export function act(context: CliContext, values: Values): Promise<Outcome> {
  return tell(context, values, 'acted', context.words.said.acted);
}

function tell(context: CliContext, values: Values, kind: 'handed-over' | 'acted', said: string): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { dispatch, office } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'), 'in');
    const before = toldBefore(context, device, await traceDispatch(device.session, dispatch, context.stop), office, kind);
    if (before !== null) {
      const { words, timeZone } = context;
      const line = fill(words.said.toldBefore, { dispatch: shortId(dispatch), what: words.receipt[kind], time: formatInstant(before.time, timeZone) });
      return { json: { dispatch, office, receipt: kind, before: isoOrNull(before.time) }, lines: [line] };
    }
    await tellOrigin(device.session, kind, dispatch, office, values.text('note') ?? undefined, kind === 'handed-over' ? values.text('given-to') ?? undefined : undefined);
    return { json: { dispatch, office, receipt: kind }, lines: [fill(said, { dispatch: shortId(dispatch) })] };
  });
}

/** Every signature that was checked, one for each algorithm, with the serial of its certificate. */
export function signaturesOf(checks: readonly Check[]): SignatureFact[] {
  return checks.flatMap(({ name, who, serials }) =>
    serials === undefined ? [] : [
      { by: name, who: who ?? '', algorithm: 'ecdsa-p256' as const, serial: serials.p256 ?? '' },
      { by: name, who: who ?? '', algorithm: 'ml-dsa-65' as const, serial: serials.mldsa ?? '' },
    ]);
}

export function openedJson(known: Known, opened: OpenedDispatch): object {
  const { dispatch, office, number, core, seal, files, checks } = opened;
  return {
    dispatch, office, incoming: numberText(number), opened: isoOrNull(opened.opened),
    number: numberText(seal.number, seal.symbol), from: officeText(known.view, core.from),
    to: addresseesJson(known, core),
    exercise: core.exercise, classification: core.classification, documentType: core.documentType,
    subject: core.subject, text: core.text, created: isoOrNull(core.created), replyBy: isoOrNull(core.replyBy), expires: isoOrNull(core.expires),
    reference: core.reference === undefined ? null : hex(core.reference), relation: core.relation ?? null,
    parts: core.parts.map(({ name, mediaType, size, digest }, i) => ({ name, mediaType, size, digest: hex(digest), saved: files[i] ?? null })),
    signatures: signaturesOf(checks),
  };
}

function openedLines(context: CliContext, { session }: Device, opened: OpenedDispatch, saved: boolean): string[] {
  const { words } = context;
  const { core, seal, endorsements, checks, number, files, dispatch } = opened;
  const said = words.said;
  return [
    ...coreLines(context, session, core, [[words.field.number, numberText(seal.number, seal.symbol)]]),
    '',
    ...columns([
      ...endorsements.map(({ purpose, person, acting }) => [words.purpose[purpose], signedBy(context, directoryNamed(session, core.from), person, acting)] as const),
      [words.purpose['office-seal'], officeLabel(session, core.from)],
    ]),
    ...exposedLines(context, session, opened),
    fill(said.checked, { signatures: signaturesOf(checks).length / 2, parts: core.parts.length, number: numberText(number) }),
    ...files.filter((file) => file !== null).map((file) => fill(said.savedFile, { file })),
    ...(core.parts.length > 0 && !saved ? [placedLine(context, said.attachmentsNotSaved, { dispatch: shortId(dispatch) })] : []),
  ];
}
