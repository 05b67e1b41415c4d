/** Where a dispatch went and what is awaited; and the check of one dispatch from end to end. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { type ReadDispatch, readDispatch, receiveParts } from '#client/dispatch/incoming.ts';
import { mayRead } from '#client/registers/register-question.ts';
import { type Trace, traceDispatch } from '#client/dispatch/trace.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { directoryNamed, type Known, officeText } from '#model/peer-names.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDispatch } from '../finding.ts';
import { formatMoment } from '../locale.ts';
import { columns, exposedLines, inSteadJson, isoOrNull, numberText, relatedJson, shortId } from '../showing.ts';
import { traceLines } from '../trace-lines.ts';
import type { Values } from '../values.ts';
import { signaturesOf } from './open.ts';

export function trace(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const found = await findDispatch(device, values.operand(0, 'DISPATCH'), null);
    const { dispatch, office } = found;
    const traced = await traceDispatch(session, dispatch, context.stop);
    const read = mayRead(found) ? await readOrNull(device, dispatch, office, context.stop) : null;
    return { json: traceJson(session, traced), lines: traceLines(context, { known: session, traced, read, now: session.now() }) };
  });
}

/** Everything a recipient checks, the parts to their last byte, and every receipt; nothing is written or said. */
export function verify(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const { dispatch, office } = await findDispatch(device, values.operand(0, 'DISPATCH'), values.text('office'));
    const read = await readDispatch(session, dispatch, office, context.stop);
    await receiveParts(session, read, { signal: context.stop });
    const { receipts, forged } = await traceDispatch(session, dispatch, context.stop);
    const signatures = signaturesOf(read.checks);
    const { words, timeZone } = context;
    const origin = directoryNamed(session, read.core.from);
    const checked = read.checks.map(({ name, who, time, actedFor: by, delegation }) =>
      [`✓ ${words.purpose[name as keyof typeof words.purpose] ?? name}`, [named(origin, who), inPlaceOf(context, origin, by, delegation), time === undefined ? undefined : formatMoment(time, timeZone)].filter((one) => one !== undefined).join('  ')] as const);
    return {
      json: {
        ok: forged === 0, dispatch, office, checks: read.checks, signatures, forgedReceipts: forged,
        receipts: receipts.map(({ kind, office: about, stationName: station, time }) => ({ kind, office: officeText(session.view, about), station, time: isoOrNull(time) })),
        parts: read.core.parts.length,
      },
      lines: [...columns(checked), ...exposedLines(context, session, read), fill(words.said.verified, { dispatch: shortId(dispatch) })],
      ok: forged === 0,
    };
  });
}

/** In whose place somebody signed by delegation. */
function inPlaceOf({ words }: CliContext, view: DirectoryView, by: string | undefined, delegation: string | undefined): string | undefined {
  return by === undefined ? undefined : fill(words.rights.actedFor, { name: named(view, by) ?? by, delegation: delegation ?? '' });
}

/** A person's, an office's or a station's name, where the directory knows it. */
function named(view: DirectoryView, who: string | undefined): string | undefined {
  if (who === undefined) return undefined;
  return view.person(who)?.name ?? view.office(who)?.name ?? view.station(who)?.site ?? who;
}

export function traceJson({ view }: Known, { dispatch, header, originStation, accepted, receipts, forged, life, noWays, queued, evidence, related }: Trace): object {
  return {
    dispatch, from: officeText(view, header.from), station: originStation, accepted: isoOrNull(accepted), settled: life.settled,
    offices: life.offices.map(({ office, role, precedence, state, since, lastCustodian, awaited, late, replied, hops, dropped }) => ({
      office: officeText(view, office), role, precedence, ...inSteadJson({ view }, header, office), state, since: isoOrNull(since), lastCustodian, awaited, late, replied: isoOrNull(replied), dropped, noWayTo: noWays.find((one) => sameOffice(one.office, office))?.station ?? null,
      hops: hops.map(({ station, kind, previousHop, time }) => ({ station, kind, previousHop, time: isoOrNull(time) })),
    })),
    receipts: receipts.map(({ kind, office, stationName: station, previousHop, time, who, evidence: by }) => ({
      kind, office: officeText(view, office), station, previousHop: previousHop ?? null, time: isoOrNull(time), serials: by.serials,
      who: who === null ? null : { person: who.person, name: who.name, position: who.position, note: who.note ?? null, ...(who.given !== undefined && { given: who.given }), incoming: who.number ? numberText(who.number) : null },
    })),
    forgedReceipts: forged, origin: evidence,
    related: relatedJson({ view }, { related }),
    queued: queued.map(({ bundle, ...one }) => ({ ...one, since: isoOrNull(one.since), ...(bundle !== undefined && { bundle: { ...bundle, written: isoOrNull(bundle.written) } }) })),
  };
}

/** The content, where this device may open it: a trace is told without it too. */
async function readOrNull({ session }: Device, dispatch: string, office: string, signal: AbortSignal): Promise<ReadDispatch | null> {
  try {
    return await readDispatch(session, dispatch, office, signal);
  } catch (error) {
    if (error instanceof Refusal && ['key-missing', 'cannot-open', 'not-addressed-here', 'dispatch-unknown', 'signature-exposed'].includes(error.code)) return null;
    throw error;
  }
}
