/**
 * Drafts, shared within an office and sealed to it: the station sees who moved one to which step, never what it says.
 * Steps: saved → approved → signed → numbered → sent, or discarded; until it is numbered it may be returned to who wrote it.
 * Saving again begins anew. Source: docs/protocol/core.md.
 */

import { base64url, fromHex, hex } from '#core/bytes.ts';
import type { Instant } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import type { Act } from '#model/rights.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import type { Db, Tx } from '#station/kernel/store.ts';
import { demandRoom } from '#station/kernel/watermarks.ts';
import { sealedDraft } from '#wire/core.ts';
import type { RegisterNumber } from '#wire/names.ts';
import type { Room } from './deps.ts';
import { record } from './events.ts';
import type { Numbers } from './numbers.ts';
import { useParts } from './parts.ts';
import { demand, type Caller } from './policy.ts';
import type { DispatchTables, DraftStep } from './tables.ts';

export interface DraftUpload {
  readonly office: string;
  readonly step: 'saved' | 'approved' | 'signed' | 'returned';
  readonly replaces: number;
  readonly sealed: string;
  readonly parts: readonly string[];
}

interface DraftRecord {
  readonly draft: string;
  readonly office: string;
  readonly step: DraftStep;
  readonly version: number;
  readonly changed: Instant;
  readonly sealed: string | null;
  readonly number: RegisterNumber | null;
  readonly dispatch: string | null;
}

const ACT_OF_STEP = { saved: 'save a draft', approved: 'approve a draft', signed: 'sign a draft', returned: 'return a draft' } as const satisfies Record<string, Act>;
/** From which steps an upload may come. */
const BEFORE: Readonly<Record<DraftUpload['step'], readonly DraftStep[]>> = {
  saved: ['saved', 'approved', 'signed', 'returned'],
  approved: ['saved', 'approved'],
  signed: ['approved', 'signed'],
  returned: ['saved', 'approved', 'signed'],
};
const LISTED_MAX = 500;

type DraftRow = DispatchTables['draft'];
type DispatchTx = Tx<DispatchTables>;

export class Drafts {
  readonly #room: Room;
  readonly #numbers: Numbers;

  constructor(room: Room, numbers: Numbers) {
    this.#room = room;
    this.#numbers = numbers;
  }

  /**
   * Saves a new version. The same version with the same bytes again changes nothing.
   * @throws DecodeError; Refusal `draft-changed` where another version came between, `draft-closed`,
   *   `step-out-of-order`, `same-person-twice` where who wrote it approves, signs or returns it, `part-unknown`, `disk-full`
   */
  async put(caller: Caller, draft: string, upload: DraftUpload): Promise<DraftRecord> {
    demand(this.#room, caller, ACT_OF_STEP[upload.step], upload.office);
    const sealed = bytesOf(upload.sealed);
    sealedDraft.decode(sealed);
    // What cannot be sent is not begun: drafts would use up what is left for the ledger.
    demandRoom(this.#room.freeBytes(), sealed.length, this.#room.limits.floorBytes);
    const id = fromHex(draft)!;
    return this.#room.tables.commit(async (tx) => {
      const known = await find(tx, id);
      if (known !== null && isSame(known, upload, sealed)) return recordOf(tx, known);
      checkUpload(known, upload, caller);
      await this.#demandParts(tx, upload.office, upload.parts);
      const row = this.#next(id, known, upload, sealed, caller);
      await tx.insertInto('draft').values(row).onConflict((on) => on.column('id').doUpdateSet(row)).execute();
      await useParts(tx, 'draft', id, upload.parts);
      await this.#recordStep(tx, row, upload.step, caller);
      return recordOf(tx, row);
    });
  }

  /** @throws Refusal `draft-unknown` */
  async get(caller: Caller, draft: string): Promise<DraftRecord> {
    return this.#room.tables.read(async (db) => {
      const row = await this.#demandDraft(db, draft);
      demand(this.#room, caller, 'read a draft', row.office);
      return recordOf(db, row);
    });
  }

  /** Drafts of an office that are still open, newest first, without what is sealed: `get` gives that. */
  async list(caller: Caller, office: string): Promise<DraftRecord[]> {
    demand(this.#room, caller, 'read a draft', office);
    return this.#room.tables.read(async (db) => {
      const rows = await db.selectFrom('draft')
        .select(['id', 'office', 'step', 'version', 'changed', 'author', 'dispatch']).where('office', '=', office)
        .where('step', 'not in', ['sent', 'discarded']).orderBy('changed', 'desc').limit(LISTED_MAX).execute();
      const records: DraftRecord[] = [];
      for (const row of rows) records.push(await recordOf(db, { ...row, sealed: null }));
      return records;
    });
  }

  /** Ends a draft; its number, if it has one, is void. @throws Refusal `draft-closed` once sent */
  async discard(caller: Caller, draft: string): Promise<DraftRecord> {
    return this.#room.tables.commit(async (tx) => {
      const row = await this.#demandDraft(tx, draft);
      demand(this.#room, caller, 'discard a draft', row.office);
      if (row.step === 'sent') throw new Refusal('draft-closed', { step: row.step });
      if (row.step === 'discarded') return recordOf(tx, row);
      await this.#numbers.voidOf(tx, row.id, caller.person);
      return this.#close(tx, row, 'discarded', null, caller);
    });
  }

  /** In the transaction that accepts the dispatch. @throws Refusal `draft-unknown`, `step-out-of-order`, `draft-closed` */
  async send(tx: DispatchTx, draft: Uint8Array, office: string, dispatch: Uint8Array, caller: Caller): Promise<void> {
    const row = await find(tx, draft);
    if (row === null || row.office !== office) throw new Refusal('draft-unknown');
    if (row.step === 'sent' || row.step === 'discarded') throw new Refusal('draft-closed', { step: row.step });
    if (row.step !== 'numbered') throw new Refusal('step-out-of-order', { step: row.step });
    await this.#close(tx, row, 'sent', dispatch, caller);
  }

  async #close(tx: DispatchTx, row: DraftRow, step: DraftStep, dispatch: Uint8Array | null, caller: Caller): Promise<DraftRecord> {
    const closed = { ...row, step, dispatch, version: row.version + 1, changed: this.#room.clock.now() };
    await tx.updateTable('draft').set(closed).where('id', '=', row.id).execute();
    await this.#recordStep(tx, closed, 'closed', caller);
    return recordOf(tx, closed);
  }

  #next(id: Uint8Array, known: DraftRow | null, upload: DraftUpload, sealed: Uint8Array, caller: Caller): DraftRow {
    return {
      id, sealed, office: upload.office, step: upload.step, version: (known?.version ?? 0) + 1, changed: this.#room.clock.now(),
      author: upload.step === 'saved' ? caller.person : known!.author, dispatch: null,
    };
  }

  async #recordStep(tx: DispatchTx, row: DraftRow, step: string, caller: Caller): Promise<void> {
    const office = { organisation: this.#room.view().organisation.id, office: row.office };
    const fields = { office, draft: row.id, step, ...(row.sealed === null ? {} : { digest: this.#room.provider.hash.sha256(row.sealed) }) };
    await record(this.#room, tx, { kind: 'draft-step', fields, person: caller.person });
  }

  /** Parts that this office uploaded: naming another's in a draft must not make it readable. */
  async #demandParts(tx: DispatchTx, office: string, roots: readonly string[]): Promise<void> {
    for (const root of roots) {
      const part = await tx.selectFrom('part').select('complete')
        .where('root', '=', root).where('office', '=', office).executeTakeFirst();
      if (part === undefined) throw new Refusal('part-unknown', { part: root });
    }
  }

  async #demandDraft(db: Db<DispatchTables>, draft: string): Promise<DraftRow> {
    const row = await find(db, fromHex(draft)!);
    if (row === null) throw new Refusal('draft-unknown', { draft });
    return row;
  }
}

async function find(db: Db<DispatchTables>, id: Uint8Array): Promise<DraftRow | null> {
  return (await db.selectFrom('draft').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Whether a lost answer made the device upload this version twice. */
function isSame(known: DraftRow, upload: DraftUpload, sealed: Uint8Array): boolean {
  const { step, office, version, sealed: held } = known;
  return step === upload.step && office === upload.office && version === upload.replaces + 1
    && held !== null && hex(held) === hex(sealed);
}

function checkUpload(known: DraftRow | null, { office, step, replaces }: DraftUpload, { person }: Caller): void {
  if (known === null) {
    if (replaces !== 0) throw new Refusal('draft-unknown');
    if (step !== 'saved') throw new Refusal('step-out-of-order', { step });
    return;
  }
  if (known.office !== office) throw new Refusal('draft-unknown');
  if (['numbered', 'sent', 'discarded'].includes(known.step)) throw new Refusal('draft-closed', { step: known.step });
  if (known.version !== replaces) throw new Refusal('draft-changed', { version: known.version });
  if (!BEFORE[step].includes(known.step)) throw new Refusal('step-out-of-order', { step: known.step });
  if (step !== 'saved' && known.author === person) throw new Refusal('same-person-twice');
}

async function recordOf(db: Db<DispatchTables>, row: DraftRow): Promise<DraftRecord> {
  const issued = await db.selectFrom('number_issued').select(['series', 'number']).where('draft', '=', row.id).executeTakeFirst();
  return {
    draft: hex(row.id), office: row.office, step: row.step, version: row.version, changed: row.changed,
    sealed: row.sealed === null || isClosed(row.step) ? null : base64url(row.sealed),
    number: issued === undefined ? null : { series: issued.series, number: issued.number },
    dispatch: row.dispatch === null ? null : hex(row.dispatch),
  };
}

function isClosed(step: DraftStep): boolean {
  return step === 'sent' || step === 'discarded';
}
