/**
 * Sets up a real station through the pages, on loopback and behind a ticket: this side makes the station's own keys and
 * its folder, the page makes every key of people and organisation and sends entries alone, or what it asks to join with. It listens where the station's
 * interface will be, so that what the page keeps in the browser stands at the right address from the first moment.
 */
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { base64url, equal, fromBase64url, fromHex, hex, utf8 } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal, REFUSAL_STATUS } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { readInvitation } from '#client/directory/invitation.ts';
import { joinFingerprint, makeStationKeys, proveJoin, type StationKeys, type StationSigners } from '#client/directory/join-request.ts';
import { joinRequestStatement } from '#wire/invitation.ts';
import { CODE_SHAPE } from '#wire/names.ts';
import { forgetJoining, joiningIn, keepJoining, takeAdmission } from '#cli/commands/station-join.ts';
import type { CliContext } from '#cli/context.ts';
import { DEFAULT_DATA, refuseInside, resolved } from '#cli/homes.ts';
import { refusalOf } from '#cli/run.ts';
import type { RunningStation } from '#cli/station-host.ts';
import { awaitedAt } from '#cli/status-report.ts';
import { LOCALHOST } from '#station/kernel/loopback.ts';
import { newestBackup, readLastBackup } from '../last-backup.ts';
import type { Assets } from '../pages/assets.ts';
import { localAddress, PagesServer } from '../pages/server.ts';
import type { SetupPorts } from './ports.ts';

type Answer = { readonly status: number; readonly json: unknown };

export interface SetupOrder {
  /** The folder that will be the station's: empty or absent. */
  readonly data: string;
  readonly ports: SetupPorts;
  /** Origin of the practice province's pages, for the way back; absent where nobody comes from there. */
  readonly first?: string;
  readonly assets: () => Promise<Assets>;
}

const TOKEN_HEADER = 'x-setup';
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const ENTRIES_MAX = 256;
/** For the last answer to reach the page before its server makes room for the station's. */
const HANDOVER_MS = 150;

export class SetupDesk {
  readonly #context: CliContext;
  readonly #order: SetupOrder;
  readonly #token: string;
  #server: PagesServer;
  #keys: (StationKeys & { readonly signers: StationSigners }) | null = null;
  #isOpen = false;
  /** What this side made a folder of. */
  #created: { readonly station: string; readonly founding: string; readonly isJoined: boolean } | null = null;
  /** Folder of the first backup, once it was made. */
  #backups: string | null = null;
  #fault: Refusal | null = null;
  #running: RunningStation | null = null;

  constructor(context: CliContext, order: SetupOrder) {
    this.#context = context;
    this.#order = order;
    this.#token = base64url(context.random.bytes(24));
    this.#server = this.#pages();
  }

  /** @returns the address to go to, by name, since passkeys need one @throws Refusal `port-in-use`, `data-folder-occupied` */
  async listen(): Promise<string> {
    this.#context.host.refuseOccupied(this.#order.data);
    if (!this.#isOpen) await this.#server.listen(this.#order.ports.api);
    this.#isOpen = true;
    return `${localAddress(LOCALHOST, this.#order.ports.api)}#${this.#token}`;
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#running?.stop();
  }

  #pages(): PagesServer {
    return new PagesServer({
      assets: this.#order.assets, here: () => ({ kind: 'setup', station: null, organisation: '' }), station: () => null,
      own: (request, target) => this.#own(request, target),
    });
  }

  async #own(request: IncomingMessage, target: string): Promise<Answer | null> {
    if (!target.startsWith('/setup/')) return null;
    if (!equal(utf8(String(request.headers[TOKEN_HEADER] ?? '')), utf8(this.#token))) return refused(new Refusal('session-missing'));
    try {
      switch (`${request.method} ${target.slice('/setup/'.length)}`) {
        case 'GET state': return { status: 200, json: this.#state() };
        case 'POST keys': return { status: 200, json: await this.#publicKeys() };
        case 'POST create': return await this.#create(await bodyOf(request));
        case 'POST join': return await this.#join(await bodyOf(request));
        case 'POST withdraw': return this.#withdraw();
        case 'POST admit': return await this.#admit(await bodyOf(request));
        case 'POST backup': return await this.#backUp(await bodyOf(request));
        case 'POST start': return this.#start();
        default: return refused(new Refusal('route-unknown'));
      }
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      if (error instanceof DecodeError) return refused(new Refusal('cbor-malformed', { field: error.field }));
      throw error;
    }
  }

  /** What starts this station another time. */
  get #again(): string {
    const { data } = this.#order;
    return data === resolved(DEFAULT_DATA) ? 'npm start' : `npm start -- --data ${shellWord(data)}`;
  }

  #state(): unknown {
    const { data, first = null, ports } = this.#order;
    const joining = this.#created === null ? joiningIn(data) : null;
    const asked = joining === null || joining.request === null ? null : {
      station: joining.station, site: joining.site, organisation: joining.name, request: base64url(joining.request), fingerprint: joinFingerprint(this.#context.provider, joining.request),
    };
    return { data, first, ports, again: this.#again, created: this.#created, isBackedUp: newestBackup(readLastBackup(data)) !== null, backups: this.#backups, joining: asked, fault: this.#fault && told(this.#fault) };
  }

  async #publicKeys(): Promise<Record<string, string>> {
    this.#keys ??= await makeStationKeys(this.#context.provider);
    const { keys, link, logKeys } = this.#keys;
    const all = { p256: keys.p256, mldsa: keys.mldsa, link, ed25519: logKeys.ed25519, mldsa44: logKeys.mldsa44 };
    return Object.fromEntries(Object.entries(all).map(([name, bytes]) => [name, base64url(bytes)]));
  }

  async #create(body: unknown): Promise<Answer> {
    const { station, founding, entries } = (body ?? {}) as { station?: unknown; founding?: unknown; entries?: unknown };
    const digest = fromHex(String(founding ?? ''));
    const isForm = typeof station === 'string' && CODE_SHAPE.test(station) && digest?.length === 32 && Array.isArray(entries) && entries.length <= ENTRIES_MAX;
    const log = isForm ? entries.map((entry) => fromBase64url(String(entry))).filter((entry) => entry !== null) : [];
    if (!isForm || log.length !== entries.length || this.#keys === null) throw new Refusal('request-malformed', { field: 'entries' });
    const { data, ports } = this.#order;
    if (this.#created !== null && this.#created.founding !== hex(digest)) throw new Refusal('data-folder-occupied', { folder: data });
    // Verifies every entry before anything is written.
    if (this.#created === null) await this.#context.host.create({ data, station, secrets: this.#keys.secrets, apiPort: ports.api, linkPort: ports.link }, { founding: digest, entries: log, checkpoint: null });
    this.#created ??= { station, founding: hex(digest), isJoined: false };
    return { status: 200, json: {} };
  }

  /** Signs, with the station's keys, what the page asked for with the invitation's secret, which it keeps to itself. */
  async #join(body: unknown): Promise<Answer> {
    const [invitation, statement, mac] = bytesIn(body, 'invitation', 'statement', 'mac');
    const { station, site, founding, name, expires, invitation: id } = readInvitation(invitation!);
    if (this.#context.clock.now() > expires) throw new Refusal('invitation-expired');
    const asked = joinRequestStatement.decode(statement!);
    const isOurs = this.#keys !== null && equal(asked.keys.p256, this.#keys.keys.p256) && equal(asked.keys.mldsa, this.#keys.keys.mldsa) && equal(asked.link, this.#keys.link);
    if (!isOurs || asked.station !== station || !equal(asked.invitation, id)) throw new Refusal('request-malformed', { field: 'statement' });
    const request = await proveJoin(this.#keys!.signers, statement!, mac!);
    const { data, ports } = this.#order;
    keepJoining(this.#context.host, { data, apiPort: ports.api, linkPort: ports.link, database: undefined, databasePasswordFile: undefined }, { station, site, founding: hex(founding), name, request, secrets: this.#keys!.secrets });
    return { status: 200, json: this.#state() };
  }

  /** Another invitation shall be answered: the keys of the first request are nobody's. */
  #withdraw(): Answer {
    if (this.#created !== null) throw new Refusal('joined-already', { folder: this.#order.data });
    forgetJoining(this.#order.data);
    this.#keys = null;
    return { status: 200, json: this.#state() };
  }

  async #admit(body: unknown): Promise<Answer> {
    const [admission] = bytesIn(body, 'admission');
    const { station, founding } = await takeAdmission(this.#context, this.#order.data, admission!);
    this.#created = { station, founding, isJoined: true };
    return { status: 200, json: {} };
  }

  /**
   * The first backup, before the station runs: whoever sets it up stands at its machine and says where and to which key, as by
   * command. No session can say so later (docs/decisions/0092).
   */
  async #backUp(body: unknown): Promise<Answer> {
    const { folder, recipient } = (body ?? {}) as { folder?: unknown; recipient?: unknown };
    const { data } = this.#order;
    if (this.#created === null || this.#running !== null) throw new Refusal('data-folder-empty', { folder: data });
    if (typeof folder !== 'string' || !path.isAbsolute(folder) || typeof recipient !== 'string') throw new Refusal('request-malformed', { field: 'folder' });
    const to = path.normalize(folder);
    refuseInside(data, to, 'folder');
    try {
      await this.#context.host.backups.make({ data, to, recipient, keep: null }, { stop: this.#context.stop, progress: () => undefined });
      this.#backups = to;
    } catch (error) {
      throw refusalOf(error);
    }
    return { status: 200, json: {} };
  }

  #start(): Answer {
    if (this.#created === null) throw new Refusal('data-folder-empty', { folder: this.#order.data });
    this.#fault = null;
    this.#context.clock.after(HANDOVER_MS, () => void this.#handOver());
    return { status: 200, json: {} };
  }

  /** The station takes the place of these pages; where it cannot start, they come back and say why. */
  async #handOver(): Promise<void> {
    const { host, output, words } = this.#context;
    await this.#server.close();
    try {
      const running = await host.start(this.#order.data, {});
      this.#running = running;
      output.say(fill(words.said.stationReady, { station: running.station, url: running.url, ...awaitedAt(running.linkPort) }));
      output.say(fill(words.said.stationAgain, { command: this.#again }));
    } catch (error) {
      this.#fault = error instanceof Refusal ? error : new Refusal('internal', { id: 'start' }, { cause: error });
      this.#server = this.#pages();
      await this.#server.listen(this.#order.ports.api).catch(() => undefined);
    }
  }
}

/** @throws Refusal `request-malformed` */
function bytesIn(body: unknown, ...fields: readonly string[]): Uint8Array[] {
  return fields.map((field) => {
    const bytes = fromBase64url(String((body as Record<string, unknown> | null)?.[field] ?? ''));
    if (bytes === null || bytes.length === 0) throw new Refusal('request-malformed', { field });
    return bytes;
  });
}

function told({ code, detail }: Refusal): { code: string; detail: Refusal['detail'] } {
  return { code, detail };
}

function refused(refusal: Refusal): Answer {
  return { status: REFUSAL_STATUS[refusal.code], json: told(refusal) };
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
