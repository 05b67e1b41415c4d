/**
 * Founds the practice province with the commands that an office would use: an organisation, two invitations, two
 * admissions, five people, each with keys made on their own device. Station processes are real.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { base64url } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import type { CliContext } from '#cli/context.ts';
import { type Device, openDevice, type OpenedDevice } from '#cli/device.ts';
import { makeRequest } from '#cli/commands/device-request.ts';
import { addMember } from '#cli/commands/person-add.ts';
import { admit } from '#cli/commands/station-admit.ts';
import { deviceCode, initOrganisation } from '#cli/commands/station-init.ts';
import { invite } from '#cli/commands/station-invite.ts';
import { join, type JoinOrder, takeAdmission } from '#cli/commands/station-join.ts';
import { proposePlans } from '#cli/registrar.ts';
import { positionMay } from '#model/rights.ts';
import { startStation, type StationChild } from './child.ts';
import { freePorts } from '../free-ports.ts';
import {
  CLERK_OF_HUB, CLERK_OF_POST, COMMANDER, DRAFTER, HUB, HUB_OFFICE, ORGANISATION, POST, POST_OFFICE, type PracticePerson,
  type PracticePlace, RELAY, SIGNATORY_OF_HUB,
} from './places.ts';
import { Proxy } from './proxy.ts';
import { until } from './waiting.ts';

const PASSPHRASES_FILE = 'mat-khau.json';

interface Ports {
  readonly api: number;
  readonly link: number;
}

/** Where everything of a province listens: its directory names the link's two proxies, so they are kept as long as it is. */
export interface ProvincePorts {
  readonly hub: Ports;
  readonly relay: Ports;
  readonly post: Ports;
  readonly lowlands: number;
  readonly mountains: number;
}

/** A running station of the province. */
export class PracticeStation {
  readonly place: PracticePlace;
  readonly data: string;
  readonly ports: Ports;
  readonly #log: string;
  child: StationChild | null = null;

  constructor(folder: string, place: PracticePlace, ports: Ports) {
    this.place = place;
    this.data = path.join(folder, place.station);
    this.ports = ports;
    this.#log = path.join(folder, 'nhat-ky', `${place.station}.jsonl`);
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  async start(): Promise<StationChild> {
    this.child = await startStation(this.data, this.ports, this.#log);
    return this.child;
  }
}

export interface Province {
  readonly folder: string;
  readonly hub: PracticeStation;
  readonly relay: PracticeStation;
  readonly post: PracticeStation;
  /** On the links hub–relay and relay–post. */
  readonly lowlands: Proxy;
  readonly mountains: Proxy;
  readonly devices: Readonly<Record<'clerk' | 'drafter' | 'signatory' | 'postClerk' | 'commander', OpenedDevice>>;
  readonly passphrasesFile: string;
  /** Ends the sessions of all five devices; their folders stay. */
  lockDevices(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param folder empty or absent; everything stands in it
 * @param ports of this machine, and nobody listens on them; found where they are not given
 */
export async function foundProvince(context: CliContext, folder: string, ports?: ProvincePorts): Promise<Province> {
  const founding = new Founding(context, folder, ports ?? provincePorts(await freePorts(PROVINCE_PORTS)));
  try {
    return await founding.run();
  } catch (error) {
    await founding.close();
    throw error;
  }
}

/** How many ports `provincePorts` takes. */
export const PROVINCE_PORTS = 8;

export function provincePorts(ports: readonly number[]): ProvincePorts {
  const [hubApi, hubLink, relayApi, relayLink, postApi, postLink, lowlands, mountains] = ports as [number, number, number, number, number, number, number, number];
  return { hub: { api: hubApi, link: hubLink }, relay: { api: relayApi, link: relayLink }, post: { api: postApi, link: postLink }, lowlands, mountains };
}

class Founding {
  readonly #context: CliContext;
  readonly #folder: string;
  readonly #ports: ProvincePorts;
  readonly #passphrases: Record<string, string> = {};
  readonly #ends: (() => Promise<unknown>)[] = [];
  readonly #devices: OpenedDevice[] = [];

  constructor(context: CliContext, folder: string, ports: ProvincePorts) {
    this.#context = context;
    this.#folder = folder;
    this.#ports = ports;
  }

  async run(): Promise<Province> {
    const { words, output } = this.#context;
    mkdirSync(path.join(this.#folder, 'nhat-ky'), { recursive: true, mode: 0o700 });
    output.say(fill(words.practice.founding, { hub: HUB.site, relay: RELAY.site, post: POST.site }));
    const [hub, relay, post] = [this.#station(HUB, this.#ports.hub), this.#station(RELAY, this.#ports.relay), this.#station(POST, this.#ports.post)];
    const lowlands = await this.#proxy(hub.ports.link, this.#ports.lowlands);
    const mountains = await this.#proxy(relay.ports.link, this.#ports.mountains);
    const clerk = await this.#foundHub(hub);
    await this.#joinStation(clerk, relay, HUB, lowlands.port, null);
    await this.#joinStation(clerk, post, RELAY, mountains.port, CLERK_OF_POST);
    const devices = await this.#people(clerk, hub, post);
    output.say(fill(words.practice.passphrases, { file: this.#passphrasesFile }));
    return {
      folder: this.#folder, hub, relay, post, lowlands, mountains, devices,
      passphrasesFile: this.#passphrasesFile, lockDevices: () => this.#lockDevices(), close: () => this.close(),
    };
  }

  /** The newest first: devices before the stations that they talk to. */
  async close(): Promise<void> {
    await this.#lockDevices().catch(() => undefined);
    for (const end of this.#ends.splice(0).toReversed()) await end().catch(() => undefined);
  }

  async #lockDevices(): Promise<void> {
    for (const device of this.#devices.splice(0)) await device.close();
  }

  get #passphrasesFile(): string {
    return path.join(this.#folder, PASSPHRASES_FILE);
  }

  #station(place: PracticePlace, ports: Ports): PracticeStation {
    const made = new PracticeStation(this.#folder, place, ports);
    this.#ends.push(async () => made.child?.stop());
    return made;
  }

  async #proxy(target: number, port: number): Promise<Proxy> {
    const proxy = await Proxy.listen(target, port);
    this.#ends.push(() => proxy.close());
    return proxy;
  }

  async #foundHub(hub: PracticeStation): Promise<OpenedDevice> {
    const { person, name, position, title, rights } = CLERK_OF_HUB;
    this.#say('making', HUB);
    await initOrganisation(this.#context, {
      data: hub.data, home: this.#home(person), root: path.join(this.#folder, 'khoa-goc'), organisation: ORGANISATION,
      station: HUB.station, site: HUB.site, office: HUB_OFFICE, position: { code: position, title, rights }, person: { code: person, name },
      passphrase: this.#passphrase(person), rootPassphrase: this.#passphrase('khoa-goc'),
      apiPort: hub.ports.api, linkPort: hub.ports.link,
    });
    await this.#start(hub);
    return this.#open(person);
  }

  /** Invitation, request, admission: what would travel on a stick is handed over in memory. */
  async #joinStation(registrar: Device, station: PracticeStation, neighbour: PracticePlace, port: number, clerk: PracticePerson | null): Promise<void> {
    const { place: { station: code, site }, data, ports } = station;
    this.#say('making', station.place);
    const invited = await invite(this.#context, registrar, {
      station: code, site, neighbour: neighbour.station, address: `127.0.0.1:${port}`, days: 1,
    });
    const asked = await join(this.#context, {
      data, invitation: invited.bytes, code: invited.code, address: undefined, apiPort: ports.api, linkPort: ports.link,
      member: clerk === null ? null : this.#memberOf(clerk),
    });
    const admitted = await admit(this.#context, registrar, {
      request: asked.request,
      fingerprint: asked.fingerprint,
      office: clerk === null ? undefined : { office: POST_OFFICE.code, name: POST_OFFICE.name, symbol: POST_OFFICE.symbol },
      position: clerk === null ? undefined : clerk,
    });
    await takeAdmission(this.#context, data, admitted.bytes);
    await this.#start(station);
  }

  #memberOf({ person, name, position }: PracticePerson): NonNullable<JoinOrder['member']> {
    const office = POST_OFFICE.code;
    return { home: this.#home(person), person, name, device: deviceCode(person), office, position, passphrase: this.#passphrase(person) };
  }

  async #people(clerk: OpenedDevice, hub: PracticeStation, post: PracticeStation): Promise<Province['devices']> {
    this.#context.output.say(this.#context.words.practice.people);
    await this.#addPerson(clerk, DRAFTER, HUB_OFFICE.code, hub.url);
    await this.#addPerson(clerk, SIGNATORY_OF_HUB, HUB_OFFICE.code, hub.url);
    await this.#addPerson(clerk, COMMANDER, POST_OFFICE.code, post.url);
    const postClerk = await this.#open(CLERK_OF_POST.person);
    await this.#shareWith(postClerk, COMMANDER);
    const commander = await this.#open(COMMANDER.person);
    return {
      clerk, postClerk, commander,
      drafter: await this.#open(DRAFTER.person),
      signatory: await this.#open(SIGNATORY_OF_HUB.person),
    };
  }

  async #addPerson(registrar: Device, { person, name, position, title, rights }: PracticePerson, office: string, url: string): Promise<void> {
    await proposePlans(this.#context, registrar, [{ kind: 'position', body: { position, office, title, rights: [...rights] } }]);
    const sealFor = positionMay({ rights }, 'carry the seal') ? position : undefined;
    const order = { home: this.#home(person), url, person, name, device: deviceCode(person), sealFor, passphrase: this.#passphrase(person) };
    const { request } = await makeRequest(this.#context, order);
    await addMember(this.#context, registrar, { to: position, request });
  }

  /** The directory reaches the post over both links; then its clerk gives the new device the office's keys. */
  async #shareWith({ session }: Device, { person }: PracticePerson): Promise<void> {
    await until(this.#context, async () => {
      await session.directory.sync(this.#context.stop);
      return session.view.device(deviceCode(person)) !== null;
    });
    await session.shareOfficeKeys(POST_OFFICE.code);
  }

  async #start(station: PracticeStation): Promise<void> {
    await station.start();
    this.#say('started', station.place);
  }

  #say(what: 'making' | 'started', { site }: PracticePlace): void {
    const { words, output } = this.#context;
    output.say(fill(words.practice[what], { site }));
  }

  async #open(person: string): Promise<OpenedDevice> {
    const device = await openDevice(this.#context, this.#home(person), this.#passphrase(person));
    this.#devices.push(device);
    return device;
  }

  #home(person: string): string {
    return path.join(this.#folder, 'may', person);
  }

  /** Generated, so that nobody is asked; written down at once, readable by their owner only. */
  #passphrase(whose: string): string {
    const known = this.#passphrases[whose];
    if (known !== undefined) return known;
    const made = base64url(this.#context.random.bytes(15));
    this.#passphrases[whose] = made;
    mkdirSync(path.join(this.#folder, 'mat-khau'), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(this.#folder, 'mat-khau', whose), `${made}\n`, { mode: 0o600 });
    writeFileSync(this.#passphrasesFile, `${JSON.stringify(this.#passphrases, null, 2)}\n`, { mode: 0o600 });
    return made;
  }
}
