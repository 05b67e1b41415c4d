/** Examines a station and a device, and says each fault with its mend. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkWord, findingSentences } from '#core/finding-words.ts';
import type { CheckName, DoctorReport } from '#core/findings.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, homeOf, joiningPath } from '../homes.ts';
import { placedIn, withPlace } from '../placed.ts';
import type { Values } from '../values.ts';
import { operationsEn } from '../words/operations-en.ts';
import { operationsVi } from '../words/operations-vi.ts';

const WARN_DAYS = 30;
const WARN_DAYS_MAX = 3_650;

/** Faults end with 1; warnings alone do not. */
export async function doctor(context: CliContext, values: Values): Promise<Outcome> {
  const { environment, host } = context;
  const folder = dataOf(values, environment);
  // A device is examined where it was named, or where one stands.
  const asked = values.text('home') === null ? null : homeOf(values, environment);
  const home = asked ?? (existsSync(path.join(homeOf(values, environment), 'keyring.cbor')) ? homeOf(values, environment) : null);
  const isNamed = values.text('data') !== null || environment['TRAM_DATA'] !== undefined;
  // Its request stands beside the folder, which is made when it is admitted.
  if ((isNamed || home === null) && !host.isStation(folder) && host.exists(joiningPath(folder))) throw new Refusal('admission-pending', { folder });
  const isHere = host.exists(folder);
  // Who has a device and no station is no worse for it, and is told that none is here, which may be a disk that is not; who named a station's folder meant one.
  if (!isHere && (isNamed || home === null)) throw new Refusal('data-folder-empty', { folder });
  const data = isHere ? folder : null;
  const placed = placedIn(values, environment);
  const report = await host.doctor({ data, home, folder, days: values.number('warn', 0, WARN_DAYS_MAX) ?? WARN_DAYS });
  const json = { data, home, ...report, findings: report.findings.map((finding) => ({ ...finding, ...findingSentences(finding.finding, withPlace(finding.detail, placed), context.locale) })) };
  return { json, ok: report.ok, lines: [titleOf(context, { data, home }, report), ...linesOf(context, report, placed)] };
}

function wordsOf({ locale }: Pick<CliContext, 'locale'>): typeof operationsVi | typeof operationsEn {
  return locale === 'vi' ? operationsVi : operationsEn;
}

interface Examined {
  readonly data: string | null;
  readonly home: string | null;
}

function titleOf(context: CliContext, { data, home }: Examined, { station, running }: DoctorReport): string {
  const { doctor: said } = wordsOf(context);
  if (data === null) return fill(said.titleDevice, { home: home! });
  return station === null ? fill(said.titleNone, { data }) : fill(said.title, { station, state: running ? said.running : said.stopped });
}

function linesOf(context: CliContext, { checked, findings, ok }: DoctorReport, placed: RefusalDetail): string[] {
  const { doctor: said } = wordsOf(context);
  const named = (check: CheckName): string => checkWord(check, context.locale);
  const about = (check: CheckName): string[] => {
    const own = findings.filter((finding) => finding.check === check);
    if (own.length === 0) return [fill(said.sound, { check: named(check) })];
    return own.flatMap((finding) => {
      const { what, mend } = findingSentences(finding.finding, withPlace(finding.detail, placed), context.locale);
      return [fill(said[finding.level], { check: named(check), what }), fill(said.mend, { mend })];
    });
  };
  const faults = findings.filter(({ level }) => level === 'fault').length;
  const warnings = findings.length - faults;
  return [
    ...checked.flatMap(about),
    ok ? fill(said.well, warnings === 0 ? {} : { warnings }) : fill(said.ill, { faults, warnings }),
  ];
}
