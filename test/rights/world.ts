/**
 * A whole station behind its HTTP server, with sessions that are really begun: people of its offices, of another
 * station's, of no office, of another organisation, and one whose device has ended. For tests of who may come in where.
 */
import { request as httpRequest } from 'node:http';
import { base64url, concat, fromBase64url, fromUtf8, uint64be, utf8 } from '#core/bytes.ts';
import type { PracticeDevice, PracticeOrganisation } from '#model/practice.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { nodeCrypto, nodeRandom } from '#platform/node/crypto.ts';
import { loadOpaque } from '#platform/wasm/opaque.ts';
import { createStation, type Station } from '#station/compose.ts';
import { HttpServer } from '#station/kernel/http.ts';
import { silentLog } from '#station/kernel/log.ts';
import { memoryDisk } from '#station/kernel/memory-disk.ts';
import { Refusal } from '#core/refusals.ts';
import type { BackupStand } from '#wire/api/operations.ts';
import { ROUTES, type Route, type RouteName } from '#wire/api/routes.ts';
import { signOne } from '#wire/sign.ts';
import { signature as signatureCodec } from '#wire/signature.ts';
import { demandDocumented } from '../api/answers.ts';
import { CLERK, DRAFTER, foundTestOrganisation, HUB, POST, RELAY, SIGNATORY, setClock, type SetClock, START } from '../fixtures/organisation.ts';
import { agreeWithPeer, type PeerOrganisation } from '../fixtures/peer.ts';

/** A person with a device and no position anywhere. */
export const NOBODY = 'nguoi-la';
/** A person whose device ended while a session of it was open. */
export const LEAVER = 'nguoi-nghi';
export const REGISTRAR = 'dang-ky-mot';
/** Leaves copies of a keyring, whose revision grows: no other attempt begins a session of this one anew. */
export const RING_KEEPER = 'lo-van-giu';
/** Makes the keys of van-phong. */
export const KEY_HOLDER = 'lo-thi-khoa';
const SHORT_MS = 10_000;

export interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export type Answer = { readonly code?: string } & Readonly<Record<string, unknown>>;

export function jsonOf({ bytes }: Answered): Answer {
  return (bytes.length === 0 ? {} : JSON.parse(fromUtf8(bytes)!)) as Answer;
}

const NO_BACKUP: BackupStand = { made: null, everyMs: null, rows: null, failed: null, verified: null, restored: null, lacks: null };

export class ServedStation {
  readonly org: PracticeOrganisation;
  readonly code: string;
  readonly clock: SetClock;
  readonly incarnation: Uint8Array;
  readonly station: Station;
  readonly #server: HttpServer<never>;
  readonly #port: number;
  readonly #tokens = new Map<string, Promise<string>>();

  private constructor(org: PracticeOrganisation, code: string, clock: SetClock, incarnation: Uint8Array, station: Station, server: HttpServer<never>, port: number) {
    [this.org, this.code, this.clock, this.incarnation, this.station] = [org, code, clock, incarnation, station];
    [this.#server, this.#port] = [server, port];
  }

  static async open(org: PracticeOrganisation, code: string, clock: SetClock = soonClock()): Promise<ServedStation> {
    const { signer, log } = org.stations.get(code)!;
    const incarnation = nodeRandom.bytes(16);
    const station = await createStation({
      station: code, founding: org.founded.founding, incarnation, disk: memoryDisk(), clock, random: nodeRandom, provider: nodeCrypto,
      signer, logSigner: log.signer, network: { dial: () => Promise.reject(new Refusal('station-unreachable')) },
      log: silentLog, version: '0.0.0', opaque: loadOpaque, diskReserveBytes: 0, diskFloorBytes: 0, diskWarnBytes: 0,
      machine: { work: { backup: async () => {}, doctor: async () => {} }, backupStand: async () => NO_BACKUP, examination: () => null },
      gather: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const server = new HttpServer({
      routes: station.routes, clock: nodeClock, random: nodeRandom, log: silentLog,
      authenticate: (token) => station.people.authenticate(token), mayGoOn: (caller) => station.people.mayGoOn(caller), callerOf: ({ device }) => device,
    }) as unknown as HttpServer<never>;
    const { port } = await server.listen('127.0.0.1', 0);
    const served = new ServedStation(org, code, clock, incarnation, station, server, port);
    await served.follow();
    return served;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get dispatch(): Station['dispatch'] {
    return this.station.dispatch;
  }

  /** Takes what the organisation's directory has become. */
  async follow(): Promise<void> {
    await this.station.people.receive({ from: 0, entries: this.org.entries, checkpoint: await this.org.checkpoint() });
  }

  async close(): Promise<void> {
    await this.#server.stop();
    await this.station.store.close();
  }

  /** A session of the person's first device, begun once. */
  token(person: string): Promise<string> {
    const known = this.#tokens.get(person);
    if (known !== undefined) return known;
    const begun = this.begin(this.deviceOf(person)).then((answer) => {
      const { token } = jsonOf(answer);
      if (typeof token !== 'string') throw new Error(`${person} is not let in: ${jsonOf(answer).code}`);
      return token;
    });
    this.#tokens.set(person, begun);
    return begun;
  }

  deviceOf(person: string): PracticeDevice {
    return this.org.devices.get(`${person.slice(0, 28)}-may`)!;
  }

  async begin(device: PracticeDevice, station = this.code): Promise<Answered> {
    return this.ask('logIn', { body: await this.proof(device, station) }, null);
  }

  /** The proof of a device for this station's challenge, or one that names another station. */
  async proof(device: PracticeDevice, station = this.code): Promise<Record<string, unknown>> {
    const { challenge } = jsonOf(await this.ask('challenge', {}, null)) as unknown as { challenge: string };
    const item = concat(
      utf8(`tram/v1/session\0${station}\0${device.device}\0`), fromBase64url(challenge)!, uint64be(1),
    );
    const signature = base64url(signatureCodec.encode(await signOne(nodeCrypto, device.signer, 'session', item, nodeRandom)));
    return { device: device.device, challenge, signature, keyringRevision: 1 };
  }

  /** Every answer is one that docs/api/openapi.json says. @param endless gives the answer's head only, and ends the stream */
  ask(name: RouteName, { params = {}, query = {}, body }: Asked, token: string | null, endless = false): Promise<Answered> {
    const route: Route = ROUTES[name];
    const path = route.path.replace(/:([a-z]+)/g, (_, one: string) => encodeURIComponent(params[one]!));
    const search = new URLSearchParams(query).toString();
    const isBytes = body instanceof Uint8Array;
    const headers: Record<string, string> = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
    };
    return new Promise((resolve, reject) => {
      const where = { host: '127.0.0.1', port: this.#port, method: route.method, path: search === '' ? path : `${path}?${search}` };
      const request = httpRequest({ ...where, headers, agent: false }, (response) => {
        const pieces: Uint8Array[] = [];
        const done = (): void => {
          const bytes = concat(...pieces);
          try {
            if (!endless) demandDocumented(name, response.statusCode!, bytes);
            resolve({ status: response.statusCode!, bytes });
          } catch (error) {
            reject(error as Error);
          }
        };
        if (endless && response.statusCode === 200) {
          done();
          request.destroy();
          return;
        }
        response.on('data', (piece: Uint8Array) => pieces.push(piece));
        response.on('end', done);
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : isBytes ? body : JSON.stringify(body));
    });
  }
}

export interface DoorWorld {
  readonly org: PracticeOrganisation;
  readonly hub: ServedStation;
  /** A neighbour of it, never connected. */
  readonly relay: ServedStation;
  /** Tokens that open nothing at the hub, by what they are. */
  readonly deadTokens: Readonly<Record<string, string>>;
  /** Another organisation in which everybody has the same codes, with other keys. */
  readonly foreign: PracticeOrganisation;
  /** One with which there is an agreement. */
  readonly peer: PeerOrganisation;
  close(): Promise<void>;
}

/** Everybody who may try a door, at one hub. */
export async function doorWorld(): Promise<DoorWorld> {
  const [org, foreign] = await Promise.all([peopledOrganisation(), foundTestOrganisation()]);
  const peer = await agreeWithPeer(org, 'van-phong', HUB, START);
  const hub = await ServedStation.open(org, HUB);
  await hub.station.people.peerDirectories.takeDisclosure(peer.organisation.founded.organisation, await peer.shows());
  const [post, other] = [await ServedStation.open(org, POST), await ServedStation.open(foreign, HUB)];
  const relay = await ServedStation.open(org, RELAY);
  const ended = await hub.token(LEAVER);
  const deadTokens = {
    'nobody ever had': base64url(nodeRandom.bytes(32)),
    'of a device that has ended': ended,
    'of another station': await post.token(CLERK),
    'of another organisation': await other.token(CLERK),
  };
  await org.add([{ kind: 'end', body: { what: 'device', code: hub.deviceOf(LEAVER).device, reason: 'left' } }]);
  await hub.follow();
  const close = async (): Promise<void> => {
    for (const one of [hub, post, other, relay]) await one.close();
  };
  return { org, hub, relay, foreign, peer, deadTokens, close };
}

async function peopledOrganisation(): Promise<PracticeOrganisation> {
  const org = await foundTestOrganisation();
  await org.addPerson(NOBODY, 'Người Lạ');
  await org.addPerson(LEAVER, 'Lường Văn Nghỉ');
  await org.addPerson(REGISTRAR, 'Đặng Ngọc Khuê');
  await org.addPerson(RING_KEEPER, 'Lò Văn Giữ');
  await org.addPerson(KEY_HOLDER, 'Lò Thị Khóa');
  await org.addPosition('van-phong-khoa', 'van-phong', ['keys']);
  await org.hold(KEY_HOLDER, 'van-phong-khoa');
  await org.add([{ kind: 'escrow', body: { office: 'van-phong', number: 1, threshold: 2, custodians: [SIGNATORY, DRAFTER] } }]);
  return org;
}

/** Stands still, but a delay of seconds is over at once: wrong proofs are answered late. */
function soonClock(): SetClock {
  const clock = setClock();
  const after = clock.after.bind(clock);
  clock.after = (delayMs, wake) => after(delayMs <= SHORT_MS ? 0 : delayMs, wake);
  return clock;
}
