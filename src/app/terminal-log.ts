/**
 * The log where it goes to a terminal: a person reads there, so each line says time, what and fields instead of JSON, and
 * what goes well is not told before the station has said that it runs. What does not go well is told at once, with what
 * came before it, and nothing that was held is lost where the process ends on its way.
 */
import type { LogSink } from './log-sink.ts';

/** The end of the process, whichever way it comes; `process`. */
export interface Ending {
  once(event: 'exit', run: () => void): unknown;
  off(event: 'exit', run: () => void): unknown;
}

/** @param write takes whole lines, at once @param time as a person reads it, of an ISO time */
export function terminalLog(write: (line: string) => void, time: (iso: string) => string, ending: Ending): LogSink {
  let held: string[] | null = [];
  const letGo = (): void => {
    ending.off('exit', letGo);
    const lines = held ?? [];
    held = null;
    for (const line of lines) write(line);
  };
  ending.once('exit', letGo);
  return {
    write(line) {
      const { text, isWell } = plainLine(line, time);
      if (!isWell) letGo();
      if (held === null) write(text);
      else held.push(text);
    },
    lost: () => 0,
    begun: letGo,
    close: letGo,
  };
}

/** `29/11/2026 02:39:00  warn  not-reopened  room=incarnations`; what is no line of the log as it is. */
function plainLine(line: string, timeText: (iso: string) => string): { readonly text: string; readonly isWell: boolean } {
  try {
    const { time, level, what, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const told = Object.entries(fields).map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(' < ') : String(value)}`);
    return { text: `${[timeText(String(time)), level, what, ...told].join('  ')}\n`, isWell: level === 'info' };
  } catch {
    return { text: line, isWell: false };
  }
}
