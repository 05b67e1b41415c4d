/** Re-derives every claim of a station's folder, reading only. */
import path from 'node:path';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf } from '../homes.ts';
import type { Values } from '../values.ts';
import { AUDIT_CLAIMS_EN, AUDIT_CLAIMS_VI, auditFaultVi } from '../words/audit-vi.ts';

export async function audit({ host, words, environment, locale }: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, environment);
  // A folder without a database is no station that went wrong: it is the wrong folder.
  if (!host.isStation(data) && !host.exists(path.join(data, 'tram.db'))) throw new Refusal('data-folder-empty', { folder: data });
  const report = await host.audit(data);
  const { said } = words;
  const titles = locale === 'vi' ? AUDIT_CLAIMS_VI : AUDIT_CLAIMS_EN;
  const inWords = (what: string): string => (locale === 'vi' ? auditFaultVi(what) : what);
  return {
    json: { data, ...report },
    ok: report.ok,
    lines: [
      ...report.claims.map(({ claim, checked, failed }) =>
        fill(said.auditClaim, { mark: failed === 0 ? '✓' : '✗', claim: titles[claim] ?? claim, checked, ...(failed > 0 && { failed }) })),
      ...report.faults.map(({ place, what }) => fill(said.auditFault, { place, what: inWords(what) })),
      ...(report.remarks ?? []).map(({ place, what }) => `·  ${place}: ${inWords(what)}`),
      ...(report.ok ? [fill(said.auditOk, { data, claims: report.claims.length })] : []),
    ],
  };
}
