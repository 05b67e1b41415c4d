/**
 * The log: one line of JSON for each thing that happened, made of names from a closed list and of values that cannot
 * hold content: numbers, short codes, and the first 8 bytes of ids. No text that a person or a peer wrote gets in,
 * and no key either, for a value that does not fit its form is written as `?`.
 */
import { hex } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';

/** Every field that a line may have, and its form. */
const FIELDS = {
  room: 'code',
  kind: 'code',
  route: 'route',
  method: 'code',
  reason: 'code',
  key: 'code',
  now: 'code',
  refusal: 'code',
  error: 'name',
  assertion: 'words',
  frames: 'frames',
  state: 'code',
  version: 'code',
  station: 'code',
  office: 'code',
  peer: 'code',
  carrier: 'code',
  precedence: 'code',
  dispatch: 'id',
  fault: 'id',
  incarnation: 'id',
  blob: 'id',
  status: 'number',
  errorNumber: 'number',
  port: 'number',
  size: 'number',
  index: 'number',
  count: 'number',
  bytes: 'number',
  attempts: 'number',
  tookMs: 'number',
  dueMs: 'number',
} as const;

type Form = (typeof FIELDS)[keyof typeof FIELDS];
type ValueOf<F extends Form> = F extends 'number' ? number : F extends 'id' ? Uint8Array : string;
/** Fields set from outside this file: frames and assertions come only from `fault`. */
type OwnFields = 'frames' | 'assertion' | 'error';
type LogFields = {
  readonly [Name in Exclude<keyof typeof FIELDS, OwnFields>]?: ValueOf<(typeof FIELDS)[Name]> | undefined;
};

export interface Log {
  /** @param what a short code such as `link-up` */
  info(what: string, fields?: LogFields): void;
  warn(what: string, fields?: LogFields): void;
  /** Something that is not a refusal: the kind of error and where it was thrown, but not its message. */
  fault(what: string, error: unknown, fields?: LogFields): void;
  /** The same log, each line with these fields too. */
  with(fields: LogFields): Log;
}

interface LogDeps {
  readonly clock: Pick<Clock, 'now'>;
  /** Takes one line, with its newline. */
  readonly write: (line: string) => void;
  /** `warn` leaves out lines of level info; all unless given. */
  readonly level?: 'info' | 'warn';
  /** Takes every line, of both levels, as what it is before it is written. */
  readonly keep?: (line: LogLineMade) => void;
}

/** Names and forms of the closed list, and nothing else. */
export interface LogLineMade extends Readonly<Record<string, unknown>> {
  readonly time: string;
  readonly level: 'info' | 'warn' | 'fault';
  readonly what: string;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/;
const ROUTE = /^[A-Za-z0-9/:._*-]{1,120}$/;
const WORDS = /^[\x20-\x7e]{1,160}$/;
const ID_BYTES = 8;
const FRAMES_MAX = 12;

const FITS: Readonly<Record<Form, (value: unknown) => string | number | readonly string[] | null>> = {
  code: (value) => (typeof value === 'string' && CODE.test(value) ? value : null),
  name: (value) => (typeof value === 'string' && CODE.test(value) ? value : null),
  route: (value) => (typeof value === 'string' && ROUTE.test(value) ? value : null),
  words: (value) => (typeof value === 'string' && WORDS.test(value) ? value : null),
  frames: (value) => (Array.isArray(value) ? (value as string[]) : null),
  id: (value) => (value instanceof Uint8Array ? hex(value.subarray(0, ID_BYTES)) : null),
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null),
};

export function createLog(deps: LogDeps, always: LogFields = {}): Log {
  const write = (level: LogLineMade['level'], what: string, fields: object): void => {
    const isWritten = level !== 'info' || deps.level !== 'warn';
    if (!isWritten && deps.keep === undefined) return;
    const time = new Date(deps.clock.now()).toISOString();
    const line = { time, level, what: String(FITS.code(what) ?? '?'), ...clean({ ...always, ...fields }) };
    if (isWritten) deps.write(`${JSON.stringify(line)}\n`);
    deps.keep?.(line);
  };
  return {
    info: (what, fields = {}) => write('info', what, fields),
    warn: (what, fields = {}) => write('warn', what, fields),
    fault: (what, error, fields = {}) => write('fault', what, { ...fields, ...describeError(error) }),
    with: (fields) => createLog(deps, { ...always, ...fields }),
  };
}

/** A log that keeps nothing, for tests and tools. */
export const silentLog: Log = {
  info() {},
  warn() {},
  fault() {},
  with: () => silentLog,
};

function clean(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = Object.entries(fields).filter(([name, value]) => name in FIELDS && value !== undefined);
  return Object.fromEntries(
    known.map(([name, value]) => [name, FITS[FIELDS[name as keyof typeof FIELDS]](value) ?? '?']),
  );
}

/**
 * A message may quote what it is about: a parser quotes the text, a database the row. Our assertions are constant
 * sentences, so theirs are kept.
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { errcode } = error as { errcode?: unknown };
  return {
    error: error.name,
    refusal: error instanceof Refusal ? error.code : undefined,
    assertion: error.message.startsWith('assertion failed: ') ? error.message : undefined,
    errorNumber: typeof errcode === 'number' ? errcode : undefined,
    frames: framesOf(error.stack ?? ''),
  };
}

/** Function and place, without folders: `runRound store.ts:210:9`. */
function framesOf(stack: string): string[] {
  const frames = stack.matchAll(/^ {4}at (?:(?:async )?([\w.#<>$ ]{1,80}) \()?[^()\n]*?([\w.-]{1,80}:\d+:\d+)\)?$/gm);
  return [...frames].slice(0, FRAMES_MAX).map(([, name, place]) => (name === undefined ? place! : `${name} ${place}`));
}
