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
 * @throws Refusal `dispatch-unknown`
 */
export async function findDispatch(device: Device, given: string, office: string | null, direction?: 'in' | 'out'): Promise<Found> {
  const begin = given.toLowerCase();
  if (!isBeginning(begin) && !isHex(begin, DISPATCH_DIGITS)) throw new Refusal('dispatch-unknown');
  const offices = office === null ? device.session.offices() : [office];
  const found: Found[] = [];
  for (const one of direction === undefined ? (['in', 'out'] as const) : [direction]) {
    for (const code of offices) found.push(...(await inRegister(device, code, one, begin)));
  }
  const [first] = found;
  if (first === undefined || new Set(found.map(({ dispatch }) => dispatch)).size > 1) {
    throw new Refusal('dispatch-unknown', { dispatch: begin.slice(0, 16), found: found.length });
  }
  return first;
}

async function inRegister({ session }: Device, office: string, direction: 'in' | 'out', begin: string): Promise<Found[]> {
  const found: Found[] = [];
  let before: number | null = null;
  do {
    const query: Record<string, number> = before === null ? { limit: 500 } : { limit: 500, before };
    const page: { lines: { dispatch: string; state: string }[]; next: number | null } = await session.api.call('register', { path: { office, direction }, query });
    for (const { dispatch, state } of page.lines) if (dispatch.startsWith(begin)) found.push({ dispatch, office, direction, state });
    before = found.length > 0 && begin.length === DISPATCH_DIGITS ? null : page.next;
  } while (before !== null);
  return found;
}

function isBeginning(text: string): boolean {
  return text.length >= SHORTEST && text.length <= DISPATCH_DIGITS && /^[0-9a-f]+$/.test(text);
}

function isHex(text: string, digits: number): boolean {
  return text.length === digits && /^[0-9a-f]+$/.test(text);
}
