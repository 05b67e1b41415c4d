/**
 * The newest lines of the log, in memory: what a registrar reads of it from afar. Bounded, and lines of level info in a
 * room of their own, so that many requests push out no fault. It has what the log has, of both levels, and nothing else.
 */
import { LOG_LINES_IN_ANSWER_MAX, type LogLine } from '#wire/api/operations.ts';
import { ROUTES } from '#wire/api/routes.ts';
import type { LogLineMade } from './log.ts';

/** Of each: lines of level info, and the others. */
const KEPT_MAX = 1_000;

interface LogTailAnswer {
  readonly lines: readonly LogLine[];
  /** What to ask after next. */
  readonly next: number;
}

export class LogTail {
  readonly #info: LogLine[] = [];
  readonly #others: LogLine[] = [];
  #next = 1;

  keep({ time, level, what, ...fields }: LogLineMade): void {
    // Whoever looks every two seconds would see that they looked.
    if (level === 'info' && fields['route'] === ROUTES.stationLog.path) return;
    const room = level === 'info' ? this.#info : this.#others;
    room.push({ index: this.#next++, time: Date.parse(time), level, what, fields: fields as LogLine['fields'] });
    if (room.length > KEPT_MAX) room.shift();
  }

  /** Lines after an index, the oldest first; where there are more than one answer holds, the newest of them. */
  after(index: number): LogTailAnswer {
    const newer = [...this.#info, ...this.#others].filter((line) => line.index > index).toSorted((a, b) => a.index - b.index);
    return { lines: newer.slice(-LOG_LINES_IN_ANSWER_MAX), next: this.#next - 1 };
  }
}
