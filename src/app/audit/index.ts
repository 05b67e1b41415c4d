/**
 * `tram audit`: re-derives every claim of a station's folder from that folder alone, without writing to it.
 * (Engineer "audit" is writing this folder: others import `auditFolder` only.)
 */
import type { AuditReport } from '#cli/audit-report.ts';

export async function auditFolder(data: string): Promise<AuditReport> {
  throw new Error(`audit of ${data} is being written`);
}
