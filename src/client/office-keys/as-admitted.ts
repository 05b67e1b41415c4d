/**
 * A new station's first device makes the keys of its office and a seal before anybody has fixed what office and position
 * are called: the request carries public halves alone, and the registrar who admits it may choose other codes. What the
 * directory has fixed is told by its public half, and its secret stands under the directory's code from then on.
 * Source: docs/protocol/directory.md §Joining.
 */
import { equal } from '#core/bytes.ts';
import type { KeyDesk } from './key-desk.ts';
import { actorOf, isSecretOf } from '../signers.ts';

type Desk = Pick<KeyDesk, 'crypto' | 'ring' | 'view' | 'now'>;

/** @returns whether anything in the ring changed its code */
export async function takeAsAdmitted(desk: Desk): Promise<boolean> {
  const { ring, view } = desk;
  const held = view.held(actorOf(ring).person, desk.now()).filter(({ acting }) => acting === null);
  const offices = await officesAdmitted(desk, new Set(held.map(({ office }) => office)));
  const positions = await positionsAdmitted(desk, new Set(held.map(({ position }) => position)));
  if (offices.size === 0 && positions.size === 0) return false;
  await ring.change((contents) => ({
    ...contents,
    officeKeys: contents.officeKeys.map((key) => ({ ...key, office: offices.get(key.office) ?? key.office })),
    seals: contents.seals.map((one) => ({ ...one, position: positions.get(one.position) ?? one.position })),
  }));
  return true;
}

/** From the code under which keys stand in the ring to the directory's, for offices of this person whose keys the ring seems to lack. */
async function officesAdmitted({ crypto, ring, view }: Desk, held: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const { officeKeys } = ring.contents;
  const found = new Map<string, string>();
  const lacking = [...held].filter((office) => !officeKeys.some((key) => key.office === office));
  for (const { office, purpose, number, secret } of lacking.length === 0 ? [] : officeKeys) {
    if (held.has(office) || found.has(office)) continue;
    const own = await crypto.kem.publicKey(secret);
    const admitted = lacking.find((code) => view.officeKeys(code, purpose).some((fixed) => fixed.number === number && equal(fixed.publicKey, own)));
    if (admitted !== undefined) found.set(office, admitted);
  }
  return found;
}

/** The same for seals. */
async function positionsAdmitted({ crypto, ring, view }: Desk, held: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const { seals } = ring.contents;
  const found = new Map<string, string>();
  const lacking = [...held].filter((position) => !seals.some((one) => one.position === position));
  for (const { position, seal } of seals) {
    if (held.has(position)) continue;
    for (const code of lacking) {
      const fixed = view.position(code)?.seal ?? null;
      if (fixed !== null && (await isSecretOf(crypto, seal, fixed.verifier))) found.set(position, code);
    }
  }
  return found;
}
