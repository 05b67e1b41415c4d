/**
 * Claims: each new incarnation of the ledger begins with the event that says why, and names the end that its folder knew;
 * what neighbours gave back, and which of their incarnations ended, is what events say. Source: docs/protocol/ledger.md.
 */
import { equal, hex } from '#core/bytes.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import { frame, helloStatement } from '#wire/frames.ts';
import { verifySignature } from '#wire/sign.ts';
import type { Placed } from './database.ts';
import { isMomentOf } from './facts.ts';
import type { AuditRun } from './run.ts';

export async function auditIncarnations(run: AuditRun): Promise<void> {
  auditRestorations(run);
  auditReturned(run);
  await auditEnded(run);
}

function auditRestorations({ db, tally, facts, ledger, identity }: AuditRun): void {
  const claim = tally.claim('incarnations');
  const events = facts.of('restored');
  let opened = 0;
  for (const row of db.rows('restoration')) {
    const item = claim.item(row.place);
    const root = ledger.rootAt(row.ledger_size);
    if (item.demand(root !== null, `the ledger has ${ledger.size} entries only`)) item.demand(equal(root!, row.root), 'its root is not that of the ledger');
    item.demand(['restored', 'behind', 'superseded'].includes(row.cause), 'has another cause than there is');
    if (row.opened === null) {
      item.demand(row.led === null, 'led the directory before it was opened');
      item.demand(row.cause === 'superseded' || row.ledger_size === ledger.size, 'entries were written after the end of their incarnation');
      item.demand(identity === null || equal(identity.incarnation, row.former), 'ended another incarnation than this folder has');
      continue;
    }
    const event = events[opened];
    opened += 1;
    if (!item.demand(event !== undefined, 'no event opened it')) continue;
    const { peerIncarnation, count, digest, at, code } = event!.fields;
    item.demand(equal(peerIncarnation!, row.former) && count === row.ledger_size && equal(digest!, row.root), 'its event names another end');
    item.demand(at === row.as_of && code === row.reason, 'its event gives another reason');
    item.demand(row.opened === event!.index, `was opened by ledger_entry:${event!.index}`);
    const { led } = row;
    item.demand(led === null || facts.of('directory-grown').some((one) => one.index > event!.index && isMomentOf(led, one)), 'led the directory when it did not grow');
    item.demand(row.number === opened, 'is not the next');
    item.demand(row.incarnation !== null && hex(row.incarnation) === event!.incarnation, 'opened another incarnation than its event is of');
  }
  for (const { index } of events.slice(opened)) claim.missing('restoration', `is missing: ledger_entry:${index} opened an incarnation`);
}

function auditReturned({ db, tally, facts, provider }: AuditRun): void {
  const claim = tally.claim('incarnations');
  for (const row of db.rows('returned_dispatch')) {
    const item = claim.item(row.place);
    const header = item.attempt('its header cannot be read', () => headerCodec.decode(row.header));
    item.demand(equal(provider.hash.sha256(row.header), row.id), 'is not the digest of its header');
    item.demand(header === null || (header.from.office === row.office && header.created === row.created), 'is of another office or time than its header');
    const said = facts.about(row.id, 'returned').some(({ fields }) => fields.peer === row.peer && fields.channel === row.channel);
    item.demand(said, 'no event says that it was given back');
  }
}

async function auditEnded(run: AuditRun): Promise<void> {
  const { db, tally, facts } = run;
  const claim = tally.claim('incarnations');
  const changes = facts.of('incarnation').filter(({ fields }) => fields.code === 'met' || fields.code === 'changed');
  const ended = facts.of('incarnation').filter(({ fields }) => fields.code === 'ended');
  for (const row of db.rows('link_ended')) {
    const item = claim.item(row.place);
    const isMet = changes.some(({ fields }) => fields.peer === row.peer && equal(fields.peerIncarnation!, row.successor));
    item.demand(isMet, 'its successor was never met');
    item.demand(await isSaidBy(run, row), 'is not what its successor\'s hello says');
    item.demand(row.given_back <= 1, 'was neither given back nor not');
    const isEnded = ended.some(({ fields }) => fields.peer === row.peer && equal(fields.peerIncarnation!, row.incarnation));
    item.demand(isEnded, 'no event says that it ended');
  }
}

async function isSaidBy({ provider, directory }: AuditRun, { peer, incarnation, successor, hello }: Placed<'link_ended'>): Promise<boolean> {
  try {
    const said = frame.decode(hello);
    if (said.kind !== 'hello') return false;
    const { station, incarnation: own, former } = helloStatement.decode(said.statement);
    const isAboutIt = station === peer && equal(own, successor) && former !== undefined && !equal(own, incarnation);
    const record = directory?.state.station(peer) ?? null;
    return isAboutIt && (record === null || (await verifySignature(provider, record.verifier, 'hello', said.statement, said.signature)));
  } catch {
    return false;
  }
}
