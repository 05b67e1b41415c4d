/** How this process stands: its memory, its processor time, and how late its event loop is. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ProcessFigures } from '#station/health/index.ts';
import type { LogSink } from './log-sink.ts';

const NANO = 1e9;
const RESOLUTION_MS = 20;

export interface ProcessWatch {
  readonly figures: () => ProcessFigures;
  stop(): void;
}

export function watchProcess(sink: Pick<LogSink, 'lost'>): ProcessWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const startedAt = Date.now() - performance.now();
  // The histogram holds whole intervals: what exceeds the interval is the delay.
  const late = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / NANO - RESOLUTION_MS / 1_000) : 0);
  return {
    figures() {
      const { rss, heapUsed, external } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const lag = { median: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) };
      delay.reset();
      return {
        startedAt, lag,
        residentBytes: rss, heapUsedBytes: heapUsed, externalBytes: external,
        cpuSeconds: (user + system) / 1e6,
        logLinesLost: sink.lost(),
        runtime: process.version,
      };
    },
    stop: () => void delay.disable(),
  };
}
