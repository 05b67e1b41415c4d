/** Drafts and dispatches are named by the first digits of their id, as people copy them. */
import { Refusal } from '#core/refusals.ts';
import { listDrafts, readDrafts } from '#client/dispatch/outgoing.ts';
import { successorOf } from '#client/dispatch/rewriting.ts';
import type { Device } from './device.ts';
import { shortId } from './showing.ts';

const SHORTEST = 4;
const DRAFT_DIGITS = 32;
const DISPATCH_DIGITS = 64;

/** @throws Refusal `draft-unknown` where none or several begin so */
export async function findDraft({ session }: Device, given: string): Promise<string> {
  const begin = given.toLowerCase();
  if (isHex(begin, DRAFT_DIGITS)) return begin;
  if (!isBeginning(begin)) throw new Refusal('draft-unknown');
  const found = new Set<string>();
  for (const office of session.offices()) {
    for (const { draft } of await listDrafts(session, office)) if (draft.startsWith(begin)) found.add(draft);
  }
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) throw new Refusal('draft-unknown', { draft: begin, found: found.size });
  return only;
}

/** Whoever still has the number of a draft that was changed is told which draft took its place. */
export async function onDraft<T>({ session }: Device, id: string, work: (id: string) => Promise<T>): Promise<T> {
  try {
    return await work(id);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'draft-closed') throw error;
    const { office, step } = await session.api.call('draft', { path: { draft: id } });
    const successor = step === 'discarded' ? successorOf(await readDrafts(session, office), id) : null;
    throw successor === null ? error : new Refusal('draft-closed', { ...error.detail, successor: shortId(successor) }, { cause: error });
  }
}

export interface Found {
  readonly dispatch: string;
  /** Office of ours that sent or received it. */
  readonly office: string;
  readonly direction: 'in' | 'out';
  /** As the register has it. */
  readonly state: string;
}

/** By the state of its line: only such a dispatch is sealed again for who cannot open it. */
export function isUnopened(state: string): boolean {
  return state === 'arrived' || state === 'unreadable';
}

/**
 * Looks in the registers of the person's offices, incoming first.
 * @param given the beginning of its id, or the number under which an office of theirs sent it: `11/UBND-VP`
 * @throws Refusal `dispatch-unnamed` where it is neither; `dispatch-several`; `dispatch-not-sent`, `dispatch-not-received` where it stands in
 *   the other register alone; `dispatch-unknown`
 */
export async function findDispatch(device: Device, given: string, office: string | null, direction?: 'in' | 'out'): Promise<Found> {
  const name = nameOf(given);
  if (name === null) throw new Refusal('dispatch-unnamed', { dispatch: given.slice(0, 40) });
  const offices = office === null ? device.session.offices() : [office];
  const look = async (directions: readonly Found['direction'][]): Promise<Found[]> => {
    const all: Found[] = [];
    for (const one of directions) for (const code of offices) all.push(...(await inRegister(device, code, one, name)));
    return all;
  };
  const found = await look(direction === undefined ? ['in', 'out'] : [direction]);
  const several = new Set(found.map(({ dispatch }) => dispatch)).size;
  if (several > 1) throw new Refusal('dispatch-several', { dispatch: given.slice(0, 40) });
  if (found.length > 0) return found[0]!;
  const isOther = direction !== undefined && (await look([direction === 'in' ? 'out' : 'in'])).length > 0;
  throw new Refusal(isOther ? (direction === 'in' ? 'dispatch-not-received' : 'dispatch-not-sent') : 'dispatch-unknown', { dispatch: given.slice(0, 16) });
}

type Name = { readonly begin: string } | { readonly number: number; readonly symbol: string };

function nameOf(given: string): Name | null {
  const begin = given.toLowerCase();
  if (isBeginning(begin)) return { begin };
  const [, number, symbol] = /^(\d{1,9})\/(.+)$/.exec(given.normalize('NFC')) ?? [];
  return number === undefined || symbol === undefined ? null : { number: Number(number), symbol: symbol.toLowerCase() };
}

interface Line {
  readonly dispatch: string;
  readonly state: string;
  readonly number: { readonly number: number } | null;
}

async function inRegister({ session }: Device, office: string, direction: 'in' | 'out', name: Name): Promise<Found[]> {
  // What came bears the number of whoever sent it, which no register here has.
  if ('number' in name && (direction === 'in' || session.view.office(office)?.symbol.toLowerCase() !== name.symbol)) return [];
  const isIt = ({ dispatch, number }: Line): boolean => ('begin' in name ? dispatch.startsWith(name.begin) : number?.number === name.number);
  const found: Found[] = [];
  let before: number | null = null;
  do {
    const query: Record<string, number> = before === null ? { limit: 500 } : { limit: 500, before };
    const page: { lines: Line[]; next: number | null } = await session.api.call('register', { path: { office, direction }, query });
    for (const line of page.lines) if (isIt(line)) found.push({ dispatch: line.dispatch, office, direction, state: line.state });
    before = found.length > 0 && 'begin' in name && name.begin.length === DISPATCH_DIGITS ? null : page.next;
  } while (before !== null);
  return found;
}

function isBeginning(text: string): boolean {
  return text.length >= SHORTEST && text.length <= DISPATCH_DIGITS && /^[0-9a-f]+$/.test(text);
}

function isHex(text: string, digits: number): boolean {
  return text.length === digits && /^[0-9a-f]+$/.test(text);
}
