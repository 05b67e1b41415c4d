/** Invitations that a browser's device gave out: one sealed sheet beside what is typed (docs/protocol/keyring.md §What is typed). */
import { base64url, equal, fromBase64url } from '#core/bytes.ts';
import type { NamedStore } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';
import type { Invitation } from '#wire/invitation.ts';
import { readInvitation } from './invitation.ts';
import type { Session } from '../session.ts';
import type { GivenInvitation, InvitationBook } from './station-errands.ts';
import { SealedSheet } from '../sealed-sheet.ts';

const SHEET = 'invitations';
/** Of those that lapsed or were used only the newest are worth showing. */
const KEPT_MAX = 64;

interface Line {
  readonly invitation: string;
  readonly secret: string;
  readonly used: boolean;
}

export interface ShownInvitation {
  readonly invitation: Invitation;
  readonly isUsed: boolean;
}

export class SealedInvitations implements InvitationBook {
  readonly #sheet: SealedSheet;

  constructor(session: Session, store: NamedStore) {
    this.#sheet = new SealedSheet(session, store, SHEET);
  }

  /** The newest first. */
  async list(): Promise<ShownInvitation[]> {
    return (await this.#lines()).map(({ invitation, used }) => ({ invitation: readInvitation(bytesOf(invitation)), isUsed: used })).toReversed();
  }

  async keep(bytes: Uint8Array, secret: Uint8Array): Promise<void> {
    const lines = await this.#lines();
    await this.#write([...lines, { invitation: base64url(bytes), secret: base64url(secret), used: false }].slice(-KEPT_MAX));
  }

  async find(id: Uint8Array): Promise<GivenInvitation> {
    for (const { invitation: bytes, secret, used } of await this.#lines()) {
      const invitation = readInvitation(bytesOf(bytes));
      if (equal(invitation.invitation, id)) return { invitation, secret: bytesOf(secret), isUsed: used };
    }
    throw new Refusal('invitation-malformed', { reason: 'not-ours' });
  }

  async markUsed(id: Uint8Array): Promise<void> {
    const lines = await this.#lines();
    await this.#write(lines.map((line) => (equal(readInvitation(bytesOf(line.invitation)).invitation, id) ? { ...line, used: true } : line)));
  }

  /** Erases the key. */
  close(): Promise<void> {
    return this.#sheet.close();
  }

  async #lines(): Promise<readonly Line[]> {
    const text = await this.#sheet.read();
    return text === null ? [] : JSON.parse(text) as Line[];
  }

  #write(lines: readonly Line[]): Promise<void> {
    return this.#sheet.keep(JSON.stringify(lines));
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Refusal('invitation-malformed', { reason: 'damaged' });
  return bytes;
}
