/** Sổ điện đi, sổ điện đến and what waits. Subjects are opened on this device, and so is the search. */
import { readInbox, readRegister, type RegisterLine, searchRegister } from '#client/register.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { formatInstant } from '../locale.ts';
import { isoOrNull, numberText, officeName, precedenceText, printable, shortId } from '../showing.ts';
import type { Values } from '../values.ts';

const LINES = 50;
const LINES_MAX = 100_000;
const PAGE = 500;

export function inbox(context: CliContext, values: Values): Promise<Outcome> {
  return withDevice(context, values, async (device) => {
    const lines: RegisterLine[] = [];
    for (const office of officesOf(values, device)) lines.push(...(await readInbox(device.session, office)));
    return outcomeOf(context, device, lines);
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
    for (const office of officesOf(values, device)) {
      for (const direction of directions) lines.push(...(await wholeRegister(device, office, direction, search, limit)));
    }
    return outcomeOf(context, device, lines);
  });
}

/** Page after page until there are enough lines. */
async function wholeRegister({ session }: Device, office: string, direction: 'in' | 'out', search: string | null, limit: number): Promise<RegisterLine[]> {
  const lines: RegisterLine[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await readRegister(session, office, direction, { before, limit: Math.min(PAGE, search === null ? limit : PAGE) });
    lines.push(...(search === null ? page.lines : searchRegister(page.lines, search)));
    if (page.next === null || lines.length >= limit) return lines.slice(0, limit);
    before = page.next;
  }
}

function officesOf(values: Values, { session }: Device): string[] {
  const named = values.text('office');
  return named === null ? session.offices() : [named];
}

function outcomeOf(context: CliContext, device: Device, lines: readonly RegisterLine[]): Outcome {
  const shown = lines.flatMap((line) => lineText(context, device, line));
  return { json: { lines: lines.map((line) => lineJson(device, line)) }, lines: shown.length === 0 ? [context.words.said.nothing] : shown };
}

/** Two lines each: who, when and what state; then what it is about. */
function lineText(context: CliContext, { session: { view } }: Device, line: RegisterLine): string[] {
  const { words, timeZone } = context;
  const { number, precedence, deliverBy, exercise, state, content, sealed } = line;
  const own = number === null ? '–' : numberText(number, line.direction === 'out' ? view.office(line.office)?.symbol : undefined);
  const marks = [
    exercise ? words.exercise : null,
    precedence === 'routine' ? null : precedenceText(context, precedence, deliverBy),
    content === null || content.classification === 'none' ? null : words.classification[content.classification],
  ].filter((mark) => mark !== null);
  const whom = line.direction === 'in' ? officeName(view, line.from) : (content?.to.join(', ') ?? '');
  const shown = words.state[state as keyof typeof words.state] ?? state;
  const about = content === null ? `(${sealed})` : `${line.direction === 'in' ? `${content.symbol}  ` : ''}${printable(content.subject)}`;
  return [
    [shortId(line.dispatch), own, formatInstant(line.time, timeZone), whom, shown, ...marks].join('  '),
    `    ${about}`,
  ];
}

function lineJson({ session: { view } }: Device, line: RegisterLine): object {
  const { number, time, deliverBy, replyBy, expires, direction, office } = line;
  return {
    ...line,
    number: number === null ? null : numberText(number, direction === 'out' ? view.office(office)?.symbol : undefined),
    series: number?.series ?? null,
    time: isoOrNull(time), deliverBy: isoOrNull(deliverBy), replyBy: isoOrNull(replyBy), expires: isoOrNull(expires),
  };
}
