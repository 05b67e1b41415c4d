/** A second registrar: keys asked for, certified by the root, and entries that wait for the second signature. */
import { ENTRY_WORDS } from '#core/entry-words.ts';
import { printable } from '#core/printable.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { checkProposal, plansOf } from '#client/directory/countersigning.ts';
import { type EntryReader, type ReadEntry, readEntry, readStatement } from '#client/directory/entry-lines.ts';
import { afterSecond } from '#client/directory/after-second.ts';
import { awaitedFor } from '#client/directory/registrar-desk.ts';
import { subjectsOf } from '#client/directory/waiting-alike.ts';
import { acceptIssuer, addRegistrar, endRegistrar, requestRegistrar } from '#client/directory/registrar-errands.ts';
import { shownProposals, signSecond, waitingProposals, type WaitingProposal, type WithdrawnProposal, withdrawProposal } from '#client/directory/waiting-proposals.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { keysAfterLines } from '../keys-after.ts';
import { lastKeysLines } from '../last-keys.ts';
import { readBytes, resolved } from '../homes.ts';
import { formatInstant } from '../locale.ts';
import { checkCode } from '../names.ts';
import { demandYes } from '../passphrases.ts';
import { rootOpener } from '../root.ts';
import { awaitedNames, officeName, personName } from '../showing.ts';
import type { Values } from '../values.ts';
import { onceInForce, proposedLine } from './directory-add.ts';

/** The keys stay in this device's keyring; the file asks for their certificates. */
export function registrarRequest(context: CliContext, values: Values): Promise<Outcome> {
  const file = resolved(values.need('out'));
  return withDevice(context, values, async ({ session, device }) => {
    const { request, fingerprint } = await requestRegistrar(session);
    context.host.durable.write(file, request);
    return { json: { request: file, device, fingerprint }, lines: [fill(context.words.said.requestMade, { file, device, fingerprint })] };
  });
}

/** With the issuer of this registrar and the root from its stick. */
export function registrarAdd(context: CliContext, values: Values): Promise<Outcome> {
  const bytes = readBytes(values.need('request'));
  const file = resolved(values.need('out'));
  const root = rootOpener(context, values);
  return withDevice(context, values, async ({ session }) => {
    const request = expectKind(context, 'deviceRequest', () => readDeviceRequest(bytes));
    const deliver = async (grant: Uint8Array): Promise<void> => context.host.durable.write(file, grant);
    const { name, person, ...proposed } = await addRegistrar(session, { request, fingerprint: values.need('fingerprint'), root, deliver }, context.stop);
    return {
      json: { ...proposed, person, grant: file },
      lines: [proposedLine(context, proposed), ...onceInForce(context, proposed, [fill(context.words.rights.registrarAdded, { name, file: shellWord(file) })])],
    };
  });
}

export function registrarAccept(context: CliContext, values: Values): Promise<Outcome> {
  const bytes = readBytes(values.need('grant'));
  return withDevice(context, values, async ({ session, person }) => {
    await acceptIssuer(session, bytes);
    return { json: { person, issuer: true }, lines: [context.words.rights.issuerTaken] };
  });
}

export function registrarEnd(context: CliContext, values: Values): Promise<Outcome> {
  const person = checkCode(values.operand(0, 'PERSON'));
  const reason = values.flag('compromised') ? 'compromised' : 'left';
  const root = rootOpener(context, values);
  return withDevice(context, values, async ({ session }) => {
    const proposed = await endRegistrar(session, root, person, reason, context.stop);
    const isAlone = session.view.registrars().length === 1;
    return { json: { ...proposed, person }, lines: [proposedLine(context, proposed), ...(isAlone ? [context.words.said.oneRegistrar] : [])] };
  });
}

export function registrarPending(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { session: { view } } = device;
    const { waiting, withdrawn } = await shownProposals(device.session);
    const { rights, said } = context.words;
    const lines: string[] = [];
    for (const one of waiting) lines.push(...await linesOf(context, device, one, waiting));
    const shown = waiting.map((one) => ({ ...one, fault: faultText(context, one), entries: entriesOf(context, view, one) }));
    return { json: { registrars: view.registrars().map(({ person }) => person), proposals: shown, withdrawn: withdrawn.map(({ statements, ...one }) => ({ ...one, entries: saidBy(context, view, statements) })) }, lines: [...(lines.length === 0 ? [rights.nothingPending] : lines), ...withdrawn.flatMap((one) => withdrawnLines(context, view, one)), ...(view.registrars().length === 1 ? [said.oneRegistrar] : [])] };
  });
}

/** Signs what another registrar signed, and this very answer of the station, shown and marked; what the log refuses stays and is told. */
export function registrarCountersign(context: CliContext, values: Values): Promise<Outcome> {
  const wanted = values.operand(0, 'PROPOSAL');
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const { found, all } = await find(device, wanted);
    if (session.ring.contents.registrar === undefined) throw new Refusal('registrar-required');
    if (found.fault !== null) throw found.fault;
    if (found.isOwn) throw new Refusal('proposal-own', { proposal: found.proposal, persons: awaitedNames(awaitedFor(session.view, found.entries)) });
    await checkProposal(context.provider, session.view, device.person, found);
    const before = session.view;
    const shown = await linesOf(context, device, found, all);
    const entries = entriesOf(context, before, found);
    const mark = await agreedMark(context, values, shown, found.mark);
    const proposed = await signSecond(session, found, mark, context.stop);
    const after = await afterSecond(session, before, found.entries, proposed);
    return {
      json: { ...proposed, proposal: found.proposal, mark: found.mark, entries, ...after.keys },
      lines: [
        ...(values.text('mark') === null ? [] : shown), proposedLine(context, proposed),
        fill(context.words.rights.countersigned, { name: found.signers.map((one) => personName(before, one)).join(', ') }),
        ...keysAfterLines(context, device, after.keys, proposed),
        ...after.undeclared.map(({ office, persons, reason }) => fill(context.words.rights.endOld, { name: officeName(before, office), office, reason, persons: persons.map((one) => personName(before, one)).join(', ') || '–' })),
      ],
    };
  });
}

/** The mark given, or that of what is shown now once the person has said yes. @throws Refusal `option-missing`, `cancelled` */
async function agreedMark(context: CliContext, values: Values, shown: readonly string[], mark: string): Promise<string> {
  if (values.text('mark') !== null) return values.need('mark');
  const { output, prompt, words: { rights } } = context;
  for (const line of shown) output.say(line);
  const typed = (await prompt.ask(rights.askMark, 'shown')) ?? values.need('mark');
  demandYes(context, typed);
  return mark;
}

/** What `pending` prints of a proposal, and `countersign` before it signs. */
async function linesOf(context: CliContext, device: Device, waiting: WaitingProposal, all: readonly WaitingProposal[]): Promise<string[]> {
  const { session: { view } } = device;
  const { timeZone, words: { rights } } = context;
  const { proposal, signers, created, expires, mark } = waiting;
  const fault = faultText(context, waiting);
  return [
    fill(rights.pending, { proposal, name: signers.map((one) => personName(view, one)).join(', '), created: formatInstant(created, timeZone), expires: formatInstant(expires, timeZone) }),
    ...entriesOf(context, view, waiting).flatMap(({ line, now }) => [`  ${line}`, ...(now === null ? [] : [`    ${now}`])]),
    ...askedLines(context, waiting),
    ...sameLines(context, waiting, all),
    ...(mark === '' ? [] : (await lastKeysLines(context, device, plansOf(waiting.entries))).map((line) => `  ${line}`)),
    fill(rights.mark, { mark }),
    ...(fault === null ? [] : [fill(rights.doNotSign, { why: fault })]),
    ...(waiting.isOwn ? [fill(rights.own, { persons: awaitedNames(awaitedFor(view, waiting.entries)) })] : []),
  ];
}

/** For comparing without whoever signed first: a fingerprint that they pass on is theirs. */
function askedLines({ words: { rights } }: CliContext, { asked }: WaitingProposal): string[] {
  if (asked === null) return [];
  const { fingerprint, code, name } = asked;
  return [fill(rights.asked, { fingerprint, ...(code !== null && { code }), ...(name !== null && { name: printable(name) }) })];
}

/** Others that wait and are about the same: the log takes both, and the later one stands. */
function sameLines({ words: { rights } }: CliContext, { proposal, entries, mark }: WaitingProposal, all: readonly WaitingProposal[]): string[] {
  if (mark === '') return [];
  const own = subjectsOf(entries);
  return all.filter((one) => one.proposal !== proposal && one.mark !== '').flatMap((one) => {
    const same = [...new Set(subjectsOf(one.entries))].filter((subject) => own.includes(subject));
    return same.length === 0 ? [] : [fill(rights.same, { proposals: one.proposal, what: same.map((subject) => subject.split(' ')[1]!).join(', ') })];
  });
}

/** Nothing of what cannot be read: the fault says so. */
function entriesOf(context: CliContext, view: DirectoryView, { entries, mark }: WaitingProposal): ReadEntry[] {
  return mark === '' ? [] : entries.map((bytes) => readEntry(readerOf(context), view, bytes));
}

function saidBy(context: CliContext, view: DirectoryView, statements: readonly Uint8Array[]): ReadEntry[] {
  return statements.map((bytes) => readStatement(readerOf(context), view, bytes));
}

function readerOf({ provider, timeZone, locale }: CliContext): EntryReader {
  return { provider, timeZone, words: ENTRY_WORDS[locale] };
}

function withdrawnLines(context: CliContext, view: DirectoryView, { proposal, person, by, at, why, statements }: WithdrawnProposal): string[] {
  const { timeZone, words: { rights } } = context;
  const told = { proposal, name: personName(view, person), by: personName(view, by), time: formatInstant(at, timeZone), ...(why !== null && { why: printable(why) }) };
  return [fill(rights.withdrawnBy, told), ...saidBy(context, view, statements).map(({ line }) => `  ${line}`)];
}

function faultText({ locale }: CliContext, { fault }: WaitingProposal): string | null {
  return fault === null ? null : refusalSentence(fault.code, fault.detail, locale);
}

export function registrarWithdraw(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const { found: { proposal } } = await find(device, values.operand(0, 'PROPOSAL'));
    await withdrawProposal(device.session, proposal, values.text('reason') ?? '');
    return { json: { proposal, withdrawn: true }, lines: [fill(context.words.rights.withdrawn, { proposal })] };
  });
}

/** A shorter one is ground in no time by who may withdraw a proposal and put another there. */
const CODE_SHAPE = /^[0-9a-f]{16,32}$/;

/** By its code or the beginning of it, where that is only one. @throws Refusal `proposal-code-short`, `proposal-unknown` */
async function find({ session }: Device, wanted: string): Promise<{ readonly found: WaitingProposal; readonly all: readonly WaitingProposal[] }> {
  if (!CODE_SHAPE.test(wanted)) throw new Refusal('proposal-code-short', { proposal: wanted.slice(0, 32) });
  const all = await waitingProposals(session);
  const [found, ...others] = all.filter(({ proposal }) => proposal.startsWith(wanted));
  if (found === undefined || others.length > 0) throw new Refusal('proposal-unknown', { proposal: wanted.slice(0, 32) });
  return { found, all };
}
