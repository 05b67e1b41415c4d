/** Escrow of an office's storage keys: custodians named, keys split, given out, brought back, rehearsed. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { demandEscrow } from '#client/office-keys/escrow.ts';
import { bringBack, depositKeys, escrowStanding, giveOut, isEscrow, planEscrow, readPackage, writePackage } from '#client/office-keys/escrow-errands.ts';
import type { Recovered } from '#client/office-keys/escrow.ts';
import { CUSTODIANS_MAX, CUSTODIANS_THRESHOLD_MIN, type EscrowUse } from '#wire/escrow.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { readBytes, resolved } from '../homes.ts';
import { formatInstant } from '../locale.ts';
import { checkCode, codeFrom } from '../names.ts';
import { proposePlans } from '../registrar.ts';
import { columns, isoOrNull, officeName, personName } from '../showing.ts';
import type { Values } from '../values.ts';
import { onceInForce, proposedLine } from './directory-add.ts';

export function escrowSet(context: CliContext, values: Values): Promise<Outcome> {
  const office = codeFrom(values, 'office');
  const custodians = values.list('custodians').map(checkCode);
  const threshold = values.number('threshold', CUSTODIANS_THRESHOLD_MIN, CUSTODIANS_MAX);
  if (threshold === null) throw new Refusal('option-missing', { option: '--threshold' });
  if (!isEscrow({ threshold, custodians })) throw new Refusal('option-unknown', { option: '--custodians', minimum: threshold, maximum: CUSTODIANS_MAX });
  return withDevice(context, values, async (device) => {
    const { view } = device.session;
    const { plan, number } = planEscrow(view, { office, threshold, custodians });
    const proposed = await proposePlans(context, device, [plan]);
    const { escrow } = context.words;
    const names = custodians.map((person) => personName(view, person)).join(', ');
    const lines = [
      proposedLine(context, proposed),
      ...onceInForce(context, proposed, [fill(escrow.set, { office: officeName(view, office), threshold, count: custodians.length, custodians: names }), fill(escrow.next, { office })]),
    ];
    return { json: { ...proposed, office, number, threshold, custodians }, lines };
  });
}

export function escrowDeposit(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const office = officeOf(values, device);
    const { shares, numbers } = await depositKeys(device.session, office, values.flag('all-again'));
    const name = officeName(device.session.view, office);
    const { escrow } = context.words;
    const lines = [shares.length === 0 ? fill(escrow.nothingNew, { office: name }) : fill(escrow.deposited, { office: name, keys: numbers.length, shares: shares.length })];
    const file = written(context, values, lines, () => writePackage(device.session, office, { shares: [...shares] }));
    return { json: { office, numbers, shares: shares.length, file }, lines };
  });
}

export function escrowStatus(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const office = officeOf(values, device);
    const { words, timeZone } = context;
    const record = session.view.escrow(office);
    if (record === null) return { json: { office, escrow: null }, lines: [fill(words.escrow.nobody, { office: officeName(session.view, office) })], ok: false };
    const { complete, missing, rehearsed } = await escrowStanding(session, office);
    const names = record.custodians.map((person) => personName(session.view, person)).join(', ');
    const lines = columns([
      [words.escrow.custodian, `${names} (${record.threshold}/${record.custodians.length})`],
      [words.escrow.keys, `${complete.join(', ') || '–'}${missing.length > 0 ? ` (${fill(words.escrow.missing, { numbers: missing.join(', ') })})` : ''}`],
      [words.escrow.last, rehearsed === null ? words.escrow.never : formatInstant(rehearsed, timeZone)],
    ]);
    const { number, threshold, custodians } = record;
    return { json: { office, escrow: { number, threshold, custodians }, deposited: complete, missing, rehearsed: isoOrNull(rehearsed) }, lines, ok: missing.length === 0 };
  });
}

export function escrowRelease(context: CliContext, values: Values): Promise<Outcome> {
  const office = codeFrom(values, 'office');
  const to = codeFrom(values, 'to-device');
  const use: EscrowUse = values.flag('rehearsal') ? 'rehearsal' : 'recovery';
  return withDevice(context, values, async (device) => {
    const { session } = device;
    demandEscrow(session.view, office);
    const file = values.text('shares');
    const brought = file === null ? null : readPackage(session, office, readBytes(file)).shares;
    const releases = await giveOut(session, { office, device: to, use }, brought);
    const person = personName(session.view, session.view.device(to)!.person);
    const lines = [fill(context.words.escrow.released, { count: releases.length, device: to, person })];
    const out = written(context, values, lines, () => writePackage(session, office, { releases }));
    return { json: { office, device: to, use, releases: releases.length, file: out }, lines };
  });
}

export function escrowRecover(context: CliContext, values: Values): Promise<Outcome> {
  return back(context, values, 'recovery');
}

export function escrowRehearse(context: CliContext, values: Values): Promise<Outcome> {
  return back(context, values, 'rehearsal');
}

function back(context: CliContext, values: Values, use: EscrowUse): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const office = officeOf(values, device);
    const brought = values.files('releases').flatMap((file) => readPackage(session, office, readBytes(file)).releases);
    const { keys, lacking, wrong } = await bringBack(session, office, use, brought);
    const numbers = keys.map(({ number }) => number);
    return { json: { office, use, numbers, lacking, wrong }, lines: backLines(context, device, office, use, { keys, lacking, wrong }), ok: lacking.length === 0 && wrong.length === 0 };
  });
}

function backLines({ words: { escrow } }: CliContext, { session: { view } }: Device, office: string, use: EscrowUse, { keys, lacking, wrong }: Recovered): string[] {
  const done = use === 'recovery' ? escrow.recovered : escrow.rehearsed;
  return [
    fill(done, { count: keys.length, office: officeName(view, office) }),
    ...lacking.map(({ number, have, need }) => fill(escrow.lacking, { number, have, need })),
    ...(wrong.length === 0 ? [] : [fill(escrow.wrong, { persons: wrong.map((one) => personName(view, one)).join(', '), office })]),
  ];
}

/** For custodians whose devices work with another station. */
function written({ words: { escrow }, host }: CliContext, values: Values, lines: string[], content: () => Uint8Array): string | null {
  const out = values.text('out');
  if (out === null) return null;
  host.durable.write(resolved(out), content());
  lines.push(fill(escrow.written, { file: resolved(out) }));
  return resolved(out);
}
