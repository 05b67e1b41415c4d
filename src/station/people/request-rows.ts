/** What lies on the shelf of device requests, as far as the directory of now lets it stand, and who is told when that changes. */
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { isFresh } from '#model/device-requests.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import type { Tables } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import type { DeviceRequestStatement } from '#wire/invitation.ts';
import type { PeopleDeps } from './deps.ts';
import { forgetEnded, isAnyToForget } from './ended-requests.ts';
import type { PeopleTables } from './store.ts';

export type RequestRow = PeopleTables['device_request'];

export class RequestRows {
  readonly tables: Tables<PeopleTables>;
  readonly #deps: Pick<PeopleDeps, 'clock' | 'room'>;
  readonly #view: () => DirectoryView;
  readonly #listeners = new Set<() => void>();

  constructor(deps: Pick<PeopleDeps, 'store' | 'clock' | 'room'>, view: () => DirectoryView) {
    this.#deps = deps;
    this.#view = view;
    this.tables = deps.store.of<PeopleTables>();
  }

  async find(code: string): Promise<RequestRow | null> {
    const row = await this.tables.read((db) => db.selectFrom('device_request').selectAll().where('code', '=', code).executeTakeFirst());
    return row !== undefined && this.stands(row) ? row : null;
  }

  /** @throws Refusal `request-unknown` */
  async demand(code: string): Promise<RequestRow> {
    const row = await this.find(code);
    if (row === null) throw new Refusal('request-unknown');
    return row;
  }

  stands({ person, device, voucher, expires }: Pick<RequestRow, 'person' | 'device' | 'voucher' | 'expires'>): boolean {
    const view = this.#view();
    const isVoucherInForce = voucher === null || view.device(voucher)?.endedBy === null;
    return expires > this.#now() && isVoucherInForce && view.device(device) === null && view.person(person)?.endedBy === null;
  }

  /** Takes away what has lapsed, what was admitted, and what is of persons or vouched for by devices that have ended. */
  async sweep(): Promise<void> {
    const now = this.#now();
    const [rows, mayForget] = await this.tables.read(async (db) => [
      await db.selectFrom('device_request').select(['code', 'person', 'device', 'voucher', 'expires']).execute(), await isAnyToForget(db, now),
    ] as const);
    const gone = rows.filter((row) => !this.stands(row)).map(({ code }) => code);
    if (gone.length === 0 && !mayForget) return;
    await this.tables.commit(async (tx) => {
      await forgetEnded(tx, now);
      for (const code of gone) await tx.deleteFrom('device_request').where('code', '=', code).execute();
    });
    if (gone.length > 0) this.changed();
  }

  /** What waits for a registrar may have changed. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Calls back when what waits for a registrar may have changed; the returned function ends it. A listener must not throw. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Whether somebody may ever admit it as another device of a person: nothing else has a place here.
   * @throws Refusal `request-stale`, `person-unknown`, `person-name-differs`, `name-taken`
   */
  demandAwaited(asked: DeviceRequestStatement): void {
    const view = this.#view();
    const person = view.person(asked.person);
    this.demandFresh(asked);
    if (person?.endedBy !== null) throw new Refusal('person-unknown', { person: asked.person });
    if (person.name !== asked.name) throw new Refusal('person-name-differs', { person: person.person, name: person.name });
    if (view.device(asked.device) !== null) throw new Refusal('name-taken', { device: asked.device });
  }

  /** @throws Refusal `request-stale` */
  demandFresh(asked: Pick<DeviceRequestStatement, 'created' | 'device'>): void {
    if (!isFresh(asked, this.#now())) throw new Refusal('request-stale', { device: asked.device });
  }

  /** @throws Refusal `disk-full` */
  demandRoom(sizeBytes: number): void {
    const { room } = this.#deps;
    if (room !== undefined) demandRoom(room.freeBytes(), sizeBytes, room.floorBytes);
  }

  #now(): Instant {
    return this.#deps.clock.now();
  }
}
