/** Agreements with other organisations, by files and a fingerprint read aloud; and what each shows the other. */
import { base64url, equal, hex } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { agreementPlan, answerProposal, type OwnSide, proposeAgreement, readProposal, type ReadTerms, readTerms } from '#client/directory/agreements.ts';
import { inGroups } from '#model/proofs.ts';
import { wholeLog } from '#client/directory/whole-log.ts';
import { demandMirrored } from '#model/agreements.ts';
import type { AgreementRecord, DirectoryView } from '#model/directory-view.ts';
import { acceptDisclosure, makeDisclosure } from '#model/disclosure.ts';
import { agreementLines } from '../agreement-lines.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, resolved } from '../homes.ts';
import { parseInstant } from '../locale.ts';
import { markFrom, PRECEDENCE_MARKS } from '../marks.ts';
import { checkCode, codeFrom } from '../names.ts';
import { placedLine } from '../placed.ts';
import { proposePlans } from '../registrar.ts';
import { isoOrNull } from '../showing.ts';
import type { Values } from '../values.ts';
import { proposedLine } from './directory-add.ts';

export function federationPropose(context: CliContext, values: Values): Promise<Outcome> {
  const out = values.need('out');
  const precedence = markFrom(values, 'precedence', PRECEDENCE_MARKS, 'immediate');
  return withDevice(context, values, async (device) => {
    const { provider, random, clock, words: { federation } } = context;
    const side = await sideFrom(values, device);
    const until = untilFrom(context, values);
    const order = { ...side, from: clock.now(), until, precedence };
    const { bytes, fingerprint } = proposeAgreement(provider, random, device.session.view, order);
    context.host.durable.write(resolved(out), bytes);
    const lines = [fill(federation.proposed, { file: resolved(out) }), fill(federation.readAloud, { fingerprint })];
    return { json: { file: resolved(out), fingerprint }, lines };
  });
}

/** Answers a proposal, or takes the answer to the own one: either way the own registrar reads what it says, and signs. */
export function federationAccept(context: CliContext, values: Values): Promise<Outcome> {
  const code = codeFrom(values, 'code');
  const file = values.text('proposal');
  return withDevice(context, values, async (device) => {
    const { provider, words: { federation } } = context;
    const { view, ring } = device.session;
    if (ring.contents.registrar === undefined) throw new Refusal('registrar-required');
    if (file === null) {
      const terms = readBytes(values.need('terms'));
      return signTerms(context, device, code, terms, await comparedAloud(context, values, view, code, readTerms(provider, view, terms)));
    }
    const out = values.need('out');
    const bytes = readBytes(file);
    const [proposal, ours] = [readProposal(bytes), await sideFrom(values, device)];
    const typed = await comparedAloud(context, values, view, code, { proposal, ours, theirs: proposal.side });
    const answer = answerProposal(provider, view, bytes, typed, ours);
    const signed = await signTerms(context, device, code, answer.bytes, answer.fingerprint);
    context.host.durable.write(resolved(out), answer.bytes);
    const lines = [...signed.lines, fill(federation.answered, { file: resolved(out) }), fill(federation.readAloud, { fingerprint: answer.fingerprint })];
    return { json: { ...(signed.json as object), file: resolved(out), fingerprint: answer.fingerprint }, lines };
  });
}

/** Shows what is about to be signed, then wants the fingerprint that the other side reads aloud: given, or typed now. */
async function comparedAloud(
  context: CliContext, values: Values, view: DirectoryView, code: string, { proposal, ours, theirs }: Pick<ReadTerms, 'proposal' | 'theirs'> & { ours: OwnSide },
): Promise<string> {
  const { precedence, from, until } = proposal;
  const asked = {
    peer: code, name: theirs.name, offices: ours.offices, station: ours.station, peerStation: theirs.station, address: theirs.address ?? ours.address ?? null,
    precedence, from, until: until ?? null, endedAt: null, terms: null,
  };
  const { output, prompt, words: { federation } } = context;
  for (const line of [federation.asked, ...agreementLines(context, view, asked, theirs.offices)]) output.say(line);
  return values.text('fingerprint') ?? (await prompt.ask(federation.compare, 'shown')) ?? values.need('fingerprint');
}

async function signTerms(context: CliContext, device: Device, code: string, terms: Uint8Array, typed: string): Promise<Outcome> {
  const { provider, words: { federation } } = context;
  const { view } = device.session;
  const { theirs } = readTerms(provider, view, terms);
  const plan = agreementPlan(provider, view, terms, typed, code);
  if (plan.kind !== 'agreement') throw new Refusal('agreement-malformed');
  const known = view.agreement(code);
  const isSigned = known?.endedBy === null && known.terms !== null && equal(known.terms, plan.body.terms ?? new Uint8Array());
  if (isSigned) return { json: { outcome: 'unchanged', code }, lines: [context.words.said.unchanged] };
  const proposed = await proposePlans(context, device, [plan]);
  const done = proposed.outcome !== 'sequenced' ? [] : [fill(federation.signed, { name: theirs.name, code }), placedLine(context, federation.next, { code })];
  const lines = [proposedLine(context, proposed), ...done];
  return { json: { ...proposed, code, name: theirs.name, offices: theirs.offices }, lines };
}

export function federationList(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async ({ session: { view } }) => {
    const { words: { federation } } = context;
    const agreements = view.agreements();
    const lines = agreements.length === 0 ? [federation.none] : agreements.flatMap((one, i) => [...(i > 0 ? [''] : []), ...agreementLines(context, view, one)]);
    return { json: { agreements: agreements.map(agreementJson) }, lines };
  });
}

export function federationEnd(context: CliContext, values: Values): Promise<Outcome> {
  const code = codeFrom(values, 'code');
  return withDevice(context, values, async (device) => {
    const known = agreementOf(device, code);
    if (known.endedBy !== null) return { json: { outcome: 'unchanged' }, lines: [context.words.said.unchanged] };
    const proposed = await proposePlans(context, device, [{ kind: 'end', body: { what: 'agreement', code, reason: 'left' } }]);
    const { ended, endWaits } = context.words.federation;
    return { json: { ...proposed, code }, lines: [proposedLine(context, proposed), ...(proposed.outcome === 'sent' ? [] : [fill(proposed.outcome === 'waiting' ? endWaits : ended, { name: known.name })])] };
  });
}

/** Writes what the other organisation may see, and nothing else. */
export function federationShow(context: CliContext, values: Values): Promise<Outcome> {
  const code = codeFrom(values, 'code');
  const out = values.need('out');
  return withDevice(context, values, async (device) => {
    const agreement = agreementOf(device, code);
    const log = await wholeLog(device.session, context.stop);
    const from = values.number('since', 0, log.entries.length) ?? 0;
    const bytes = makeDisclosure(context.provider, { view: device.session.view, ...log }, agreement, from);
    context.host.durable.write(resolved(out), bytes);
    const { federation } = context.words;
    return { json: { file: resolved(out), size: log.entries.length, bytes: bytes.length }, lines: [fill(federation.shown, { file: resolved(out), name: agreement.name })] };
  });
}

/** Checks what the other organisation shows, against what it showed before, and gives it to the own stations. */
export function federationTake(context: CliContext, values: Values): Promise<Outcome> {
  const code = codeFrom(values, 'code');
  const file = values.need('file');
  return withDevice(context, values, async (device) => {
    const { provider, clock, words: { federation } } = context;
    const { session } = device;
    const { view, peers } = session;
    const agreement = agreementOf(device, code);
    const bytes = readBytes(file);
    const { state, point } = await expectKindLater(context, () => acceptDisclosure(provider, agreement, peers.point(agreement.organisation), bytes));
    // The exchange station cannot meet one of which it has seen nothing; from then on it fetches by itself.
    await session.api.call('putDisclosure', { path: { peer: code }, body: { disclosure: base64url(bytes) } });
    await peers.sync(context.stop);
    const missing = mirrorFault(view, state, clock.now());
    const offices = state.offices().map(({ office, name }) => ({ office: `${code}/${office}`, name }));
    const lines = [
      fill(federation.taken, { name: agreement.name, size: point.size }), ...offices.map(({ office, name }) => `${office}  ${name}`),
      missing === null ? federation.counts : fill(federation.countsNot, { reason: federation.reason[missing] }),
    ];
    return { json: { code, size: point.size, root: hex(point.root), offices, counts: missing === null, reason: missing }, lines, ok: missing === null };
  });
}

type MirrorFault = 'ours' | 'theirs' | 'terms-differ';

function mirrorFault(own: DirectoryView, other: DirectoryView, at: number): MirrorFault | null {
  try {
    demandMirrored(own, other, at);
    return null;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'agreement-missing') return error.detail['reason'] as MirrorFault;
    throw error;
  }
}

async function expectKindLater<T>(context: CliContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return expectKind(context, 'disclosure', () => {
      throw error;
    });
  }
}

/** @throws Refusal `agreement-missing` */
function agreementOf({ session: { view } }: Device, code: string): AgreementRecord {
  const agreement = view.agreement(code);
  if (agreement === null) throw new Refusal('agreement-missing', { organisation: code });
  return agreement;
}

async function sideFrom(values: Values, { session: { api } }: Device): Promise<OwnSide> {
  const offices = values.list('offices').map(checkCode);
  if (offices.length === 0) throw new Refusal('option-missing', { option: '--offices' });
  const station = values.text('at') === null ? (await api.call('station', {})).station : codeFrom(values, 'at');
  return { offices, station, address: values.text('address') ?? undefined };
}

function untilFrom({ timeZone, clock }: CliContext, values: Values): number | undefined {
  const text = values.text('expires');
  if (text === null) return undefined;
  const { instant } = parseInstant(text, timeZone, '--expires');
  if (instant <= clock.now()) throw new Refusal('date-past', { option: '--expires', text });
  return instant;
}

function agreementJson({ peer, organisation, name, offices, station, peerStation, address, precedence, from, until, endedAt, terms }: AgreementRecord): object {
  return {
    code: peer, organisation: hex(organisation), name, offices, station, peerStation, address, precedence, from: isoOrNull(from), until: isoOrNull(until),
    ended: isoOrNull(endedAt), terms: terms === null ? null : inGroups(terms),
  };
}
