/** The rows of attempts.ts for keyring copies, the card and log-in by OPAQUE. */
import { base64url, fromBase64url, hex } from '#core/bytes.ts';
import type { SigningKey } from '#core/crypto.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import { type GatePurpose, gateStatement, opaqueServerName, ringCopyStatement } from '#wire/gate.ts';
import { keyringFile } from '#wire/keyring.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import { HUB, POST } from '../fixtures/organisation.ts';
import { ringCopy } from '../fixtures/ring-copy.ts';
import { type Asked, type DoorWorld, jsonOf, RING_KEEPER } from './world.ts';

const opaque = await loadOpaque();
const PASSPHRASE = 'Đồn Sốp Cộp mùa mưa';
/** Each copy is newer than the one before. */
let revision = 1;

interface Keys {
  readonly gate: SigningKey;
  readonly card: SigningKey;
  readonly locator: Uint8Array;
}

async function newKey(): Promise<SigningKey> {
  const { signatures } = nodeCrypto;
  return signatures.signingKey('ed25519', await signatures.generateSecret('ed25519'));
}

async function makeKeys(): Promise<Keys> {
  return { gate: await newKey(), card: await newKey(), locator: nodeRandom.bytes(16) };
}

/** A copy as RING_KEEPER's device would leave it. */
async function upload({ hub }: DoorWorld, organisation: Uint8Array, { gate, card, locator }: Keys, record?: Uint8Array, signer = RING_KEEPER): Promise<Asked> {
  revision += 1;
  const file = keyringFile.decode(ringCopy('x', organisation, revision).bytes);
  const openings = file.openings!.map((slot) => {
    if (slot.kind === 'card') return { ...slot, locator, gate: card.publicKey };
    return slot.kind === 'opaque' && record !== undefined ? { ...slot, record: nodeCrypto.hash.sha256(record) } : slot;
  });
  const bytes = keyringFile.encode({ ...file, openings });
  const statement = ringCopyStatement(hub.deviceOf(RING_KEEPER).device, revision, nodeCrypto.hash.sha256(bytes), gate.publicKey);
  const proof = await signOne(nodeCrypto, hub.deviceOf(signer).signer, 'session', statement, nodeRandom);
  const body = { revision, file: base64url(bytes), gate: base64url(gate.publicKey), signature: base64url(signatureCodec.encode(proof)) };
  return { body: record === undefined ? body : { ...body, record: base64url(record) } };
}

async function keptKeys(world: DoorWorld, record?: Uint8Array): Promise<Keys> {
  const { hub, org } = world;
  const keys = await makeKeys();
  const answer = await hub.ask('putRing', await upload(world, org.founded.organisation, keys, record), await hub.token(RING_KEEPER));
  if (answer.status !== 200) throw new Error(jsonOf(answer).code);
  return keys;
}

async function proved({ hub }: DoorWorld, key: SigningKey, purpose: GatePurpose, id: string, request: Uint8Array = new Uint8Array(0), station = HUB) {
  const { challenge } = jsonOf(await hub.ask('challenge', {}, null)) as unknown as { challenge: string };
  return { challenge, proof: base64url(await key.sign(gateStatement(purpose, station, id, fromBase64url(challenge)!, request))) };
}

async function byCard(world: DoorWorld, { card, locator }: Keys, station = HUB): Promise<Asked> {
  return { body: { card: hex(locator), ...(await proved(world, card, 'card', hex(locator), new Uint8Array(0), station)) } };
}

const keeper = ({ hub }: DoorWorld): string => hub.deviceOf(RING_KEEPER).device;
const names = (world: DoorWorld) => ({ client: keeper(world), server: opaqueServerName(world.org.founded.organisation, HUB) });

async function opaqueStart(world: DoorWorld, gate: SigningKey, device = keeper(world)): Promise<Asked & { state: string }> {
  const { state, request } = await opaque.client.startLogIn(PASSPHRASE);
  return { state, body: { device, request: base64url(request), ...(await proved(world, gate, 'opaque', device, request)) } };
}

/** A log-in that was begun, and what ends it. */
async function opaqueFinish(world: DoorWorld): Promise<Asked> {
  const { state, request } = await opaque.client.startRegistration(PASSPHRASE);
  const { response } = jsonOf(await world.hub.ask('registerOpaque', { body: { request: base64url(request) } }, await world.hub.token(RING_KEEPER)));
  const { record } = await opaque.client.finishRegistration(PASSPHRASE, state, fromBase64url(response as string)!, names(world));
  const { gate } = await keptKeys(world, record);
  const start = await opaqueStart(world, gate);
  const started = jsonOf(await world.hub.ask('opaqueStart', start, null)) as unknown as { log: string; response: string };
  const done = await opaque.client.finishLogIn(PASSPHRASE, start.state, fromBase64url(started.response)!, names(world));
  return { body: { log: started.log, finish: base64url(done!.finish) } };
}

export const RING_ATTEMPTS = {
  opaqueStart: {
    prepare: async (world: DoorWorld) => opaqueStart(world, (await keptKeys(world)).gate),
    wrong: [
      { says: 'a stranger in the name of a device', as: null, code: 'proof-wrong' as const, asked: async (world: DoorWorld) => opaqueStart(world, await newKey()) },
      { says: 'a device in the name of another', as: null, code: 'proof-wrong' as const,
        asked: async (world: DoorWorld) => opaqueStart(world, (await keptKeys(world)).gate, world.hub.deviceOf('nguoi-la').device) },
    ],
  },
  opaqueFinish: {
    prepare: opaqueFinish,
    wrong: [
      { says: 'a log-in that nobody began', as: null, code: 'proof-wrong' as const,
        asked: async (world: DoorWorld) => ({ body: { ...(await opaqueFinish(world)).body as object, log: '00'.repeat(16) } }) },
      { says: 'the end of another log-in', as: null, code: 'proof-wrong' as const,
        asked: async (world: DoorWorld) => {
          const [one, other] = [await opaqueFinish(world), await opaqueFinish(world)] as { body: { log: string; finish: string } }[];
          return { body: { log: other!.body.log, finish: one!.body.finish } };
        } },
    ],
  },
  putRing: {
    right: RING_KEEPER,
    prepare: async (world: DoorWorld) => upload(world, world.org.founded.organisation, await makeKeys()),
    wrong: [
      { says: 'a ring of another organisation', as: RING_KEEPER, code: 'keyring-malformed' as const,
        asked: async (world: DoorWorld) => upload(world, world.foreign.founded.organisation, await makeKeys()) },
      { says: 'a session whose device did not sign the copy', as: RING_KEEPER, code: 'proof-wrong' as const,
        asked: async (world: DoorWorld) => upload(world, world.org.founded.organisation, await makeKeys(), undefined, 'nguoi-la') },
    ],
  },
  registerOpaque: {
    right: RING_KEEPER,
    prepare: async () => ({ body: { request: base64url((await opaque.client.startRegistration(PASSPHRASE)).request) } }),
    wrong: [{ says: 'what is no first message', as: RING_KEEPER, code: 'request-malformed' as const, asked: async () => ({ body: { request: 'AAAA' } }) }],
  },
  ringByCard: {
    prepare: async (world: DoorWorld) => byCard(world, await keptKeys(world)),
    wrong: [
      { says: 'a card that was never made', as: null, code: 'proof-wrong' as const, asked: async (world: DoorWorld) => byCard(world, await makeKeys()) },
      { says: 'another card under this one\'s locator', as: null, code: 'proof-wrong' as const,
        asked: async (world: DoorWorld) => byCard(world, { ...(await keptKeys(world)), card: await newKey() }) },
      { says: 'a proof made for another station', as: null, code: 'proof-wrong' as const,
        asked: async (world: DoorWorld) => byCard(world, await keptKeys(world), POST) },
    ],
  },
};
