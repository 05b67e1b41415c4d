/** Where a dispatch went and what is awaited; and the check of one dispatch from end to end. */
import { fill } from '#core/refusal-words.ts';
import { readDispatch, receiveParts } from '#client/incoming.ts';
import { type Trace, traceDispatch } from '#client/trace.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { findDispatch } from '../finding.ts';
import { formatInstant, formatMoment } from '../locale.ts';
import { columns, isoOrNull, numberText, officeName, shortId } from '../showing.ts';
import type { Values } from '../values.ts';
import { signaturesOf } from './open.ts';

export function trace(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { dispatch } = await findDispatch(device, values.operand(0, 'DISPATCH'), null);
    const traced = await traceDispatch(device.session, dispatch, context.stop);
    return { json: traceJson(traced), lines: traceLines(context, device, traced) };
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
    const checked = read.checks.map(({ name, who, time }) =>
      [`✓ ${name}`, [who, time === undefined ? undefined : formatMoment(time, timeZone)].filter((one) => one !== undefined).join('  ')] as const);
    return {
      json: {
        ok: forged === 0, dispatch, office, checks: read.checks, signatures, forgedReceipts: forged,
        receipts: receipts.map(({ kind, office: about, station, time }) => ({ kind, office: about.office, station, time: isoOrNull(time) })),
        parts: read.core.parts.length,
      },
      lines: [...columns(checked), fill(words.said.verified, { dispatch: shortId(dispatch) })],
      ok: forged === 0,
    };
  });
}

export function traceJson({ dispatch, header, accepted, receipts, forged, life, queued, evidence }: Trace): object {
  return {
    dispatch, from: header.from.office, station: header.station, accepted: isoOrNull(accepted), settled: life.settled,
    offices: life.offices.map(({ office, role, precedence, state, since, lastCustodian, awaited, late, replied, hops, dropped }) => ({
      office: office.office, role, precedence, state, since: isoOrNull(since), lastCustodian, awaited, late, replied: isoOrNull(replied), dropped,
      hops: hops.map(({ station, kind, previousHop, time }) => ({ station, kind, previousHop, time: isoOrNull(time) })),
    })),
    receipts: receipts.map(({ kind, office, station, previousHop, time, who, evidence: by }) => ({
      kind, office: office.office, station, previousHop: previousHop ?? null, time: isoOrNull(time), serials: by.serials,
      who: who === null ? null : { person: who.person, name: who.name, position: who.position, note: who.note ?? null, incoming: who.number ? numberText(who.number) : null },
    })),
    forgedReceipts: forged, origin: evidence,
    queued: queued.map((one) => ({ ...one, since: isoOrNull(one.since) })),
  };
}

function traceLines(context: CliContext, { session: { view } }: Device, { life, receipts, queued, accepted, header, dispatch }: Trace): string[] {
  const { words, timeZone } = context;
  const { said } = words;
  const lines = columns([
    [words.field.dispatch, dispatch],
    [words.field.from, officeName(view, header.from.office)],
    [words.state.accepted, accepted === null ? null : formatMoment(accepted, timeZone)],
  ]);
  for (const { office, hops, awaited, lastCustodian, state } of life.offices) {
    lines.push('', officeName(view, office.office));
    for (const { station, kind, time } of hops.slice(1)) {
      lines.push(`  ${time === null ? '' : formatMoment(time, timeZone)}  ${station}: ${kind === 'accepted' ? words.state.accepted : words.receipt[kind]}`);
    }
    for (const { kind, time, who, office: about } of receipts) {
      if (about.office !== office.office || !['opened', 'handed-over', 'acted'].includes(kind)) continue;
      const named = [who?.name, who?.note].filter((one) => one !== undefined).join(': ');
      lines.push(`  ${formatMoment(time, timeZone)}  ${words.receipt[kind]}${named === '' ? '' : ` (${named})`}`);
    }
    if (state === 'underway') lines.push(`  ${fill(said.unknownLast, { station: lastCustodian })}`);
    if (awaited !== null) {
      const what = awaited === 'reply' ? words.field.replyBy : words.receipt[awaited];
      lines.push(`  ${fill(said.awaited, { office: officeName(view, office.office), what })}`);
    }
  }
  for (const { peer, since } of queued) lines.push(fill(said.waitingAt, { peer, since: formatInstant(since, timeZone) }));
  return lines;
}
