/** Backups: the key they are sealed to, making, listing, trying and restoring them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeBackupKey } from '#client/keyring/backup-key.ts';
import { unlockKeyring } from '#client/keyring/keyring.ts';
import { readKeyringFile } from '#client/keyring/keyring-file.ts';
import { fromHex } from '#core/bytes.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { organisationShown, organisationTyped } from '#model/organisation-id.ts';
import type { BackupProgress, BackupWatch, RestoreReport } from '../backup-host.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, readIfThere, refuseInside, resolved } from '../homes.ts';
import { formatInstant, formatSeconds, formatSize, parseInstant } from '../locale.ts';
import { markOf, REOPENING_MARKS } from '../marks.ts';
import { askNewPassphrase, askSecret, isAlsoDevices, wrongIn } from '../passphrases.ts';
import type { Values } from '../values.ts';
import { databaseFrom } from './station-init.ts';
import { backupEvery, spanOf } from './backup-every.ts';
import { AUDIT_CLAIMS_EN, AUDIT_CLAIMS_VI, auditFaultVi } from '../words/audit-vi.ts';

const ENGINES = { sqlite: 'SQLite', postgresql: 'PostgreSQL' } as const;
/** Each run reads the whole database. */
const EVERY_MS_MIN = 1_000;

export async function backupKey(context: CliContext, values: Values): Promise<Outcome> {
  const { provider, clock, random, host, words } = context;
  const file = resolved(values.need('out'));
  refuseInside(dataOf(values, context.environment), file, 'out');
  if (host.exists(file)) throw new Refusal('name-taken', { file });
  const passphrase = await askNewPassphrase(context, values, 'key-passphrase-file', words.backup.keyName);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const recipient = await makeBackupKey({ crypto: provider, random, store: host.keyring(file) }, passphrase, clock.now());
  writeFileSync(`${file}.pub`, `${recipient}\n`, { mode: 0o644, flush: true });
  return {
    json: { key: file, recipient: `${file}.pub` },
    lines: [fill(words.backup.keyMade, { file }), ...(isAlsoDevices(context, passphrase) ? [words.backup.keySamePassphrase] : []), fill(words.backup.keyNext, { file: shellWord(`${file}.pub`) })],
  };
}

export async function backup(context: CliContext, values: Values): Promise<Outcome> {
  const { host, words, locale, environment } = context;
  const data = dataOf(values, environment);
  const to = resolved(values.need('folder'));
  refuseInside(data, to, 'folder');
  const file = values.text('recipient');
  const recipient = file === null ? null : readIfThere(resolved(file));
  if (file !== null && recipient === null) throw new Refusal('file-missing', { file: resolved(file) });
  const order = { data, to, recipient, keep: values.text('retain') };
  const everyMs = spanOf(values, 'every', EVERY_MS_MIN);
  if (everyMs !== null) return backupEvery(context, values, { ...order, everyMs }, { ...watchOf(context), everyMs });
  const made = await host.backups.make(order, watchOf(context));
  const { name, station, rows, blobs, objects, bytes, tookMs, unfinished, pruned } = made;
  return {
    json: { ...made, time: new Date(made.time).toISOString(), folder: to },
    lines: [
      fill(words.backup.made, { name, station, rows, blobs, objects, size: formatSize(bytes, locale), seconds: formatSeconds(tookMs, locale) }),
      ...(pruned.backups > 0 ? [fill(words.backup.pruned, { backups: pruned.backups, objects: pruned.objects })] : []),
      ...(unfinished > 0 ? [fill(words.backup.stagingLeftOut, { count: unfinished })] : []),
    ],
  };
}

export async function backupList(context: CliContext, values: Values): Promise<Outcome> {
  const { host, words, locale, timeZone } = context;
  const from = resolved(values.need('folder'));
  const kept = await host.backups.list(from);
  return {
    json: { folder: from, backups: kept.map((one) => ({ ...one, time: new Date(one.time).toISOString() })) },
    lines: kept.length === 0 ? [words.backup.none] : kept.map(({ name, time, objects, bytes }) =>
      fill(words.backup.kept, { name, time: formatInstant(time, timeZone), objects, size: formatSize(bytes, locale) })),
  };
}

export async function backupVerify(context: CliContext, values: Values): Promise<Outcome> {
  const order = { from: resolved(values.need('folder')), at: asOf(context, values), ...foundingFrom(values), secret: await secretOf(context, values) };
  const report = await context.host.backups.verify(order, watchOf(context)).finally(() => order.secret.fill(0));
  const { backup: words } = context.words;
  const founding = order.founding === undefined ? words.verifiedAnybodys : words.verifiedOurs;
  return outcomeOf(context, report, [fill(words.verified, figures(context, report)), fill(words.verifiedProof, figures(context, report)), founding]);
}

export async function restore(context: CliContext, values: Values): Promise<Outcome> {
  const data = resolved(values.need('data'));
  context.host.refuseOccupied(data);
  const order = { from: resolved(values.need('folder')), at: asOf(context, values), data, ...foundingFrom(values), ...databaseFrom(values), secret: await secretOf(context, values) };
  const report = await context.host.backups.restore(order, watchOf(context)).finally(() => order.secret.fill(0));
  const { words } = context;
  const said = fill(words.backup.restored, { ...figures(context, report), data });
  const { formerEngine, engine } = report;
  const changed = formerEngine === engine ? [] : [fill(words.backup.restoredEngine, { from: ENGINES[formerEngine], to: ENGINES[engine] })];
  return outcomeOf(context, report, [said, ...changed, fill(words.backup.restoredNext, { data: shellWord(data) })], { data });
}

export async function stationReopen(context: CliContext, values: Values): Promise<Outcome> {
  const { host, words, timeZone, environment, clock } = context;
  const data = dataOf(values, environment);
  const report = await host.backups.reopen({ data, reason: markOf(REOPENING_MARKS, values.need('reason'), '--reason'), margin: values.number('margin', 0, 5_000) });
  return {
    json: { data, ...report, asOf: new Date(report.asOf).toISOString() },
    lines: [
      fill(words.backup.reopened, { station: report.station, incarnation: report.incarnation.slice(0, 8), former: report.former.slice(0, 8) }),
      fill(words.backup.reopenedLoss, { time: formatInstant(report.asOf, timeZone) }),
      ...report.skipped.map(({ office, direction, series, first, last }) =>
        fill(direction === 'out' ? words.backup.skippedOut : words.backup.skippedIn, { office, series, first, last })),
      // What it numbers and signs would be dated before what it goes on from.
      ...(clock.now() < report.asOf ? [fill(words.backup.reopenedClock, { minutes: Math.ceil((report.asOf - clock.now()) / MINUTE_MS) })] : []),
      fill(words.backup.reopenedNext, { data: shellWord(data) }),
    ],
  };
}

function outcomeOf(context: CliContext, report: RestoreReport, lines: readonly string[], more: object = {}): Outcome {
  const { audit, time, ...rest } = report;
  return {
    json: { ...more, ...rest, time: new Date(time).toISOString(), audit }, ok: audit.ok,
    lines: auditLines(context, audit, lines),
  };
}

/** What an audit found wrong, each; how much was right, in one line; and what is to be said where nothing was wrong. */
export function auditLines({ locale, words }: CliContext, audit: RestoreReport['audit'], lines: readonly string[]): string[] {
  const titles = locale === 'vi' ? AUDIT_CLAIMS_VI : AUDIT_CLAIMS_EN;
  return [
    ...audit.claims.filter(({ failed }) => failed > 0).map(({ claim, checked, failed }) =>
      fill(words.said.auditClaim, { mark: '✗', claim: titles[claim] ?? claim, checked, failed })),
    ...audit.faults.map(({ place, what }) => fill(words.said.auditFault, { place, what: locale === 'vi' ? auditFaultVi(what) : what })),
    ...(audit.ok ? [fill(words.backup.sound, { claims: audit.claims.length }), ...lines] : [words.backup.notSound]),
  ];
}

function figures({ timeZone, locale }: CliContext, report: RestoreReport) {
  const { station, name, time, rows, blobs, blobBytes, ledger, founding, tookMs } = report;
  return {
    station, name, time: formatInstant(time, timeZone), rows, blobs, size: formatSize(blobBytes, locale), ledger: ledger.size,
    organisation: organisationShown(fromHex(founding)!), seconds: formatSeconds(tookMs, locale),
  };
}

/**
 * The secret out of its sealed ring.
 * @throws Refusal `file-missing`; `cbor-malformed` for another file, such as the public half; `key-passphrase-wrong`, `key-missing`
 */
export async function secretOf(context: CliContext, values: Values): Promise<Uint8Array> {
  const { provider, random, host, words } = context;
  const file = resolved(values.need('key'));
  await demandKeyFile(context, file);
  const passphrase = await askSecret(context, values, 'key-passphrase-file', words.backup.askKey);
  const ring = await unlockKeyring({ crypto: provider, random, store: host.keyring(file) }, passphrase).catch((cause: unknown) => {
    throw cause instanceof Refusal && cause.code === 'passphrase-wrong' ? new Refusal('key-passphrase-wrong', wrongIn(context, values, 'key-passphrase-file'), { cause }) : cause;
  });
  const secret = ring.contents.kem?.slice();
  ring.lock();
  if (secret === undefined) throw new Refusal('key-missing');
  return secret;
}

/** Before anybody is asked for a passphrase. */
async function demandKeyFile({ host, words }: CliContext, file: string): Promise<void> {
  const found = await readKeyringFile(host.keyring(file)).catch((cause: unknown) => {
    if (!(cause instanceof Refusal && cause.code === 'keyring-malformed')) throw cause;
    throw new Refusal('cbor-malformed', { expected: words.fileKind.backupKey }, { cause });
  });
  if (found === null) throw new Refusal('file-missing', { file });
}

/** @throws Refusal `date-malformed` */
function asOf({ timeZone }: CliContext, values: Values): number | null {
  const text = values.text('as-of');
  return text === null ? null : parseInstant(text, timeZone, '--as-of').instant;
}

/** @throws Refusal `option-unknown` where it is no organisation's id */
function foundingFrom(values: Values): { founding?: Uint8Array } {
  const text = values.text('founding');
  if (text === null) return {};
  const founding = organisationTyped(text);
  if (founding === null) throw new Refusal('option-unknown', { option: '--founding', value: text.slice(0, 80), words: '32 × 0-9 a-f' });
  return { founding };
}

export function watchOf({ output, words, locale, stop }: CliContext): BackupWatch {
  return {
    stop,
    progress: ({ rows, blobs, written }: BackupProgress) =>
      output.progress(fill(words.backup.progress, { rows, blobs, ...(written !== undefined && { size: formatSize(written, locale) }) })),
  };
}
