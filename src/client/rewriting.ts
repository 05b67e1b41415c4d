/** A draft that is written again: what its author had named, ready to be changed. */
import { sameOffice } from '#model/envelope-head.ts';
import { type Known, officeText } from '#model/peer-names.ts';
import { inStead, standInOf, withoutStandIn } from '#model/stand-ins.ts';
import type { Core } from '#wire/core.ts';
import type { Composition, Recipient } from './compose.ts';

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
