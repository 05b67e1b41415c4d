/**
 * Where a station's log goes: standard error, which whoever supervises the process keeps, or a file that is set aside
 * when it has grown to its size. A log that cannot be written stops nothing: lines are lost, counted, and said to be
 * lost as soon as there is room again.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { formatMoment, timeZoneOf } from '#cli/locale.ts';
import type { Configuration } from '#station/kernel/config.ts';
import type { LogSink } from './log-sink.ts';
import { terminalLog } from './terminal-log.ts';

const MEBIBYTE = 2 ** 20;

export interface LogFileOptions {
  readonly file: string;
  readonly bytesMax: number;
  /** With the one that is written. */
  readonly filesMax: number;
}

export function openLogSink(data: string, { logFile, logFileMebibytesMax, logFilesMax }: Configuration): LogSink {
  if (logFile === '') return openErrorSink(process.stderr);
  const file = path.resolve(data, logFile);
  const log = new LogFile({ file, bytesMax: logFileMebibytesMax * MEBIBYTE, filesMax: logFilesMax });
  const reopen = (): void => log.reopen();
  process.on('SIGHUP', reopen);
  return {
    write: (line) => log.write(line),
    lost: () => log.lost,
    begun() {},
    close() {
      process.off('SIGHUP', reopen);
      log.close();
    },
  };
}

/** JSON for whoever supervises the process; plain lines for a person at a terminal. */
export function openErrorSink(stream: Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): unknown }): LogSink {
  const write = (line: string): void => void stream.write(line);
  if (stream.isTTY !== true) return { write, lost: () => 0, begun() {}, close() {} };
  return terminalLog(write, (iso) => formatMoment(Date.parse(iso), timeZoneOf(process.env)), process);
}

/** `tram.log`, and before it `tram.log.1`, `tram.log.2`, …: the higher, the older. Mode 0600. */
export class LogFile {
  readonly #options: LogFileOptions;
  #handle: number | null = null;
  #size = 0;
  #lost = 0;
  /** Lost since the file last took a line: said before the next one. */
  #unsaid = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
    mkdirSync(path.dirname(options.file), { recursive: true, mode: 0o700 });
    this.#open();
  }

  get lost(): number {
    return this.#lost;
  }

  /** @param line with its newline */
  write(line: string): void {
    try {
      if (this.#handle === null) this.#open();
      const bytes = Buffer.from(this.#unsaid === 0 ? line : `${lostLine(this.#unsaid)}${line}`);
      if (this.#size > 0 && this.#size + bytes.length > this.#options.bytesMax) this.#setAside();
      this.#writeAll(bytes);
      this.#unsaid = 0;
    } catch {
      this.#lost += 1;
      this.#unsaid += 1;
    }
  }

  /** Whoever moves the file away by other means (logrotate) says so with SIGHUP. */
  reopen(): void {
    this.close();
    try {
      this.#open();
    } catch {
      // The next line tries again, and counts as lost where it fails.
    }
  }

  close(): void {
    if (this.#handle === null) return;
    const handle = this.#handle;
    this.#handle = null;
    try {
      fsyncSync(handle);
    } catch {
      // A device or a full disk: what was written stays written.
    }
    closeSync(handle);
  }

  /** Half a line is taken back, so that no two ever run together. */
  #writeAll(bytes: Uint8Array): void {
    const handle = this.#handle!;
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(handle, bytes, done);
      this.#size += done;
    } catch (error) {
      if (done > 0) ftruncateSync(handle, this.#size);
      throw error;
    }
  }

  #setAside(): void {
    const { file, filesMax } = this.#options;
    this.close();
    rmSync(`${file}.${filesMax - 1}`, { force: true });
    for (let n = filesMax - 2; n >= 1; n--) renameIfThere(`${file}.${n}`, `${file}.${n + 1}`);
    if (filesMax > 1) renameIfThere(file, `${file}.1`);
    else rmSync(file, { force: true });
    this.#open();
  }

  #open(): void {
    this.#handle = openSync(this.#options.file, 'a', 0o600);
    this.#size = fstatSync(this.#handle).size;
  }
}

function renameIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to);
}

function lostLine(count: number): string {
  return `${JSON.stringify({ level: 'warn', what: 'log-lines-lost', count })}\n`;
}
