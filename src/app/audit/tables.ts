/**
 * Every table of a station's database with its columns and their types: a row that is not of its shape is a fault
 * before anything reads it. The compiler compares this with the rooms' own tables, the schema with the migrations.
 */
import type { DispatchTables } from '#station/dispatch/tables.ts';
import type { IncarnationTables } from '#station/incarnations/index.ts';
import type { JobTables } from '#station/kernel/jobs.ts';
import type { LedgerTables } from '#station/kernel/ledger-tables.ts';
import type { LinkTables } from '#station/links/tables.ts';
import type { PeopleTables } from '#station/people/store.ts';

type AuditTables = LedgerTables & PeopleTables & DispatchTables & LinkTables & JobTables & IncarnationTables & {
  schema_migration: { name: string };
};
export type TableName = keyof AuditTables;
export type RowOf<T extends TableName> = AuditTables[T];

export type ColumnType = 'integer' | 'text' | 'bytes' | 'integer?' | 'text?' | 'bytes?';

type BaseOf<V> = [V] extends [number] ? 'integer' : [V] extends [Uint8Array] ? 'bytes' : 'text';
type TypeOf<V> = null extends V ? `${BaseOf<NonNullable<V>>}?` : BaseOf<V>;

interface TableShape<T extends TableName> {
  readonly columns: { readonly [C in keyof RowOf<T>]: TypeOf<RowOf<T>[C]> };
  /** Primary key, in order: names the row and orders the reading. */
  readonly key: readonly (keyof RowOf<T> & string)[];
}

export const TABLES: { readonly [T in TableName]: TableShape<T> } = {
  schema_migration: { columns: { name: 'text' }, key: ['name'] },
  ledger_entry: {
    columns: { entry_index: 'integer', time: 'integer', kind: 'text', subject: 'bytes?', bytes: 'bytes' },
    key: ['entry_index'],
  },
  ledger_node: { columns: { level: 'integer', position: 'integer', hash: 'bytes' }, key: ['level', 'position'] },
  sealed_field: {
    columns: { entry_index: 'integer', name: 'text', salt: 'bytes', value: 'bytes' },
    key: ['entry_index', 'name'],
  },
  checkpoint: {
    columns: { origin: 'text', size: 'integer', root: 'bytes', time: 'integer', note: 'bytes' },
    key: ['origin', 'size'],
  },
  cosignature: {
    columns: { origin: 'text', size: 'integer', name: 'text', key_id: 'bytes', signature: 'bytes' },
    key: ['origin', 'size', 'name', 'key_id'],
  },
  job: {
    columns: {
      kind: 'text', key: 'text', due: 'integer', attempts: 'integer', lease_until: 'integer', lease_number: 'integer',
      payload: 'bytes?',
    },
    key: ['kind', 'key'],
  },
  directory_entry: { columns: { entry_index: 'integer', bytes: 'bytes' }, key: ['entry_index'] },
  directory_checkpoint: { columns: { size: 'integer', note: 'bytes' }, key: ['size'] },
  directory_verified: { columns: { number: 'integer', mark: 'bytes' }, key: ['number'] },
  key_wrap: {
    columns: { office: 'text', purpose: 'text', number: 'integer', device: 'text', bytes: 'bytes' },
    key: ['device', 'office', 'purpose', 'number'],
  },
  escrow_share: {
    columns: { office: 'text', number: 'integer', escrow: 'integer', custodian: 'text', device: 'text', bytes: 'bytes' },
    key: ['office', 'number', 'escrow', 'custodian', 'device'],
  },
  escrow_release: {
    columns: { office: 'text', number: 'integer', escrow: 'integer', custodian: 'text', device: 'text', use: 'text', bytes: 'bytes' },
    key: ['office', 'number', 'escrow', 'custodian', 'device', 'use'],
  },
  escrow_rehearsal: { columns: { office: 'text', time: 'integer' }, key: ['office'] },
  ring_copy: {
    columns: {
      device: 'text', revision: 'integer', bytes: 'bytes', gate: 'bytes', card: 'text?', card_gate: 'bytes?', opaque_record: 'bytes?',
    },
    key: ['device'],
  },
  opaque_attempt: { columns: { device: 'text', attempts: 'integer', next: 'integer' }, key: ['device'] },
  opaque_setup: { columns: { number: 'integer', setup: 'bytes' }, key: ['number'] },
  key_destroyed: { columns: { office: 'text', number: 'integer', time: 'integer', ledger: 'integer' }, key: ['office', 'number'] },
  pending_proposal: {
    columns: { proposal: 'text', person: 'text', bytes: 'bytes', created: 'integer', expires: 'integer', asked: 'bytes?' }, key: ['proposal'],
  },
  withdrawn_proposal: {
    columns: { proposal: 'text', withdrawn_at: 'integer', withdrawn_by: 'text', person: 'text', created: 'integer', expires: 'integer', why: 'text?', statements: 'bytes' },
    key: ['proposal', 'withdrawn_at'],
  },
  device_request: {
    columns: { code: 'text', person: 'text', device: 'text', voucher: 'text?', bytes: 'bytes', left_at: 'integer', expires: 'integer', brought: 'text?', sent: 'text?', origin: 'text?' },
    key: ['code'],
  },
  device_request_ended: {
    columns: { code: 'text', person: 'text', device: 'text', until: 'integer', word: 'bytes?', untold: 'text?' }, key: ['code'],
  },
  peer_directory: { columns: { organisation: 'text', size: 'integer', bytes: 'bytes' }, key: ['organisation'] },
  peer_refusal: { columns: { organisation: 'text', code: 'text', at: 'integer' }, key: ['organisation'] },
  peer_refusal_told: { columns: { organisation: 'text', code: 'text', root: 'text', at: 'integer' }, key: ['organisation', 'code', 'root'] },
  own_word: { columns: { entry_index: 'integer', device: 'text', keys: 'text?', time: 'integer' }, key: ['entry_index', 'device'] },
  device_revision: { columns: { device: 'text', revision: 'integer' }, key: ['device'] },
  part: {
    columns: {
      root: 'text', office: 'text?', chunks: 'integer', size: 'integer', held: 'integer', complete: 'integer',
      declared: 'integer', leaves: 'bytes?',
    },
    key: ['root'],
  },
  part_use: { columns: { root: 'text', holder: 'text', holder_id: 'bytes' }, key: ['root', 'holder', 'holder_id'] },
  draft: {
    columns: {
      id: 'bytes', office: 'text', step: 'text', version: 'integer', changed: 'integer', author: 'text',
      sealed: 'bytes?', dispatch: 'bytes?',
    },
    key: ['id'],
  },
  number_counter: {
    columns: { office: 'text', direction: 'text', series: 'text', last: 'integer' },
    key: ['office', 'direction', 'series'],
  },
  number_issued: {
    columns: {
      office: 'text', direction: 'text', series: 'text', number: 'integer', state: 'text', draft: 'bytes?',
      dispatch: 'bytes?', time: 'integer',
    },
    key: ['office', 'direction', 'series', 'number'],
  },
  dispatch: {
    columns: {
      id: 'bytes', sealing: 'integer', header: 'bytes', seal: 'bytes', body: 'bytes', size: 'integer', taken: 'integer',
      resealed: 'bytes?', about: 'bytes?', about_by: 'text?', about_as: 'text?',
    },
    key: ['id', 'sealing'],
  },
  dispatch_stanza: {
    columns: {
      id: 'bytes', sealing: 'integer', position: 'integer', office: 'text', period: 'integer', stanza: 'bytes',
      path: 'bytes', hops: 'integer', previous: 'text?', next: 'text?', refusal: 'text?', again: 'integer', back: 'integer',
    },
    key: ['id', 'sealing', 'position'],
  },
  outgoing: {
    columns: {
      id: 'bytes', office: 'text', series: 'text', number: 'integer', accepted: 'integer', ledger: 'integer',
      submission: 'bytes', expires: 'integer?', asked: 'integer', asked_at: 'integer?', ask_next: 'integer?',
    },
    key: ['id'],
  },
  outgoing_recipient: {
    columns: { id: 'bytes', office: 'text', outcome: 'text?', refusal: 'text?' },
    key: ['id', 'office'],
  },
  delivery: {
    columns: { id: 'bytes', office: 'text', sealing: 'integer', state: 'text', time: 'integer', ledger: 'integer', suspected: 'integer' },
    key: ['id', 'office'],
  },
  arrival_stanza: {
    columns: { id: 'bytes', office: 'text', sealing: 'integer', stanza: 'bytes', device: 'text', time: 'integer' },
    key: ['id', 'office'],
  },
  receipt: {
    columns: {
      dispatch: 'bytes', kind: 'text', sealing: 'integer', office: 'text', station: 'text', time: 'integer',
      bytes: 'bytes', homeward: 'text?', precedence: 'text', own: 'bytes?', again: 'integer',
    },
    key: ['dispatch', 'kind', 'sealing', 'office', 'station'],
  },
  early_receipt: { columns: { dispatch: 'bytes', digest: 'bytes', office: 'text', bytes: 'bytes', peer: 'text' }, key: ['dispatch', 'digest'] },
  note: {
    columns: { id: 'bytes', bytes: 'bytes?', precedence: 'text', hops: 'integer', taken: 'integer', since: 'integer', next: 'text?', refusal: 'text?' },
    key: ['id'],
  },
  restoration: {
    columns: {
      number: 'integer', cause: 'text', former: 'bytes', ledger_size: 'integer', root: 'bytes', as_of: 'integer',
      opened: 'integer?', incarnation: 'bytes?', reason: 'text?', led: 'integer?', claimed: 'integer?',
    },
    key: ['number'],
  },
  returned_dispatch: {
    columns: { id: 'bytes', peer: 'text', channel: 'integer', office: 'text', created: 'integer', header: 'bytes' },
    key: ['id', 'peer'],
  },
  link_ended: {
    columns: { peer: 'text', incarnation: 'bytes', successor: 'bytes', hello: 'bytes', given_back: 'integer' },
    key: ['peer', 'incarnation'],
  },
  link_queue: {
    columns: {
      peer: 'text', kind: 'text', id: 'bytes', sealing: 'integer', rank: 'integer', position: 'integer',
      queued_at: 'integer', channel: 'integer?', origin: 'text', bytes: 'integer', turn: 'integer',
    },
    key: ['peer', 'kind', 'id', 'sealing'],
  },
  link_state: {
    columns: {
      peer: 'text', incarnation: 'bytes', last_sent: 'integer', peer_received: 'integer', witnessed: 'integer',
      peer_incarnation: 'bytes?', received: 'integer', last_met: 'integer?', former_sent: 'integer?', sent_before: 'integer',
    },
    key: ['peer'],
  },
  link_received: { columns: { peer: 'text', channel: 'integer' }, key: ['peer', 'channel'] },
  link_staging: {
    columns: { root: 'text', bytes: 'integer', since: 'integer' },
    key: ['root'],
  },
  link_sent: {
    columns: { peer: 'text', incarnation: 'bytes', channel: 'integer', kind: 'text', id: 'bytes', sealing: 'integer', withdrawn: 'integer?', anew: 'integer' },
    key: ['peer', 'incarnation', 'channel'],
  },
  link_courier: {
    columns: { peer: 'text', incarnation: 'bytes', last_bundle: 'integer', peer_directory: 'integer', waiting: 'text', waiting_of: 'integer' },
    key: ['peer'],
  },
  link_bundle: {
    columns: {
      bundle: 'bytes', peer: 'text', incarnation: 'bytes', number: 'integer', written: 'integer', items: 'integer', bytes: 'integer',
      first: 'integer?', last: 'integer?',
    },
    key: ['bundle'],
  },
  link_bundle_item: { columns: { bundle: 'bytes', channel: 'integer' }, key: ['bundle', 'channel'] },
  link_bundle_volume: { columns: { bundle: 'bytes', volume: 'integer', start: 'bytes', bytes: 'integer' }, key: ['bundle', 'volume'] },
  link_bundle_read: {
    columns: {
      peer: 'text', incarnation: 'bytes', number: 'integer', bundle: 'bytes', written: 'integer', volumes: 'integer', whole: 'integer',
      first: 'integer?', last: 'integer?', sent: 'integer?',
    },
    key: ['peer', 'incarnation', 'number'],
  },
  link_volume_of: {
    columns: { peer: 'text', incarnation: 'bytes', bundle: 'bytes', volume: 'integer', at: 'integer', awaits: 'integer?' },
    key: ['peer', 'incarnation', 'bundle', 'volume'],
  },
  link_owed: {
    columns: { peer: 'text', incarnation: 'bytes', kind: 'text', channel: 'integer', frame: 'bytes', first_bundle: 'integer?', since: 'integer', heard_by: 'bytes?' },
    key: ['peer', 'incarnation', 'kind', 'channel'],
  },
};
