/**
 * Keys for which this device asked a registrar and was not answered yet: the file and the fingerprint that is read to them, kept
 * sealed here until the directory has the keys, since whoever asks closes the page before they have reached anybody.
 */
import { base64url, equal, fromBase64url } from '#core/bytes.ts';
import type { NamedStore } from '#core/outside.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import { deviceRequestStatement, type PublicTwin } from '#wire/invitation.ts';
import type { KeyRequestFile } from './key-requests.ts';
import { SealedSheet } from '../sealed-sheet.ts';
import type { Session } from '../session.ts';

/** What the keys are for: a position's seal, or signing the directory. */
export type AskedFor = `seal ${string}` | 'registrar';

type Desk = Pick<Session, 'crypto' | 'random' | 'ring'>;

export function keepAsked(session: Desk, store: NamedStore, what: AskedFor, { request, fingerprint }: KeyRequestFile): Promise<void> {
  return withSheet(session, store, what, (sheet) => sheet.keep(JSON.stringify({ request: base64url(request), fingerprint })));
}

/** @param certified what the directory has for it now: once that is what was asked for, nothing waits. @returns null where nothing waits */
export function readAsked(session: Desk, store: NamedStore, what: AskedFor, certified: PublicTwin | null): Promise<KeyRequestFile | null> {
  return withSheet(session, store, what, async (sheet) => {
    const kept = await sheet.read();
    if (kept === null) return null;
    const { request: text, fingerprint } = JSON.parse(kept) as { readonly request: string; readonly fingerprint: string };
    const request = fromBase64url(text)!;
    const { seal: keys } = deviceRequestStatement.decode(readDeviceRequest(request).statement);
    const isAnswered = certified !== null && keys !== undefined && equal(keys.p256, certified.p256) && equal(keys.mldsa, certified.mldsa);
    if (!isAnswered) return { request, fingerprint };
    await sheet.erase();
    return null;
  });
}

function withSheet<T>(session: Desk, store: NamedStore, what: AskedFor, work: (sheet: SealedSheet) => Promise<T>): Promise<T> {
  const sheet = new SealedSheet(session, store, `asked ${what}`);
  return work(sheet).finally(() => sheet.close());
}
