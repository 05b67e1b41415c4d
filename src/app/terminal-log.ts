/**
 * The log where it goes to a terminal: a person reads there, so each line says time, what and fields instead of JSON, and
 * none comes before the station has said that it runs, or that it stands still and why.
 */
import type { LogSink } from './log-sink.ts';

/** @param write takes whole lines @param time as a person reads it, of an ISO time */
export function terminalLog(write: (line: string) => void, time: (iso: string) => string): LogSink {
  let held: string[] | null = [];
  const letGo = (): void => {
    const lines = held ?? [];
    held = null;
    for (const line of lines) write(line);
  };
  return {
    write(line) {
      const plain = plainLine(line, time);
      if (held === null) write(plain);
      else held.push(plain);
    },
    lost: () => 0,
    begun: letGo,
    close: letGo,
  };
}

/** `29/11/2026 02:39:00  warn  not-reopened  room=incarnations`; what is no line of the log as it is. */
function plainLine(line: string, timeText: (iso: string) => string): string {
  try {
    const { time, level, what, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const told = Object.entries(fields).map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(' < ') : String(value)}`);
    return `${[timeText(String(time)), level, what, ...told].join('  ')}\n`;
  } catch {
    return line;
  }
}
