/** A draft on its way: the next command, and who types it. What nobody but its author may do is said as that. */
import { fill } from '#core/refusal-words.ts';
import { type HeldDraft, isSubjectAlone } from '#client/dispatch/outgoing.ts';
import { isRegistrar } from '#client/directory/registrar-desk.ts';
import { maySeal } from '#client/signers.ts';
import type { HeldPosition } from '#model/directory-view.ts';
import { isSecondFor } from '#model/endorsement-checks.ts';
import { type Act, ACTS, positionMay } from '#model/rights.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { registrarNames } from './next-seal.ts';
import { placedLine } from './placed.ts';
import { actingName, shortId } from './showing.ts';

/** Named at most; an office may have many. */
const NAMED_MAX = 5;

export function nextStepLine(context: CliContext, device: Device, held: HeldDraft): string {
  const { said } = context.words;
  const draft = shortId(held.id);
  if (held.step === 'saved') return byOthers(context, device, held, 'approve a draft', said.nextApprove);
  const act = held.step === 'approved' ? 'sign a draft' : 'send';
  if (isMine(device, held, act)) return placedLine(context, act === 'send' ? said.nextSendOwn : said.nextSignOwn, { draft });
  return byOthers(context, device, held, act, act === 'send' ? said.nextSend : said.nextSign);
}

/** Where there is nothing but a subject. */
export function noContentLines(context: CliContext, { id, step, open }: HeldDraft): string[] {
  if (!isSubjectAlone(open)) return [];
  const { said } = context.words;
  return [step === 'saved' ? placedLine(context, said.noContentYet, { draft: shortId(id) }) : said.noContent];
}

function isMine({ session, person }: Device, held: HeldDraft, act: Act): boolean {
  if (act === 'send') return maySeal(session.ring, session.view, held.office, act, session.now());
  return mayStep(session, held, person, act);
}

function byOthers(context: CliContext, { session, person }: Device, held: HeldDraft, act: Act, next: string): string {
  const { view } = session;
  const { said, right } = context.words;
  const others = view.persons().map((one) => one.person).filter((one) => one !== person && mayStep(session, held, one, act));
  if (others.length === 0 && isRegistrar(session)) return placedLine(context, said.nextNobodyGive, { right: right[ACTS[act][0]], office: held.office });
  if (others.length === 0) return fill(said.nextNobody, { right: right[ACTS[act][0]], registrars: registrarNames(view) });
  const named = others.slice(0, NAMED_MAX).map((one) => actingName(context, view, one)).join(', ');
  return fill(next, { draft: shortId(held.id), persons: others.length > NAMED_MAX ? `${named}, …` : named });
}

/** As model/endorsement-checks.ts judges it: no author twice, in nobody's place, and no machine after a person. */
function mayStep(session: Device['session'], { office, open: { core: { author } } }: HeldDraft, person: string, act: Act): boolean {
  const { view } = session;
  const isSending = act === 'send';
  if (!isSending && !isSecondFor(view, author, person)) return false;
  const may = (held: HeldPosition): boolean => held.office === office && positionMay(held, act) && (isSending ? held.seal !== null : held.acting?.by !== author);
  return view.held(person, session.now()).some(may);
}
