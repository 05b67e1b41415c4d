/**
 * The practice province in a browser: the pages, the stations behind them, the devices of five invented people, and the
 * weather. Everything here is exercise traffic; no real device ever gives its keys away like this.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { base64url, equal, fromBase64url, fromHex, utf8 } from '#core/bytes.ts';
import type { RandomSource } from '#core/clock.ts';
import { Refusal, REFUSAL_STATUS } from '#core/refusals.ts';
import { nodeDurable } from '#platform/node/durable.ts';
import type { PracticeDevice, PracticeState, RelaySight } from '#web/practice/practice-api.ts';
import type { Assets } from '../pages/assets.ts';
import { PagesServer } from '../pages/server.ts';
import type { PracticeStation, Province } from './founding.ts';
import { CLERK_OF_HUB, CLERK_OF_POST, COMMANDER, DRAFTER, HUB_OFFICE, ORGANISATION, POST_OFFICE, type PracticePerson, SIGNATORY_OF_HUB } from './places.ts';
import type { Proxy } from './proxy.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const SHOWN_BYTES = 1_024;
const TOKEN_HEADER = 'x-practice';
const OPENING_PATH = '/mo/';

const PEOPLE: readonly { readonly person: PracticePerson; readonly office: typeof HUB_OFFICE; readonly at: 'hub' | 'post' }[] = [
  { person: DRAFTER, office: HUB_OFFICE, at: 'hub' },
  { person: SIGNATORY_OF_HUB, office: HUB_OFFICE, at: 'hub' },
  { person: CLERK_OF_HUB, office: HUB_OFFICE, at: 'hub' },
  { person: CLERK_OF_POST, office: POST_OFFICE, at: 'post' },
  { person: COMMANDER, office: POST_OFFICE, at: 'post' },
];

type Answer = { readonly status: number; readonly json: unknown };

export class PracticeDesk {
  readonly #province: Province;
  readonly #token: string;
  readonly #openSetup: ((origin: string) => Promise<string>) | undefined;
  readonly #server: PagesServer;
  #origin = '';
  /** Path that leads to the address with the token, until somebody has come by it. */
  #opening: string | null;

  /** @param openSetup makes room for a real station, from which these pages are come back to; absent where there is none to be set up */
  constructor(province: Province, assets: Assets, random: RandomSource, openSetup?: (origin: string) => Promise<string>) {
    this.#province = province;
    this.#openSetup = openSetup;
    this.#token = base64url(random.bytes(24));
    this.#opening = `${OPENING_PATH}${base64url(random.bytes(24))}`;
    this.#server = new PagesServer({
      assets: () => Promise.resolve(assets),
      here: () => ({ kind: 'practice', station: null, organisation: ORGANISATION }),
      station: (code) => {
        const found = this.#stations().find(({ place }) => place.station === code);
        return found === undefined ? null : { base: found.url };
      },
      own: (request, target) => this.#own(request, target),
      lead: (target) => this.#lead(target),
    });
  }

  /** @returns the address to open: other users of this machine do not know its last part, which browsers never send */
  async listen(): Promise<string> {
    this.#origin = await this.#server.listen();
    return `${this.#origin}#${this.#token}`;
  }

  /**
   * What a browser is started with. Its command line is there for every user of the machine to read, so this leads to the
   * address once, and then to a page that says what is missing.
   */
  get openingAddress(): string {
    return new URL(this.#opening ?? '', this.#origin).href;
  }

  #lead(target: string): string | null {
    if (this.#opening === null || !equal(utf8(target), utf8(this.#opening))) return null;
    this.#opening = null;
    return `/#${this.#token}`;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #stations(): readonly PracticeStation[] {
    const { hub, relay, post } = this.#province;
    return [hub, relay, post];
  }

  async #own(request: IncomingMessage, target: string): Promise<Answer | null> {
    if (target === '/here') return { status: 200, json: { kind: 'practice', station: null, organisation: ORGANISATION } };
    if (!target.startsWith('/practice/')) return null;
    const told = utf8(String(request.headers[TOKEN_HEADER] ?? ''));
    if (!equal(told, utf8(this.#token))) return { status: 401, json: { code: 'session-missing', detail: {} } };
    const [what = '', name = ''] = target.slice('/practice/'.length).split('/');
    switch (`${request.method} ${what}`) {
      case 'GET state': return { status: 200, json: this.#state() };
      case 'PUT link': return this.#setLink(name, await bodyOf(request));
      case 'GET device': return this.#device(name);
      case 'PUT device': return this.#keepDevice(name, await bodyOf(request));
      case 'POST setup': return this.#setup();
      case 'GET relay': return this.#relaySight(name);
      default: return { status: 404, json: { code: 'route-unknown', detail: {} } };
    }
  }

  #state(): PracticeState {
    const { hub, relay, post, lowlands, mountains } = this.#province;
    const link = (name: string, from: PracticeStation, to: PracticeStation, proxy: Proxy) =>
      ({ name, from: from.place.station, to: to.place.station, isOpen: proxy.isOpen, wireBytes: proxy.wireBytes });
    return {
      organisation: ORGANISATION,
      stations: this.#stations().map(({ place }) => ({ code: place.station, site: place.site, office: officeAt(place.station, hub, post) })),
      links: [link('lowlands', hub, relay, lowlands), link('mountains', relay, post, mountains)],
      people: PEOPLE.map(({ person: { person, name, title, rights }, office, at }) =>
        ({ person, name, title, rights: [...rights], office: office.code, officeName: office.name, station: this.#province[at].place.station })),
    };
  }

  async #setup(): Promise<Answer> {
    try {
      if (this.#openSetup === undefined) throw new Refusal('route-unknown');
      return { status: 200, json: { url: await this.#openSetup(this.#origin) } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: REFUSAL_STATUS[error.code], json: { code: error.code, detail: error.detail } };
    }
  }

  #setLink(name: string, body: unknown): Answer {
    const link = { lowlands: this.#province.lowlands, mountains: this.#province.mountains }[name];
    const isOpen = (body as { isOpen?: unknown } | null)?.isOpen;
    if (link === undefined || typeof isOpen !== 'boolean') return malformed('link');
    if (isOpen) link.restore();
    else link.cut();
    return { status: 200, json: this.#state() };
  }

  #device(person: string): Answer {
    const home = this.#homeOf(person);
    if (home === null) return malformed('person');
    const { founding, device } = JSON.parse(readFileSync(path.join(home, 'device.json'), 'utf8')) as { founding: string; device: string };
    const json: PracticeDevice = {
      device, founding,
      keyring: base64url(readFileSync(path.join(home, 'keyring.cbor'))),
      deviceSecret: base64url(readFileSync(path.join(home, 'device.secret'))),
      passphrase: readFileSync(path.join(this.#province.folder, 'mat-khau', person), 'utf8').trim(),
    };
    return { status: 200, json };
  }

  /** A keyring is written after each change, as a device's own would be: the command line goes on with the newest. */
  #keepDevice(person: string, body: unknown): Answer {
    const home = this.#homeOf(person);
    const keyring = fromBase64url(String((body as { keyring?: unknown } | null)?.keyring ?? ''));
    if (home === null || keyring === null) return malformed('person');
    nodeDurable.write(path.join(home, 'keyring.cbor'), keyring);
    return { status: 200, json: {} };
  }

  #homeOf(person: string): string | null {
    return PEOPLE.some((one) => one.person.person === person) ? path.join(this.#province.folder, 'may', person) : null;
  }

  /** What lies in the relay's folder of one dispatch, or of the newest: exactly what a thief of the folder has. @param dispatch empty for the newest */
  #relaySight(dispatch: string): Answer {
    const id = fromHex(dispatch);
    if (id === null) return malformed('dispatch');
    const [which, named] = dispatch === '' ? ['', []] : ['where id = ?', [id]];
    const db = new DatabaseSync(path.join(this.#province.relay.data, 'tram.db'), { readOnly: true });
    try {
      const row = db.prepare(`select id, header, body, taken from dispatch ${which} order by taken desc, sealing desc limit 1`).get(...named) as { id: Uint8Array; header: Uint8Array; body: Uint8Array; taken: number } | undefined;
      if (row === undefined) return { status: 200, json: null };
      const stanzas = db.prepare('select office, stanza from dispatch_stanza where id = ? order by position').all(row.id) as { office: string; stanza: Uint8Array }[];
      const json: RelaySight = {
        taken: row.taken, header: base64url(row.header), bodyBytes: row.body.length, body: base64url(row.body.subarray(0, SHOWN_BYTES)),
        stanzas: stanzas.map(({ office, stanza }) => ({ office, bytes: stanza.length })),
      };
      return { status: 200, json };
    } finally {
      db.close();
    }
  }
}

function officeAt(station: string, hub: PracticeStation, post: PracticeStation): string | null {
  if (station === hub.place.station) return HUB_OFFICE.name;
  return station === post.place.station ? POST_OFFICE.name : null;
}

function malformed(field: string): Answer {
  return { status: 400, json: { code: 'request-malformed', detail: { field } } };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > BODY_BYTES_MAX) return null;
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return null;
  }
}
