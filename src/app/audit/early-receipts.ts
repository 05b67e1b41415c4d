/** Claims: a receipt that waits to be judged is the one that the ledger saw come. */
import { equal } from '#core/bytes.ts';
import { officeName } from '#model/foreign-names.ts';
import { receipt as receiptCodec, receiptStatement } from '#wire/receipt.ts';
import { type AuditRun, ownOf } from './run.ts';

export function auditEarlyReceipts(run: AuditRun): void {
  const { db, tally, facts, provider } = run;
  const claim = tally.claim('early-receipts');
  for (const row of db.rows('early_receipt')) {
    const item = claim.item(row.place);
    const said = item.attempt('is no receipt', () => receiptStatement.decode(receiptCodec.decode(row.bytes).statement));
    if (said === null) continue;
    item.demand(equal(provider.hash.sha256(row.bytes), row.digest), 'is not what its row says');
    item.demand(equal(said.dispatch, row.dispatch) && officeName(ownOf(run), said.office) === row.office, 'is about another dispatch or office');
    const came = facts.about(row.dispatch, 'receipt-early').some(({ fields: { receiptDigest, peer } }) =>
      receiptDigest !== undefined && equal(receiptDigest, row.digest) && (row.peer === '' || peer === row.peer));
    item.demand(came, 'is not what the ledger saw come');
  }
}
