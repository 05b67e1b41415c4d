/**
 * What waits for a second registrar and says the same as what is about to be signed: proposed twice, one of the two would be
 * refused once the other is signed. What the station shows is believed only as far as its signatures go.
 */
import { fromBase64url, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { DIRECTORY_BODIES, directoryEntry, entryStatement } from '#wire/directory.ts';
import { parseCertificate } from '#x509/certificate.ts';
import { checkProposal, type ShownProposal } from './countersigning.ts';
import type { Session } from './session.ts';

type Asking = Pick<Session, 'crypto' | 'api' | 'view' | 'now'>;

/** The oldest with exactly these entries, in this order, dated back where these are; null where none waits. @throws Refusal `registrar-required` */
export async function waitingAlike(session: Asking, plans: readonly EntryPlan[]): Promise<ShownProposal | null> {
  const now = session.now();
  const isAlike = (one: EntryPlan, wanted: EntryPlan | undefined): boolean =>
    wanted !== undefined && textOf(one, now) === textOf(wanted, now) && (wanted.created === undefined || wanted.created === one.created);
  const found = (await soundOnes(session)).find(({ entries }) => entries.length === plans.length && plansOf(entries).every((one, i) => isAlike(one, plans[i])));
  return found ?? null;
}

/** What waits and would write a position of this code. @throws Refusal `registrar-required` */
export async function waitingPosition(session: Asking, position: string): Promise<ShownProposal | null> {
  const found = (await soundOnes(session)).find(({ entries }) => plansOf(entries).some((plan) => plan.kind === 'position' && plan.body.position === position));
  return found ?? null;
}

/** As they were signed. @throws DecodeError for what is no entry */
export function plansOf(entries: readonly Uint8Array[]): EntryPlan[] {
  return entries.map((bytes) => {
    const { kind, body, created } = entryStatement.decode(directoryEntry.decode(bytes).statement);
    return { kind, body: DIRECTORY_BODIES[kind].decode(body), created } as EntryPlan;
  });
}

/** What an entry is about, as `position pct`; an end is about what it ends. */
export function subjectsOf(entries: readonly Uint8Array[]): string[] {
  return plansOf(entries).flatMap(({ kind, body }) => {
    if (kind === 'end') return [`${body.what} ${body.code}`];
    const code = (body as Record<string, unknown>)[kind === 'holder' ? 'person' : kind];
    return typeof code === 'string' ? [`${kind} ${code}`] : [];
  });
}

async function soundOnes({ crypto, api, view }: Asking): Promise<ShownProposal[]> {
  const { proposals } = await api.call('pending', {});
  const sound: ShownProposal[] = [];
  for (const { proposal, entries } of proposals) {
    const shown = { proposal, entries: entries.map((entry) => fromBase64url(entry) ?? new Uint8Array(0)) };
    if (await isSound(crypto, view, shown)) sound.push(shown);
  }
  return sound;
}

async function isSound(crypto: Asking['crypto'], view: Asking['view'], shown: ShownProposal): Promise<boolean> {
  try {
    // For nobody's second signature: whoever signed first is no fault here.
    await checkProposal(crypto, view, '', shown);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** A certificate is made anew each time and says the same of the same key; what begins at once began when it was signed. */
function textOf({ kind, body }: EntryPlan, now: Instant): string {
  return `${kind} ${JSON.stringify(body, (name, value: unknown) => {
    if (value instanceof Uint8Array) return ['p256', 'mldsa', 'link'].includes(name) ? keyOf(value) : hex(value);
    return name === 'from' && typeof value === 'number' && value <= now ? 'now' : value;
  })}`;
}

function keyOf(certificate: Uint8Array): string {
  return hex(parseCertificate(certificate).publicKey.raw);
}
