/**
 * `tram audit`: derives every claim of a station's folder again, from the folder alone, stopped or a copy. It only reads,
 * and it trusts nothing but the founding entry. Source: docs/protocol/ledger.md, docs/protocol/directory.md.
 */
import type { AuditReport } from '#cli/audit-report.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { VerifiedRoots } from '#wire/sign.ts';
import { auditChannels } from './channels-audit.ts';
import { auditDirectory } from './directory-audit.ts';
import { auditDispatches, type Auditing, auditParts, auditReceipts } from './dispatch-audit.ts';
import { auditFiles } from './files-audit.ts';
import { Findings } from './findings.ts';
import { auditLedger } from './ledger-audit.ts';
import { damagedFrame, type DatabaseCopy, openCopy } from './open-copy.ts';
import { auditRegisters } from './registers-audit.ts';
import { refusalOf } from '#station/kernel/sqlite-handle.ts';

/**
 * @param founding SHA-256 of the founding entry that the folder's own configuration names, where it is known
 * @throws Refusal `data-folder-empty`; `database-damaged` where the database cannot be read at all
 */
export async function auditFolder(provider: CryptoProvider, folder: string, founding: Uint8Array | null): Promise<AuditReport> {
  const findings = new Findings();
  const copy = openCopy(folder);
  try {
    auditDatabase(folder, copy, findings);
    const station = await auditRooms(provider, folder, copy, findings, founding);
    return { ok: findings.faults.length === 0, station, claims: findings.claims, faults: findings.faults };
  } catch (error) {
    throw refusalOf(error);
  } finally {
    copy.close();
  }
}

function auditDatabase(folder: string, copy: DatabaseCopy, findings: Findings): void {
  const claim = findings.claim('database');
  const frame = damagedFrame(folder);
  claim.check(frame === null, `tram.db-wal:frame ${frame ?? ''}`, 'its checksum is wrong');
  for (const row of copy.all('pragma integrity_check')) {
    const said = String(row['integrity_check']);
    claim.check(said === 'ok', 'tram.db', said.slice(0, 200));
  }
  for (const row of copy.all('pragma foreign_key_check')) claim.check(false, `${String(row['table'])}:${String(row['rowid'])}`, 'refers to nothing');
}

async function auditRooms(
  provider: CryptoProvider, folder: string, copy: DatabaseCopy, findings: Findings, founding: Uint8Array | null,
): Promise<string | null> {
  const directory = await auditDirectory(provider, copy, findings, founding);
  const { events, station } = await auditLedger(provider, copy, findings, directory);
  if (directory === null) return station;
  const auditing: Auditing = { provider, folder, copy, findings, directory, events, verified: new VerifiedRoots() };
  const parts = await auditDispatches(auditing);
  const blobs = await auditParts(auditing, parts);
  await auditReceipts(auditing);
  auditRegisters(auditing);
  auditChannels(auditing);
  auditFiles(folder, findings, blobs);
  return station;
}
