/** Re-derives every claim of a station's folder, reading only. */
import { fill } from '#core/refusal-words.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf } from '../homes.ts';
import type { Values } from '../values.ts';

export async function audit({ host, words, environment }: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, environment);
  const report = await host.audit(data);
  const { said } = words;
  return {
    json: { data, ...report },
    ok: report.ok,
    lines: [
      ...report.claims.map(({ claim, checked, failed }) =>
        fill(said.auditClaim, { mark: failed === 0 ? '✓' : '✗', claim, checked, ...(failed > 0 && { failed }) })),
      ...report.faults.map(({ place, what }) => fill(said.auditFault, { place, what })),
      ...(report.ok ? [fill(said.auditOk, { data, claims: report.claims.length })] : []),
    ],
  };
}
