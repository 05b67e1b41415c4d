/** The closed list of events and what each carries. Source: docs/protocol/ledger.md §Event kinds. */
import type { EventFields } from '#wire/event.ts';

type FieldName = keyof EventFields & string;

interface EventShape {
  readonly subject: 'always' | 'never' | 'maybe';
  readonly fields: readonly FieldName[];
  readonly optional?: readonly FieldName[];
  readonly sealed: 'always' | 'never' | 'maybe';
  /** What is sealed; `person` unless said. */
  readonly names?: readonly string[];
}

const bare = { subject: 'never', sealed: 'never' } as const;
const item = { subject: 'always', sealed: 'never' } as const;

export const EVENT_KINDS: Readonly<Record<string, EventShape>> = {
  'opened-ledger': { ...bare, fields: [] },
  'directory-grown': { ...item, fields: ['count'] },
  'peer-grown': { ...item, fields: ['peer', 'count'] },
  'draft-step': { subject: 'never', fields: ['office', 'draft', 'step'], optional: ['digest'], sealed: 'always' },
  'number-issued': { subject: 'never', fields: ['office', 'number'], optional: ['draft'], sealed: 'always' },
  // Nobody's act where an hour voided it.
  'number-void': { subject: 'never', fields: ['office', 'number'], optional: ['draft'], sealed: 'maybe' },
  accepted: { subject: 'always', fields: ['office', 'number', 'precedence', 'bytes', 'exercise', 'digest'], sealed: 'always' },
  queued: { ...item, fields: ['peer', 'sealing'] },
  sent: { ...item, fields: ['peer', 'channel', 'sealing'] },
  'custody-received': { ...item, fields: ['peer', 'channel', 'sealing'] },
  'custody-taken': { ...item, fields: ['peer', 'channel', 'peerIncarnation', 'sealing', 'bytes'] },
  arrived: { ...item, fields: ['office', 'sealing'], optional: ['peer'] },
  expired: { ...item, fields: ['office', 'sealing'], optional: ['peer'] },
  'number-in': { subject: 'always', fields: ['office', 'number'], sealed: 'always' },
  // The digest is of what the office keeps for itself beside it.
  receipt: { ...item, fields: ['office', 'receipt', 'receiptDigest', 'code', 'at'], optional: ['digest'] },
  // Without a sealing it is the first.
  'receipt-early': { ...item, fields: ['office', 'receipt', 'receiptDigest', 'peer'] },
  // With a channel it is of an offer of that neighbour's.
  refused: { subject: 'maybe', fields: ['code'], optional: ['peer', 'channel', 'sealing', 'at', 'count', 'digest', 'receiptDigest'], sealed: 'never' },
  asked: { ...item, fields: ['peer'] },
  answered: { ...item, fields: ['peer'] },
  duplicate: { ...item, fields: ['peer'] },
  // With the incarnation of ours that ended, where it is of one: that number's item goes again.
  gap: { ...bare, fields: ['peer', 'channel', 'count'], optional: ['peerIncarnation'] },
  'key-destroyed': { subject: 'never', fields: ['office', 'code'], sealed: 'always' },
  'escrow-deposited': { subject: 'never', fields: ['office', 'count'], sealed: 'always' },
  'escrow-released': { subject: 'never', fields: ['office', 'code', 'count'], sealed: 'always' },
  'escrow-outcome': { subject: 'never', fields: ['office', 'code', 'count'], sealed: 'always' },
  restored: { ...bare, fields: ['peerIncarnation', 'count', 'digest', 'at', 'code'] },
  'number-skipped': { ...bare, fields: ['office', 'number', 'count', 'code'] },
  returned: { ...item, fields: ['office', 'peer', 'channel'] },
  're-sealed': { subject: 'always', fields: ['office', 'sealing', 'count', 'digest'], sealed: 'always' },
  redelivered: { ...item, fields: ['office', 'sealing'], optional: ['peer'] },
  // `digest` is the part's root.
  downloaded: { subject: 'always', fields: ['office', 'digest'], sealed: 'always', names: ['device', 'person'] },
  suspected: { ...item, fields: ['office', 'sealing'], optional: ['peer'] },
  superseded: { ...bare, fields: ['peer', 'peerIncarnation'] },
  incarnation: { ...bare, fields: ['peerIncarnation', 'code'], optional: ['peer'] },
  // `digest` is that of the first volume's statement.
  'bundle-written': { ...bare, fields: ['peer', 'bundle', 'count', 'bytes', 'digest'], optional: ['channel', 'last'] },
  'no-room': { ...item, fields: ['peer', 'channel'] },
  'bundle-read': { ...bare, fields: ['peer', 'peerIncarnation', 'bundle', 'count'] },
};

/** What is wrong with an event of this kind; null where nothing is. */
export function misshapen(kind: string, subject: boolean, fields: EventFields, sealed: readonly string[]): string | null {
  const shape = EVENT_KINDS[kind];
  if (shape === undefined) return `is of kind ${kind}, which nobody writes`;
  const present = Object.entries(fields).filter(([, value]) => value !== undefined).map(([name]) => name);
  const missing = shape.fields.filter((name) => fields[name] === undefined);
  const foreign = present.filter((name) => ![...shape.fields, ...(shape.optional ?? [])].includes(name as FieldName));
  if (missing.length > 0) return `of kind ${kind} lacks ${missing.join(', ')}`;
  if (foreign.length > 0) return `of kind ${kind} has ${foreign.join(', ')}`;
  if (shape.subject !== 'maybe' && subject !== (shape.subject === 'always')) return `of kind ${kind} has ${subject ? 'a' : 'no'} subject`;
  const isSealed = sealed.toSorted().join() === (shape.names ?? ['person']).join();
  const fits = sealed.length === 0 ? shape.sealed !== 'always' : isSealed && shape.sealed !== 'never';
  return fits ? null : `of kind ${kind} commits to ${sealed.join(', ') || 'nobody'}`;
}
