/** What takes the lines of a station's log, wherever they go. */

export interface LogSink {
  readonly write: (line: string) => void;
  /** How many lines were lost so far. */
  readonly lost: () => number;
  /** Whoever started the station was told how it runs. */
  begun(): void;
  close(): void;
}
