/** Dispatches that the practice people wrote before a page is opened: a register with something in it. */
import { Refusal } from '../../src/core/refusals.ts';
import type { Composition } from '../../src/client/dispatch/compose.ts';
import { endorseAll, sendMany, writeMany } from '../../src/client/dispatch/batch.ts';
import type { Province } from '../../src/app/practice/founding.ts';
import { HUB_OFFICE, POST_OFFICE } from '../../src/app/practice/places.ts';
import type { Classification, Precedence } from '../../src/wire/names.ts';

const HOUR_MS = 3_600_000;

export interface Letter {
  readonly subject: string;
  readonly precedence?: Precedence;
  readonly classification?: Classification;
  /** Hours until it must be answered and have arrived. */
  readonly hours?: number;
}

/** Sends letters of the head office to the post, written, approved, signed and numbered by three people. */
export async function sendLetters({ devices: { drafter, signatory, clerk } }: Province, letters: readonly Letter[]): Promise<void> {
  const now = drafter.session.now();
  const compositions = letters.map((letter) => letterOf(now, letter));
  const written = await writeMany(drafter.session, HUB_OFFICE.code, compositions);
  const approved = await endorseAll(signatory.session, HUB_OFFICE.code, written, 'approve');
  const signed = await endorseAll(signatory.session, HUB_OFFICE.code, approved, 'sign');
  for (const one of await sendMany(clerk.session, HUB_OFFICE.code, signed)) if (one instanceof Refusal) throw one;
}

/** A letter of the head office to the post. */
export function letterOf(now: number, { subject, precedence = 'routine', classification = 'none', hours }: Letter): Composition {
  return {
    office: HUB_OFFICE.code, recipients: [{ to: { office: POST_OFFICE.code }, role: 'action', precedence }], documentType: 'Công điện',
    subject, text: `${subject}. Yêu cầu thực hiện và báo cáo.`, classification, exercise: true, attachments: [],
    ...(hours === undefined ? {} : { replyBy: now + hours * HOUR_MS, deliverBy: now + hours * HOUR_MS }),
  };
}
