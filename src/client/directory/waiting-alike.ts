/**
 * What waits for a second registrar and says the same as what is about to be signed: proposed twice, one of the two would be
 * refused once the other is signed. What the station shows is believed only as far as its signatures go.
 */
import { fromBase64url, hex } from '#core/bytes.ts';
import { HOUR_MS, type Instant } from '#core/clock.ts';
import { decodedOrNull } from '#core/decoding.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import type { DirectoryKind } from '#wire/directory.ts';
import { parseCertificate } from '#x509/certificate.ts';
import { checkProposal, plansOf, type ShownProposal, standing } from './countersigning.ts';
import type { Session } from '../session.ts';

type Reading = Pick<Session, 'crypto' | 'api' | 'view' | 'ring' | 'clock'>;
type Asking = Reading & Pick<Session, 'now'>;

/** What is dated so shortly before it was handed in says the same as what begins or ends at once: an hour is given to clocks that are behind. */
const AT_ONCE_MS = 2 * HOUR_MS;

/** The oldest with exactly these entries, in this order, dated back where these are and only there; null where none waits. @throws Refusal `registrar-required` */
export async function waitingAlike(session: Asking, plans: readonly EntryPlan[]): Promise<ShownProposal | null> {
  const now = session.now();
  const isAlike = (one: EntryPlan, wanted: EntryPlan, handedIn: Instant): boolean =>
    textOf(one, handedIn) === textOf(wanted, now) && (wanted.created === undefined ? isAtOnce(one.created!, handedIn) : wanted.created === one.created);
  const found = (await soundOnes(session)).find(({ entries, created }) => entries.length === plans.length && plansOf(entries).every((one, i) => isAlike(one, plans[i]!, created)));
  return found ?? null;
}

function isAtOnce(dated: Instant, at: Instant): boolean {
  return Math.abs(at - dated) <= AT_ONCE_MS;
}

/** By which refusal a code is unknown that only waits; its detail names the code by the kind of entry. */
const UNKNOWN = { 'position-unknown': 'position', 'office-unknown': 'office', 'person-unknown': 'person', 'device-unknown': 'device', 'list-unknown': 'list', 'station-unknown': 'station' } as const satisfies Partial<Record<RefusalCode, DirectoryKind>>;

/** For a registrar to whom something is unknown that somebody has proposed already: whose signature it waits for; null for any other refusal. */
export async function waitingInstead(session: Reading, { code, detail }: Refusal): Promise<{ readonly kind: DirectoryKind; readonly code: string; readonly found: ShownProposal } | null> {
  const kind = UNKNOWN[code as keyof typeof UNKNOWN];
  const named = kind === undefined ? undefined : detail[kind];
  if (kind === undefined || typeof named !== 'string') return null;
  const writes = (plan: EntryPlan): boolean => plan.kind === kind && (plan.body as Record<string, unknown>)[kind] === named;
  const found = (await soundProposals(session)).find(({ entries }) => plansOf(entries).some(writes));
  return found === undefined ? null : { kind, code: named, found };
}

/** What an entry is about, as `position pct`; an end is about what it ends. */
export function subjectsOf(entries: readonly Uint8Array[]): string[] {
  return plansOf(entries).flatMap(({ kind, body }) => {
    if (kind === 'end') return [`${body.what} ${body.code}`];
    const code = (body as Record<string, unknown>)[kind === 'holder' ? 'person' : kind];
    return typeof code === 'string' ? [`${kind} ${code}`] : [];
  });
}

interface Sound extends ShownProposal {
  /** When it was handed in, by the station's word. */
  readonly created: Instant;
}

/** Everything sound that waits; nothing for who is no registrar, for nobody shows them anything. */
export async function soundProposals(session: Reading): Promise<ShownProposal[]> {
  try {
    return await soundOnes(session);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'registrar-required') return [];
    throw error;
  }
}

async function soundOnes(session: Reading): Promise<Sound[]> {
  const { proposals } = await session.api.call('pending', {});
  const sound: Sound[] = [];
  for (const { proposal, entries, created } of proposals) {
    const shown = { proposal, created, entries: entries.map((entry) => fromBase64url(entry) ?? new Uint8Array(0)) };
    if (await isSound(session, shown)) sound.push(shown);
  }
  return sound;
}

async function isSound(session: Reading, shown: ShownProposal): Promise<boolean> {
  try {
    // For nobody's second signature: whoever signed first is no fault here.
    await checkProposal(session.crypto, session.view, '', shown);
    return standing(session, shown) === null;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** A certificate is made anew each time and says the same of the same key; what begins at once began when it was handed in. */
function textOf({ kind, body }: EntryPlan, at: Instant): string {
  return `${kind} ${JSON.stringify(body, (name, value: unknown) => {
    if (value instanceof Uint8Array) return ['p256', 'mldsa', 'link'].includes(name) ? keyOf(value) : hex(value);
    return name === 'from' && typeof value === 'number' && isAtOnce(value, at) ? 'at once' : value;
  })}`;
}

/** What is no certificate, which the log will refuse, says what it says. */
function keyOf(certificate: Uint8Array): string {
  const read = decodedOrNull(() => parseCertificate(certificate));
  return read === null ? `no certificate ${hex(certificate)}` : hex(read.publicKey.raw);
}
