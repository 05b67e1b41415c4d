/** Sổ điện đi, sổ điện đến and what waits. Subjects are opened on this device, and so is the search. */
import { fill, refusalSentence } from '#core/refusal-words.ts';
import type { RefusalCode } from '#core/refusals.ts';
import { RELATION_WORDS } from '#core/relation-words.ts';
import { readInbox, readRegister, type RegisterLine, type RegisterPage, searchRegister } from '#client/registers/register.ts';
import { maySeal } from '#client/signers.ts';
import { positionMay } from '#model/rights.ts';
import { officeLabel, officeText, officeTold } from '#model/peer-names.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { isUnopened } from '../finding.ts';
import { listing, marksOf, type Row } from '../listing.ts';
import { formatInstant } from '../locale.ts';
import { keysGone, lacksKeysText, lacksRightText } from '../next-keys.ts';
import { nextSealLines } from '../next-seal.ts';
import { placedLine, withPlace } from '../placed.ts';
import { isoOrNull, numberText, officeName, personName, precedenceText, shortId } from '../showing.ts';
import type { Values } from '../values.ts';

const LINES = 50;
const LINES_MAX = 100_000;
const PAGE = 500;

export function inbox(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const lines: RegisterLine[] = [];
    const offices = officesOf(values, device);
    for (const office of offices) lines.push(...(await readInbox(device.session, office)));
    const looked = offices.map((office) => `${officeName(device.session.view, office)} [${office}]`).join(', ');
    if (lines.length === 0 && looked !== '') return { json: { lines: [] }, lines: [fill(context.words.said.inboxEmpty, { offices: looked })] };
    return outcomeOf(context, device, lines, { offices, isInbox: true });
  });
}

export function register(context: CliContext, values: Values): Promise<Outcome> {
  const directions = (['out', 'in'] as const).filter((one) => {
    const [asksIn, asksOut] = [values.flag('in'), values.flag('sent')];
    return asksIn === asksOut || (one === 'in' ? asksIn : asksOut);
  });
  const search = values.text('search');
  const limit = values.number('limit', 1, LINES_MAX) ?? LINES;
  return withDevice(context, values, async (device) => {
    const lines: RegisterLine[] = [];
    const leftOut: LeftOut[] = [];
    const offices = officesOf(values, device);
    for (const office of offices) {
      for (const direction of directions) {
        const whole = await wholeRegister(device, office, direction, search, limit);
        lines.push(...whole.lines);
        leftOut.push(...whole.leftOut.map((run) => ({ office, direction, ...run })));
      }
    }
    const { json, ...outcome } = outcomeOf(context, device, lines, { offices });
    return {
      ...outcome,
      json: { ...(json as object), leftOut: leftOut.map((run) => ({ ...run, time: isoOrNull(run.time) })) },
      lines: [...outcome.lines, ...(search === null ? leftOutLines(context, device, leftOut) : [])],
    };
  });
}

type LeftOutRun = RegisterPage['leftOut'][number];
type LeftOut = LeftOutRun & { readonly office: string; readonly direction: 'in' | 'out' };

/** Whoever looks for a number that is on no line is told that there is none. */
function leftOutLines({ words: { backup: said }, timeZone }: CliContext, { session: { view } }: Device, leftOut: readonly LeftOut[]): string[] {
  const lines = leftOut.map(({ office, direction, series, first, last, time, restored }) => fill(said.numbersLeft[restored ? direction : (`${direction}Perhaps` as const)], {
    office: officeName(view, office), series, first, last, time: formatInstant(time, timeZone),
  }));
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Page after page until there are enough lines. */
async function wholeRegister({ session }: Device, office: string, direction: 'in' | 'out', search: string | null, limit: number): Promise<Pick<RegisterPage, 'lines' | 'leftOut'>> {
  const lines: RegisterLine[] = [];
  const leftOut: LeftOutRun[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await readRegister(session, office, direction, { before, limit: Math.min(PAGE, search === null ? limit : PAGE) });
    lines.push(...(search === null ? page.lines : searchRegister(page.lines, search)));
    leftOut.push(...page.leftOut);
    if (page.next === null || lines.length >= limit) return { lines: lines.slice(0, limit), leftOut };
    before = page.next;
  }
}

function officesOf(values: Values, device: Device): string[] {
  return values.text('office') === null ? device.session.offices() : [officeOf(values, device)];
}

type Kind = 'inbox' | 'in' | 'out';

/** Each office's register by itself, under its title. */
function outcomeOf(context: CliContext, device: Device, lines: readonly RegisterLine[], { offices, isInbox = false }: { readonly offices: readonly string[]; readonly isInbox?: boolean }): Outcome {
  const groups = Map.groupBy(lines, ({ office, direction }) => `${direction} ${office}`);
  const shown = [...groups.values()].flatMap((group, i) => {
    const [{ office, direction }] = group as [RegisterLine];
    const kind: Kind = isInbox ? 'inbox' : direction;
    const title = fill(context.words.title[kind], { office: officeName(device.session.view, office) });
    return [...(i > 0 ? [''] : []), ...listing(title, headingsOf(context, kind), group.map((line) => rowOf(context, device, line, calledOff(context, line, lines))))];
  });
  const unopened = lines.find((line) => isToOpen(device, line));
  const next = unopened === undefined ? [] : ['', ...openNextLines(context, device, unopened)];
  return { json: { lines: lines.map((line) => lineJson(device, line)) }, lines: shown.length === 0 ? [fill(context.words.said.registerEmpty, { offices: offices.map((office) => officeName(device.session.view, office)).join(', ') || '–' })] : [...shown, ...next, ...goneLines(context, device, lines)] };
}

/** Whoever has no office seal here cannot open it yet. */
function openNextLines(context: CliContext, { session, person }: Device, { office, dispatch }: RegisterLine): string[] {
  const { ring, view } = session;
  if (!maySeal(ring, view, office, 'say opened', session.now())) {
    const held = view.held(person, session.now()).find((position) => position.office === office && positionMay(position, 'say opened'));
    if (held !== undefined) return nextSealLines(context, view, { name: personName(view, person), position: held.position });
  }
  return [placedLine(context, context.words.said.openNext, { dispatch: shortId(dispatch) })];
}

function headingsOf({ words: { field } }: CliContext, kind: Kind): string[] {
  const { number, sentAt, to, incoming, arrivedAt, from, symbol, state, dispatch } = field;
  return kind === 'out' ? [number, sentAt, to, state, dispatch] : [incoming, arrivedAt, from, symbol, state, dispatch];
}

/** What its sender has said since that it is not to be carried out or kept, where that came too and stands in the same list. */
function calledOff({ locale }: CliContext, { dispatch, from, direction }: RegisterLine, lines: readonly RegisterLine[]): string[] {
  const said = lines.filter((one) => one.direction === 'in' && direction === 'in' && one.reference === dispatch && one.from === from);
  return [...new Set(said.flatMap(({ relation }) => (relation === 'cancels' || relation === 'recalls' || relation === 'replaces' ? [RELATION_WORDS[locale][relation].said.toUpperCase()] : [])))];
}

function rowOf(context: CliContext, device: Device, line: RegisterLine, off: readonly string[]): Row {
  const { session } = device;
  const { words, timeZone } = context;
  const { number, precedence, deliverBy, exercise, suspected, state, content, direction, time, given } = line;
  const isOut = direction === 'out';
  const own = number === null ? '–' : numberText(number, isOut ? session.view.office(line.office)?.symbol : undefined);
  const instead = (line.inSteadOf ?? []).map((one) => officeLabel(session, officeTold(session.view, one)));
  const marks = [...off, ...(instead.length > 0 ? [fill(words.rights.inStead, { offices: instead.join(', ') })] : []), ...(suspected === true ? [words.backup.suspected] : []), ...marksOf(context, {
    exercise, classification: content?.classification ?? null,
    precedence: precedence === 'routine' ? null : precedenceText(context, precedence, deliverBy),
  })];
  const between = isOut ? [content?.to.join(', ') ?? '–'] : [officeLabel(session, officeTold(session.view, line.from)), content?.symbol ?? '–'];
  const shown = words.state[state as keyof typeof words.state] ?? state;
  const givenTo = given ? ` (${fill(words.said.givenTo, { whom: given })})` : '';
  const subject = content?.subject ?? `(${whyUnread(context, device, line)})`;
  return { cells: [own, formatInstant(time, timeZone), ...between, shown, shortId(line.dispatch)], marks, subject: `${subject}${givenTo}` };
}

/** Why the line says no more: nobody here has opened it, and perhaps this person may not; or why it cannot be read. */
function whyUnread(context: CliContext, device: Device, line: RegisterLine): string {
  const { office, sealed } = line;
  if (sealed !== null) return whySealed(context, device, office, sealed);
  return isToOpen(device, line) ? context.words.said.unopened : lacksRightText(context, device, office);
}

/** How to have again what is sealed with keys that nobody has any more: once, by the first of them. */
function goneLines(context: CliContext, device: Device, lines: readonly RegisterLine[]): string[] {
  const closed = lines.filter(({ direction, sealed }) => direction === 'in' && sealed === 'key-missing');
  const unopened = closed.find(({ state }) => isUnopened(state));
  const [line = unopened] = closed;
  const gone = line === undefined ? null : keysGone(device, (unopened ?? line).office, unopened?.dispatch ?? null);
  return gone === null ? [] : ['', refusalSentence(gone.code, withPlace(gone.detail, context.placed), context.locale)];
}

/** Whether this person may be the first to open it. */
function isToOpen({ session }: Device, { office, content, sealed }: RegisterLine): boolean {
  return content === null && sealed === null && session.may('say opened', office);
}

/** What this person lacks is named; of anything else the refusal's own sentence. */
function whySealed(context: CliContext, device: Device, office: string, sealed: RefusalCode): string {
  if (sealed === 'not-entitled' && !device.session.may('say opened', office)) return lacksRightText(context, device, office);
  if (sealed === 'signature-exposed') return context.words.said.exposedHere;
  return sealed === 'key-missing' ? lacksKeysText(context, device, office) : refusalSentence(sealed, {}, context.locale);
}

function lineJson({ session: { view } }: Device, line: RegisterLine): object {
  const { number, time, deliverBy, replyBy, expires, direction, office } = line;
  return {
    ...line,
    from: officeText(view, officeTold(view, line.from)),
    inSteadOf: (line.inSteadOf ?? []).map((one) => officeText(view, officeTold(view, one))),
    number: number === null ? null : numberText(number, direction === 'out' ? view.office(office)?.symbol : undefined),
    series: number?.series ?? null,
    time: isoOrNull(time), deliverBy: isoOrNull(deliverBy), replyBy: isoOrNull(replyBy), expires: isoOrNull(expires),
  };
}
