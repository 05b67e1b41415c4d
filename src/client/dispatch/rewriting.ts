/** A draft that is written again: what its author had named, ready to be changed; and which draft took the place of which. */
import { fromHex, hex } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { sameOffice } from '#model/envelope-head.ts';
import { type Known, officeText } from '#model/peer-names.ts';
import { inStead, standInOf, withoutStandIn } from '#model/stand-ins.ts';
import type { Core, Draft } from '#wire/core.ts';
import { LIMITS } from '#wire/limits.ts';
import type { Composition, Recipient } from './compose.ts';
import { discardDraft, type Errand, type HeldDraft, type ListedDraft, readDraft, writeDraft } from './outgoing.ts';
import type { Session } from '../session.ts';

/**
 * A changed core has another digest, so it begins anew: the old draft goes only once the new one is safe, and that says whose
 * place it takes. @param id the old one
 */
export async function rewriteDraft(session: Session, id: string, composition: Composition, errand: Errand = {}): Promise<HeldDraft> {
  const written = await writeDraft(session, composition, { ...errand, replaces: await replacedBy(session, id) });
  await discardDraft(session, id);
  return written;
}

/** What a draft says that takes the place of this one: it, and those whose place it took itself. */
export async function replacedBy(session: Session, id: string): Promise<Draft['replaces']> {
  const before = await readDraft(session, id).then(({ open }) => open.draft.replaces, (error: unknown) => {
    if (error instanceof Refusal && error.code !== 'station-unreachable') return undefined;
    throw error;
  });
  return [fromHex(id)!, ...(before ?? [])].slice(0, LIMITS.draftsReplaced);
}

/** Which of the drafts took the place of this one; null where none that still waits did. */
export function successorOf(listed: readonly ListedDraft[], id: string): string | null {
  return listed.find(({ open }) => open?.draft.replaces?.some((one) => hex(one) === id))?.record.draft ?? null;
}

/** What the core of a draft was made of, but for its files. */
export function compositionOf(known: Known, core: Core): Composition {
  const { documentType, subject, text, classification, exercise, reference, relation, expires, deliverBy, replyBy } = core;
  return {
    office: core.from.office, recipients: recipientsOf(known, core), documentType, subject, text, classification, exercise, reference, relation,
    expires, deliverBy, replyBy, attachments: [],
  };
}

/** The same again as somebody named it: who only stood in is asked for anew, and whom nobody stood in for gets no stand-in now. */
export function recipientsOf(known: Known, core: Core): Recipient[] {
  const left = withoutStandIn(known, core).filter(({ office }) => standInOf(core, office) === null);
  return core.to.flatMap(({ office, role, precedence }): Recipient[] => {
    const { of, isNamed } = inStead(core, office);
    if (of.length > 0 && !isNamed) return [];
    const except = left.filter((one) => sameOffice(one.office, office)).map(({ alternate }) => officeText(known.view, alternate));
    return [{ to: { office, except }, role, precedence }];
  });
}
