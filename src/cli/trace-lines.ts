/** A trace as people read it: what it is, its deadlines, its way to each office, what is awaited, and who signed. */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import type { ReadDispatch } from '#client/dispatch/incoming.ts';
import type { Trace, TracedReceipt } from '#client/dispatch/trace.ts';
import { sameOffice } from '#model/envelope-head.ts';
import type { OfficeLife } from '#model/life.ts';
import { directoryNamed, type Known, officeLabel, stationLabel } from '#model/peer-names.ts';
import type { ReceiptKind } from '#wire/receipt.ts';
import type { CliContext } from './context.ts';
import { formatInstant, formatMoment } from './locale.ts';
import { placedLine } from './placed.ts';
import { columns, inSteadText, numberText, relatedLines, shortId, signedBy } from './showing.ts';

export interface Told {
  readonly known: Known;
  readonly traced: Trace;
  /** Null where this device cannot open it. */
  readonly read: ReadDispatch | null;
  readonly now: Instant;
}

export function traceLines(context: CliContext, told: Told): string[] {
  const { known, traced: { life } } = told;
  // A copy may still wait where its office has it by another way.
  const queued = life.settled ? [] : told.traced.queued;
  return [
    ...headLines(context, told),
    ...life.offices.flatMap((office) => ['', headingOf(context, told, office), ...officeLines(context, told, office).map((line) => `  ${line}`)]),
    ...queued.flatMap((copy) => queuedLines(context, known, copy)),
    ...relatedLines(context, known, told.traced),
    ...signatureLines(context, told),
  ];
}

/** What this station does with a copy, and on which stick that nobody has answered it lies. */
function queuedLines(context: CliContext, known: Known, { peer, since, state, bundle }: Trace['queued'][number]): string[] {
  const { words: { said, bundle: { state: states } }, timeZone } = context;
  const named = { peer: stationLabel(known, peer) };
  return [
    fill(state === 'no-room' ? said.noRoomAt : said.waitingAt, { ...named, since: formatInstant(since, timeZone) }),
    ...(bundle === undefined ? [] : [fill(said.alsoOnStick, { ...named, number: bundle.number, written: formatInstant(bundle.written, timeZone), state: states[bundle.state] })]),
    ...(bundle?.state === 'missing' ? [placedLine(context, said.stickAgain, { code: peer })] : []),
  ];
}

function headingOf(context: CliContext, { known, traced: { header } }: Told, { office }: OfficeLife): string {
  const instead = inSteadText(context, known, header, office);
  return `${officeLabel(known, office)}${instead === null ? '' : ` (${instead})`}`;
}

function headLines({ words, timeZone, ...context }: CliContext, { known, traced, read, now }: Told): string[] {
  const { dispatch, accepted, header, life } = traced;
  const { field, said } = words;
  const arrived = life.offices.every(({ state }) => state !== 'underway' && state !== 'unreadable' && state !== 'expired');
  const acting = life.offices.filter(({ role }) => role === 'action');
  const at = (instant: Instant | undefined): string | null => (instant === undefined ? null : formatInstant(instant, timeZone));
  const deadline = (instant: Instant | undefined, met: string | null): string | null =>
    instant === undefined ? null : `${at(instant)} (${met ?? leftText({ ...context, words, timeZone }, instant - now)})`;
  return columns([
    [field.number, read === null ? null : numberText(read.seal.number, read.seal.symbol)],
    [field.dispatch, dispatch],
    [field.subject, read?.core.subject ?? null],
    [field.from, officeLabel(known, header.from)],
    [words.state.accepted, accepted === null ? null : formatMoment(accepted, timeZone)],
    [field.deliverBy, deadline(header.deliverBy, arrived ? words.state.arrived : null)],
    [field.replyBy, deadline(header.replyBy, acting.length > 0 && acting.every(({ replied }) => replied !== null) ? said.replied : null)],
    [field.expires, header.expires === undefined || arrived || header.expires <= now ? at(header.expires) : deadline(header.expires, null)],
  ]);
}

function leftText({ words: { said } }: CliContext, leftMs: number): string {
  if (leftMs <= 0) return said.overdue;
  if (leftMs < 2 * HOUR_MS) return fill(said.minutesLeft, { n: Math.ceil(leftMs / MINUTE_MS) });
  if (leftMs < 2 * DAY_MS) return fill(said.hoursLeft, { n: Math.floor(leftMs / HOUR_MS) });
  return fill(said.daysLeft, { n: Math.floor(leftMs / DAY_MS) });
}

/** Words of an office, whose persons are told to the origin. */
const BY_OFFICE: readonly ReceiptKind[] = ['opened', 'handed-over', 'acted', 'unreadable'];

function officeLines(context: CliContext, told: Told, life: OfficeLife): string[] {
  const { words, timeZone } = context;
  const { known, traced: { receipts, header, resealed, queued, noWays }, now } = told;
  const { said } = words;
  const lines: string[] = [];
  const came = life.hops.findIndex(({ kind }) => kind === 'arrived');
  for (const [place, { station, kind, time }] of life.hops.entries()) {
    if (place === 0) continue;
    const word = kind === 'accepted' ? words.state.accepted : custodyWord(context, told, { kind, stationName: station });
    lines.push(`${time === null ? '' : formatMoment(time, timeZone)}  ${stationLabel(known, station)}: ${word}${came !== -1 && place > came ? ` (${said.copyBeside})` : ''}`);
  }
  for (const { kind, time, who, office, evidence } of receipts) {
    if (!sameOffice(office, life.office) || !BY_OFFICE.includes(kind)) continue;
    const named = [who?.name, who?.note].filter((one) => one !== undefined).join(': ');
    lines.push(`${formatMoment(time, timeZone)}  ${words.receipt[kind]}${named === '' ? '' : ` (${named})`}${evidence.exposed === undefined ? '' : ` ${fill(said.byExposed, { since: formatInstant(evidence.exposed, timeZone) })}`}`);
  }
  for (const { office, sealing } of resealed ?? []) {
    if (sameOffice(office, life.office)) lines.push(fill(words.reseal.made, { office: officeLabel(known, office), sealing }));
  }
  if (life.replied !== null) lines.push(`${formatMoment(life.replied, timeZone)}  ${said.replied}`);
  if (life.state === 'underway') {
    const isOver = header.expires !== undefined && now > header.expires;
    // Where it has not left its origin, or came back to it, nothing is unknown.
    const isHere = life.lastCustodian === life.hops[0]!.station && queued.length > 0;
    const isLate = life.late.delivery;
    const cutOff = noWays.find((one) => sameOffice(one.office, life.office))?.station ?? null;
    const stillHere = queued.some(({ bundle }) => bundle !== undefined) ? said.stillHereOrStick : life.hops.length > 1 ? said.backHere : said.stillHere;
    lines.push(fill(isOver ? said.expiredSilent : cutOff !== null ? said.noWay : isHere ? stillHere : said.unknownLast, {
      station: stationLabel(known, life.lastCustodian), ...(cutOff !== null && { to: stationLabel(known, cutOff) }), ...(life.since !== null && !isLate && { since: formatMoment(life.since, timeZone) }),
    }));
    if (isLate) lines.push(lateText(context, told, life));
    // Of what has not left it is said that the line is down, and what to do.
    if (isLate && !isHere && cutOff === null) lines.push(placedLine(context, said.lateNext, { station: stationLabel(known, life.lastCustodian), dispatch: shortId(told.traced.dispatch) }));
  }
  if (life.awaited !== null && !isCalledOff(told, life)) {
    const { awaited: asked } = life.awaited === 're-seal' ? words.reseal : said;
    const late = life.awaited === 'reply' ? life.late.reply : life.awaited === 'arrived' ? life.late.delivery : life.late.handling;
    const what = words.awaited[life.awaited];
    lines.push(fill(asked, { office: officeLabel(known, life.office), what, ...(late && { late: said.overdue }) }));
  }
  return lines;
}

/** What was cancelled or recalled is not to be carried out: nobody waits for that. */
function isCalledOff({ traced: { related } }: Told, { awaited }: OfficeLife): boolean {
  return ['handed-over', 'acted', 'reply'].includes(awaited!) && related.some(({ relation }) => relation === 'cancels' || relation === 'recalls');
}

/** What its own origin holds again was given back to it. */
function custodyWord({ words }: CliContext, { traced: { originStation } }: Told, { kind, stationName }: Pick<TracedReceipt, 'kind' | 'stationName'>): string {
  return kind === 'custody' && stationName === originStation ? words.said.tookBack : words.receipt[kind];
}

/** Where it was seen last, and how often its station asked after it there. */
function lateText({ words: { said }, timeZone }: CliContext, { known, traced: { asked } }: Told, { lastCustodian, since }: OfficeLife): string {
  return fill(said.lateSeen, {
    station: stationLabel(known, lastCustodian), ...(since !== null && { since: formatInstant(since, timeZone) }),
    ...(asked !== null && { times: asked.times, at: formatInstant(asked.at, timeZone) }),
  });
}

/** Each was checked with both algorithms before it got here; what did not hold is counted and not believed. */
function signatureLines(context: CliContext, told: Told): string[] {
  const { known, traced: { receipts, forged, header, originStation, evidence, sealing }, read } = told;
  const { words, timeZone } = context;
  const { purpose, said } = words;
  const content = (read?.checks ?? []).flatMap(({ name, who, time, serials, actedFor: by, delegation }): Row[] =>
    serials === undefined || name === 'sealing' || !(name in purpose) ? [] : [{
      what: purpose[name as keyof typeof purpose], time: time ?? null,
      who: name === 'office-seal' ? officeLabel(known, header.from) : signedBy(context, directoryNamed(known, header.from), who ?? '', by === undefined ? null : { by, delegation: delegation ?? '' }),
    }]);
  const rows: Row[] = [
    ...content,
    { what: purpose.sealing, who: stationLabel(known, originStation), time: sealing.time },
    ...receipts.map(({ kind, who, office, stationName, time }): Row =>
      ({ what: custodyWord(context, told, { kind, stationName }), who: who?.name ?? (BY_OFFICE.includes(kind) ? officeLabel(known, office) : stationLabel(known, stationName)), time })),
  ];
  const algorithms = evidence.serials.p256 === null ? '' : 'ECDSA P-256 + ML-DSA-65';
  return [
    '', `${said.signatures}:`,
    ...columns(rows.map(({ what, who, time }) =>
      [`✓ ${what}`, [who, time === null ? '' : formatMoment(time, timeZone), algorithms].filter((one) => one !== '').join('  ')] as const)),
    ...(forged > 0 ? [fill(said.forgedReceipts, { forged })] : []),
  ];
}

interface Row {
  readonly what: string;
  readonly who: string;
  readonly time: Instant | null;
}
