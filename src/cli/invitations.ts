/**
 * Invitations that this registrar has given out, in the device's folder: what a join request is checked against. The secret
 * is sealed to the registrar's own device, so the file alone lets nobody in.
 */
import path from 'node:path';
import { z } from 'zod';
import { base64url, concat, fromBase64url, hex, utf8 } from '#core/bytes.ts';
import { openWith, sealTo } from '#core/hpke.ts';
import { Refusal } from '#core/refusals.ts';
import { readInvitation } from '#client/directory/invitation.ts';
import type { OpenKeyring } from '#client/keyring/keyring.ts';
import type { InvitationBook } from '#client/directory/station-errands.ts';
import type { CliContext } from './context.ts';
import type { Device } from './device.ts';
import { readIfThere, type Writing } from './homes.ts';

const LABEL = utf8('tram/v1/invitation-secret\0');
const NOTHING = new Uint8Array(0);

const kept = z.strictObject({
  invitation: z.string(),
  encapsulation: z.string(),
  ciphertext: z.string(),
  used: z.boolean(),
});
const file = z.record(z.string().regex(/^[0-9a-f]{32}$/), kept);
type Kept = z.infer<typeof file>;

export function invitationsOf({ provider, host }: CliContext, { home, session: { ring } }: Device): InvitationBook {
  return {
    async keep(bytes, secret) {
      const id = readInvitation(bytes).invitation;
      const publicKey = await provider.kem.publicKey(kemOf(ring));
      const sealed = await sealTo(provider, publicKey, concat(LABEL, id), NOTHING, secret);
      const all = readKept(home);
      all[hex(id)] = {
        invitation: base64url(bytes), encapsulation: base64url(sealed.encapsulation), ciphertext: base64url(sealed.ciphertext), used: false,
      };
      writeKept(host, home, all);
    },
    async find(id) {
      const found = readKept(home)[hex(id)];
      if (found === undefined) throw new Refusal('invitation-malformed', { reason: 'not-ours' });
      const [bytes, encapsulation, ciphertext] = [found.invitation, found.encapsulation, found.ciphertext].map(fromBase64url);
      if (!bytes || !encapsulation || !ciphertext) throw new Refusal('invitation-malformed', { reason: 'damaged' });
      const secret = await openWith(provider, kemOf(ring), encapsulation, concat(LABEL, id), NOTHING, ciphertext);
      if (secret === null) throw new Refusal('invitation-malformed', { reason: 'damaged' });
      return { invitation: readInvitation(bytes), secret, isUsed: found.used };
    },
    async markUsed(id) {
      const all = readKept(home);
      const found = all[hex(id)];
      if (found !== undefined) writeKept(host, home, { ...all, [hex(id)]: { ...found, used: true } });
    },
  };
}

function kemOf(ring: OpenKeyring): Uint8Array {
  const { kem } = ring.contents;
  if (kem === undefined) throw new Refusal('key-missing', { key: 'kem' });
  return kem;
}

function readKept(home: string): Kept {
  const text = readIfThere(fileIn(home));
  if (text === null) return {};
  try {
    return file.parse(JSON.parse(text));
  } catch (cause) {
    throw new Refusal('configuration-malformed', { field: 'invitations.json' }, { cause });
  }
}

function writeKept({ durable }: Writing, home: string, all: Kept): void {
  durable.write(fileIn(home), `${JSON.stringify(all, null, 2)}\n`);
}

function fileIn(home: string): string {
  return path.join(home, 'invitations.json');
}
