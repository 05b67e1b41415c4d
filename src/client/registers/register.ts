/**
 * Registers, sổ đi and sổ đến: lines as the station keeps them, with what only this device can read beside them. Search
 * runs here, over decrypted text and without diacritics; the station never learns what was looked for.
 */
import type { z } from 'zod';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import { printable } from '#core/printable.ts';
import { matches } from '#model/fold.ts';
import { directoryNamed, officeLabel } from '#model/peer-names.ts';
import type { leftOutRun, registerLine } from '#wire/api/dispatch.ts';
import { type Classification, PRECEDENCE_RANK } from '#wire/names.ts';
import { type ReadDispatch, readDispatch } from '../dispatch/incoming.ts';
import { handedTo } from '../dispatch/trace.ts';
import { mayRead } from './register-question.ts';
import type { Session } from '../session.ts';

export type StationLine = z.output<typeof registerLine>;

/** A line with what it is about; `sealed` says why this device cannot tell. Neither stands there before the office opened it. */
export interface RegisterLine extends StationLine {
  readonly content: LineContent | null;
  readonly sealed: RefusalCode | null;
  /** To whom it was handed over, where the office keeps that; absent before it was looked for. */
  readonly given?: string | null;
}

export interface RegisterRow extends RegisterLine {
  /** The other side by name: who sent it, or to whom it went. */
  readonly others: readonly string[];
}

export interface LineContent {
  readonly subject: string;
  readonly documentType: string;
  readonly classification: Classification;
  /** The sender's number, such as `12/UBND-VP`. */
  readonly symbol: string;
  readonly to: readonly string[];
  readonly signer: string;
  readonly files: readonly string[];
}

export interface RegisterPage {
  readonly lines: readonly RegisterLine[];
  /** Where the next page goes on, or null. */
  readonly next: number | null;
  /** With the first page: numbers that bear no dispatch, since the station was restored. */
  readonly leftOut: readonly z.output<typeof leftOutRun>[];
}

export interface PageAsked {
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * One page of a register, newest first, each line that was opened read and verified.
 * @throws Refusal `not-entitled`, `office-unknown`
 */
export async function readRegister(session: Session, office: string, direction: 'out' | 'in', { before, limit }: PageAsked = {}): Promise<RegisterPage> {
  const query = { ...(before === undefined ? {} : { before }), ...(limit === undefined ? {} : { limit }) };
  const { lines, next, leftOut = [] } = await session.api.call('register', { path: { office, direction }, query });
  const read: RegisterLine[] = [];
  for (const line of lines) read.push(await withContent(session, office, line));
  return { lines: read, next, leftOut };
}

/** Of a station that was restored. @throws Refusal `not-entitled`, `office-unknown`, `station-unreachable` */
export async function numbersLeftOut({ api }: Pick<Session, 'api'>, office: string, direction: 'out' | 'in', signal?: AbortSignal): Promise<RegisterPage['leftOut']> {
  const { leftOut = [] } = await api.call('register', { path: { office, direction }, query: { limit: 1 }, signal });
  return leftOut;
}

/** A line with what it is about: read and verified now, where the office has opened it. @throws Refusal `station-unreachable` */
export async function withContent(session: Session, office: string, line: StationLine): Promise<RegisterLine> {
  if (!mayRead(line)) return { ...line, content: null, sealed: null };
  try {
    const read = await readDispatch(session, line.dispatch, office);
    const given = line.told === true ? { given: await handedTo(session, line.dispatch, office) } : {};
    return { ...line, content: contentOf(session, read), sealed: null, ...given };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'station-unreachable') throw error;
    return { ...line, content: null, sealed: error.code };
  }
}

/** As people read it: what stands in one line of a register must not turn around what stands beside it. */
function contentOf(session: Session, { core, seal, endorsements }: ReadDispatch): LineContent {
  const signed = endorsements.find(({ purpose }) => purpose === 'sign');
  return {
    subject: printable(core.subject),
    documentType: printable(core.documentType),
    classification: core.classification,
    symbol: printable(`${seal.number.number}/${seal.symbol}`),
    to: core.to.map(({ office }) => officeLabel(session, office)),
    signer: directoryNamed(session, core.from).person(signed?.person ?? '')?.name ?? '',
    files: core.parts.map(({ name }) => printable(name)),
  };
}

/** Lines in which every word of the query begins a word: `dang khue` finds Đặng Ngọc Khuê. */
export function searchRegister(lines: readonly RegisterLine[], query: string): RegisterLine[] {
  return lines.filter(({ content, from, office, number, given }) => {
    const numbered = number === null ? '' : String(number.number);
    if (content === null) return matches(`${from} ${office} ${numbered}`, query);
    const { subject, documentType, symbol, to, signer, files } = content;
    return matches([subject, documentType, symbol, signer, from, office, numbered, given ?? '', ...to, ...files].join(' '), query);
  });
}

const WAITING: readonly string[] = ['arrived', 'opened', 'handed-over', 'unreadable'];

/** What waits for somebody in an office, most urgent first, then oldest. */
export async function readInbox(session: Session, office: string, asked: PageAsked = {}): Promise<RegisterLine[]> {
  const { lines } = await readRegister(session, office, 'in', asked);
  return lines
    .filter(({ state }) => WAITING.includes(state))
    .toSorted((a, b) => PRECEDENCE_RANK[b.precedence] - PRECEDENCE_RANK[a.precedence] || a.time - b.time);
}
