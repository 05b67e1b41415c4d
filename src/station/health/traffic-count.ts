/**
 * What went through the station since it started, counted from its ledger: every event that was appended since the last
 * look is read once, a thousand at a time, so that a look costs what happened and not what is held.
 */
import { hex } from '#core/bytes.ts';
import { Turns } from '#core/turns.ts';
import type { Ledger, LedgerEntry } from '#station/kernel/ledger.ts';
import type { Store } from '#station/kernel/store.ts';
import { event as eventCodec, eventFields } from '#wire/event.ts';
import type { Precedence } from '#wire/names.ts';
import type { Family, Sample } from './exposition.ts';

export interface TrafficCountDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  /** Under which precedence dispatches arrived here, by hexadecimal id. */
  readonly arrivedAs: (ids: readonly Uint8Array[]) => Promise<ReadonlyMap<string, Precedence>>;
}

const ENTRIES_A_READ = 1_000;

/** Events counted by neighbour, and what the count is called. */
const BY_PEER = { sent: 'sent', 'custody-received': 'accepted-by-peer', 'custody-taken': 'taken-from-peer', duplicate: 'duplicate' } as const;

/** Events that are counted as they are. */
const PLAIN: Readonly<Record<string, string>> = { 're-sealed': 'tram_dispatches_resealed_total', redelivered: 'tram_dispatches_redelivered_total' };

export class TrafficCount {
  readonly #deps: TrafficCountDeps;
  readonly #counts = new Map<string, Map<string, { labels: Record<string, string>; value: number }>>();
  #from: number | null = null;
  readonly #looking = new Turns();

  constructor(deps: TrafficCountDeps) {
    this.#deps = deps;
  }

  /** Begins to count with what is appended from now on. */
  async start(): Promise<void> {
    const { store, ledger } = this.#deps;
    this.#from = await store.read((db) => ledger.size(db));
  }

  async families(): Promise<Family[]> {
    await this.#looking.next(() => this.#look());
    return [
      this.#family('tram_dispatches_accepted_total', 'Dispatches that this station accepted from its own offices, by precedence.'),
      this.#family('tram_dispatches_arrived_total', 'Dispatches that arrived for offices of this station, by precedence.'),
      this.#family('tram_dispatches_resealed_total', 'Dispatches sealed again here because a recipient could not open them.'),
      this.#family('tram_dispatches_redelivered_total', 'Dispatches that an office here could not open and that came again, sealed anew.'),
      this.#family('tram_items_total', 'Dispatches and notes over links, by neighbour and step.'),
      this.#family('tram_receipts_total', 'Receipts that were taken in, by kind.'),
    ];
  }

  async #look(): Promise<void> {
    if (this.#from === null) return;
    for (;;) {
      const { store, ledger } = this.#deps;
      const from: number = this.#from;
      const entries = await store.read(async (db) => ledger.entries(db, from, Math.min(from + ENTRIES_A_READ, await ledger.size(db))));
      for (const entry of entries) this.#count(entry);
      await this.#countArrivals(entries.filter(({ kind }) => kind === 'arrived'));
      this.#from = from + entries.length;
      if (entries.length < ENTRIES_A_READ) return;
    }
  }

  #count({ kind, bytes }: LedgerEntry): void {
    if (kind === 'arrived') return;
    const plain = PLAIN[kind];
    if (plain !== undefined) return this.#add(plain, {});
    const isCounted = kind === 'accepted' || kind === 'receipt' || Object.hasOwn(BY_PEER, kind);
    if (!isCounted) return;
    const { precedence, peer, receipt } = eventFields.decode(eventCodec.decode(bytes).fields);
    if (kind === 'accepted') this.#add('tram_dispatches_accepted_total', { precedence: precedence ?? 'routine' });
    else if (kind === 'receipt') this.#add('tram_receipts_total', { kind: String(receipt) });
    else this.#add('tram_items_total', { peer: peer ?? '', step: BY_PEER[kind as keyof typeof BY_PEER] });
  }

  async #countArrivals(entries: readonly LedgerEntry[]): Promise<void> {
    const ids = entries.flatMap(({ subject }) => (subject === null ? [] : [subject]));
    const known = ids.length === 0 ? new Map<string, Precedence>() : await this.#deps.arrivedAs(ids);
    for (const id of ids) this.#add('tram_dispatches_arrived_total', { precedence: known.get(hex(id)) ?? 'routine' });
  }

  #add(name: string, labels: Record<string, string>): void {
    const family = this.#counts.get(name) ?? new Map();
    const key = JSON.stringify(labels);
    family.set(key, { labels, value: (family.get(key)?.value ?? 0) + 1 });
    this.#counts.set(name, family);
  }

  #family(name: string, help: string): Family {
    const samples: Sample[] = [...(this.#counts.get(name)?.values() ?? [])];
    return { name, help, type: 'counter', samples };
  }
}
