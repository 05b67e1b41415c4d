/**
 * A device's sealed keyring at its station: kept there after each change, fetched again by the card or by OPAQUE.
 * Source: docs/protocol/log-in.md.
 */
import { base64url, fromBase64url, hex } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { OpaqueClient } from '#core/opaque.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { opaqueServerName, ringCopyStatement } from '#wire/gate.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import type { StationApi } from '../api.ts';
import { cardGate } from './card.ts';
import { deviceGate, proveGate } from '../gates.ts';
import type { OpenKeyring } from './keyring.ts';
import { actorOf, signer } from '../signers.ts';

/** What a station gave back: a sealed file, and the greatest revision that it has seen of that device. */
export interface FetchedRing {
  readonly device: string;
  readonly person: string;
  readonly file: Uint8Array;
  readonly leastRevision: number;
}

export interface CopyDesk {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly api: StationApi;
  /** In which the device's certificates are. */
  readonly view: DirectoryView;
}

/**
 * Leaves the newest copy with the station. Nothing for a ring in the first form: a passphrase alone would open it.
 * @param record of an OPAQUE slot that was just made
 * @returns null where nothing was left; otherwise whether the station holds the record of the ring's OPAQUE slot
 */
export async function keepRingCopy({ crypto, random, api, view }: CopyDesk, ring: OpenKeyring, record?: Uint8Array): Promise<{ revision: number; opaque: boolean } | null> {
  const secret = await ring.deviceSecret();
  if (secret === null || ring.slots.length === 0) return null;
  const gate = await deviceGate(crypto, secret, ring.contents.organisation);
  secret.fill(0);
  const { bytes, revision } = await ring.sealed();
  const statement = ringCopyStatement(actorOf(ring).device, revision, crypto.hash.sha256(bytes), gate.publicKey);
  const proof = await signOne(crypto, await signer(crypto, ring, view, { kind: 'device' }), 'session', statement, random);
  const body = { revision, file: base64url(bytes), gate: base64url(gate.publicKey), signature: base64url(signatureCodec.encode(proof)) };
  return api.call('putRing', { body: record === undefined ? body : { ...body, record: base64url(record) } });
}

export interface OpaqueDesk extends CopyDesk {
  readonly opaque: OpaqueClient;
  /** Code of the station that the API speaks to. */
  readonly station: string;
}

/**
 * Registers a passphrase by OPAQUE, makes the slot that its export key opens, and leaves the copy with the record.
 * @throws Refusal `route-unknown` where the station has no OPAQUE
 */
export async function enrolOpaque(desk: OpaqueDesk, ring: OpenKeyring, passphrase: string): Promise<void> {
  const { opaque, api, station } = desk;
  const { organisation, device } = ring.contents;
  if (device === undefined) throw new Refusal('key-missing', { key: 'device' });
  const { state, request } = await opaque.startRegistration(passphrase);
  const { response } = await api.call('registerOpaque', { body: { request: base64url(request) } });
  const names = { client: device, server: opaqueServerName(organisation, station) };
  const { record, exportKey } = await opaque.finishRegistration(passphrase, state, answered(response), names);
  await ring.putSlot({ kind: 'opaque', exportKey, record });
  exportKey.fill(0);
  await keepRingCopy(desk, ring, record);
}

/**
 * Fetches a copy that names a card as its own, whether or not the card opens it (recovery.ts).
 * @param after the device of the one that was fetched before
 * @throws Refusal `card-unknown` where the station has none, or no other, for it
 */
export async function fetchByCard(crypto: CryptoProvider, api: StationApi, card: Uint8Array, after?: string): Promise<FetchedRing> {
  const { locator, key } = await cardGate(crypto, card);
  const { challenge, proof } = await proveGate(api, key, 'card', hex(locator));
  const body = { card: hex(locator), challenge, proof, ...(after !== undefined && { after }) };
  const { file, ...rest } = await api.call('ringByCard', { body }).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'proof-wrong' ? new Refusal('card-unknown', {}, { cause: error }) : error;
  });
  // Else a station could have this go on for ever.
  if (after !== undefined && rest.device <= after) throw new Refusal('card-unknown');
  return { ...rest, file: answered(file) };
}

export interface OpaqueOrder {
  readonly device: string;
  readonly organisation: Uint8Array;
  readonly passphrase: string;
  readonly deviceSecret: Uint8Array;
}

/**
 * Logs in by OPAQUE: the session's token goes into the API, the copy and the key that opens its OPAQUE slot come back.
 * @throws Refusal `passphrase-wrong`; `proof-wrong` where the station does not know this device and secret together;
 *   `too-many-attempts`
 */
export async function logInByOpaque(crypto: CryptoProvider, opaque: OpaqueClient, api: StationApi, order: OpaqueOrder): Promise<FetchedRing & { exportKey: Uint8Array }> {
  const { device, organisation, passphrase, deviceSecret } = order;
  const { state, request } = await opaque.startLogIn(passphrase);
  const gate = await deviceGate(crypto, deviceSecret, organisation);
  const { challenge, proof, station } = await proveGate(api, gate, 'opaque', device, request);
  const started = await api.call('opaqueStart', { body: { device, challenge, proof, request: base64url(request) } });
  const names = { client: device, server: opaqueServerName(organisation, station) };
  const finished = await opaque.finishLogIn(passphrase, state, answered(started.response), names);
  if (finished === null) throw new Refusal('passphrase-wrong');
  const answer = await api.call('opaqueFinish', { body: { log: started.log, finish: base64url(finished.finish) } });
  api.adopt(answer.token);
  return { device, person: answer.person, file: answered(answer.file), leastRevision: answer.keyringRevision, exportKey: finished.exportKey };
}

function answered(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (bytes === null) throw new Refusal('internal', { reason: 'answer-malformed' });
  return bytes;
}
