/**
 * Log-in by OPAQUE: a passphrase is proved and never seen. Only attempts that prove the device's gate count: whoever
 * stole the device's folder is slowed down, a stranger slows down nobody, and a log-in with the device's own keys
 * (sessions.ts) is never slowed down at all. Source: docs/protocol/log-in.md §OPAQUE.
 */
import { hex } from '#core/bytes.ts';
import { HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import type { OpaqueNames, OpaqueServer } from '#core/opaque.ts';
import { Refusal } from '#core/refusals.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Tables } from '#station/kernel/store.ts';
import { opaqueServerName } from '#wire/gate.ts';
import type { PeopleDeps } from './deps.ts';
import type { Gates } from './gates.ts';
import type { Caller } from './policy.ts';
import type { RingCopies, RingCopy } from './ring-copies.ts';
import type { LoggedIn, Sessions } from './sessions.ts';
import type { PeopleTables } from './store.ts';

interface Pending {
  readonly device: string;
  readonly state: string;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

const PENDING_MS = MINUTE_MS;
const PENDING_PER_DEVICE_MAX = 4;
/** Attempts without a right one before the first wait. */
const FREE_ATTEMPTS = 5;
const WAIT_MS = MINUTE_MS / 2;
const SETUP_NUMBER = 1;

export interface OpaqueDeps {
  readonly copies: RingCopies;
  readonly sessions: Sessions;
  readonly gates: Gates;
}

export class OpaqueLogIn {
  readonly #deps: PeopleDeps;
  readonly #view: () => DirectoryView;
  readonly #nouns: OpaqueDeps;
  readonly #tables: Tables<PeopleTables>;
  readonly #pending = new Map<string, Pending>();
  #setup: Promise<Uint8Array> | null = null;

  constructor(deps: PeopleDeps, view: () => DirectoryView, nouns: OpaqueDeps) {
    this.#deps = deps;
    this.#view = view;
    this.#nouns = nouns;
    this.#tables = deps.store.of<PeopleTables>();
  }

  /** The answer to a device's first message of registration; the record comes with its next copy. */
  async register({ device }: Caller, request: Uint8Array): Promise<Uint8Array> {
    const server = await this.#server();
    return server.register(await this.#setupKeys(server), device, request);
  }

  /** @throws Refusal `proof-wrong` to whoever does not prove the gate; `too-many-attempts` to who does, too often */
  async start(asked: { device: string; challenge: string; proof: string; request: Uint8Array }): Promise<{ log: string; response: Uint8Array }> {
    const { device, challenge, proof, request } = asked;
    const copy = await this.#nouns.copies.of(device);
    await this.#nouns.gates.demand('opaque', copy?.gate ?? null, { id: device, challenge, proof, request });
    await this.#count(device);
    const server = await this.#server();
    const { state, response } = server.startLogIn(await this.#setupKeys(server), device, copy?.opaque_record ?? null, request, this.#names(device));
    return { log: this.#remember(device, state), response };
  }

  /** @throws Refusal `proof-wrong` */
  async finish(log: string, finish: Uint8Array): Promise<LoggedIn & { copy: RingCopy }> {
    const pending = this.#pending.get(log);
    this.#pending.delete(log);
    const isFresh = pending !== undefined && this.#deps.clock.monotonicMs() < pending.untilMs;
    if (!isFresh || !(await this.#server()).finishLogIn(pending.state, finish, this.#names(pending.device))) throw new Refusal('proof-wrong');
    const copy = await this.#nouns.copies.of(pending.device);
    if (copy === null) throw new Refusal('proof-wrong');
    await this.#tables.commit((tx) => tx.deleteFrom('opaque_attempt').where('device', '=', pending.device).execute());
    return { ...(await this.#nouns.sessions.admit(pending.device)), copy };
  }

  /** Counts before it answers: who guesses needs no more than the answer. */
  async #count(device: string): Promise<void> {
    const now = this.#deps.clock.now();
    await this.#tables.commit(async (tx) => {
      const row = await tx.selectFrom('opaque_attempt').selectAll().where('device', '=', device).executeTakeFirst();
      // What is further ahead than any wait was written by a clock that was wrong.
      if (row !== undefined && now < row.next && row.next - now <= HOUR_MS) throw new Refusal('too-many-attempts', { seconds: Math.ceil((row.next - now) / 1_000) });
      const attempts = (row?.attempts ?? 0) + 1;
      const next = attempts < FREE_ATTEMPTS ? now : now + Math.min(WAIT_MS * 2 ** (attempts - FREE_ATTEMPTS), HOUR_MS);
      await tx.insertInto('opaque_attempt').values({ device, attempts, next })
        .onConflict((conflict) => conflict.column('device').doUpdateSet({ attempts, next })).execute();
    });
  }

  #remember(device: string, state: string): string {
    const { clock, random } = this.#deps;
    const nowMs = clock.monotonicMs();
    for (const [key, { untilMs }] of this.#pending) if (nowMs >= untilMs) this.#pending.delete(key);
    const own = [...this.#pending].filter(([, pending]) => pending.device === device);
    for (const [key] of own.slice(0, Math.max(0, own.length + 1 - PENDING_PER_DEVICE_MAX))) this.#pending.delete(key);
    const log = hex(random.bytes(16));
    this.#pending.set(log, { device, state, untilMs: nowMs + PENDING_MS });
    return log;
  }

  #names(device: string): OpaqueNames {
    return { client: device, server: opaqueServerName(this.#view().organisation.id, this.#deps.station) };
  }

  async #server(): Promise<OpaqueServer> {
    const { opaque } = this.#deps;
    // A simulated station has none.
    if (opaque === undefined) throw new Refusal('route-unknown');
    return (await opaque()).server;
  }

  /** Made when first needed; every record hangs on them. */
  #setupKeys(server: OpaqueServer): Promise<Uint8Array> {
    this.#setup ??= this.#tables.commit(async (tx) => {
      const row = await tx.selectFrom('opaque_setup').select('setup').where('number', '=', SETUP_NUMBER).executeTakeFirst();
      if (row !== undefined) return row.setup;
      const setup = server.createSetup();
      await tx.insertInto('opaque_setup').values({ number: SETUP_NUMBER, setup }).execute();
      return setup;
    }).catch((error: unknown) => {
      this.#setup = null;
      throw error;
    });
    return this.#setup;
  }
}
