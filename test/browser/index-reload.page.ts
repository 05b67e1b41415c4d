/** Runs in the pages' own origin: a register that goes on growing until its page is loaded anew, and what is left of it then. */
import { SCHEMAS_WITHOUT_EVAL } from '../../src/app/pages/no-eval.ts';
import type { OpenRegisters } from '#client/registers/index-desk.ts';
import { webClock } from '#platform/web/clock.ts';
import { registersOf } from '#web/device/registers.ts';
import type { Outside } from '#web/outside.ts';
import { ownScripts, workerOpener } from '../../src/app/pages/workers.ts';
import { deviceWithoutStation, EVERYTHING, type Left, lineAt } from './long-register.ts';

const BATCH = 200;

const registers: Promise<OpenRegisters> = (async () => {
  if (SCHEMAS_WITHOUT_EVAL.jitless !== true) throw new Error('schemas would be compiled');
  const address = document.querySelector<HTMLElement>('[data-index-worker]')!.dataset['indexWorker']!;
  return registersOf(await deviceWithoutStation(), { clock: webClock, registers: workerOpener(address, ownScripts([address])) } as unknown as Outside, true);
})();

/** Never comes to its end: the page is loaded anew while lines are being sealed and written. */
export async function growFrom(first: number): Promise<void> {
  const place = await registers;
  for (let at = first; ; at += BATCH) await place.put(Array.from({ length: BATCH }, (_, i) => lineAt(at + i)));
}

export async function left(): Promise<Left> {
  const place = await registers;
  const kept = await place.kept();
  const rows = await place.all(EVERYTHING);
  const wrong = rows.filter((row) => JSON.stringify(row) !== JSON.stringify(lineAt(row.number!.number - 1))).map(({ number }) => number!.number);
  return { lines: kept?.lines ?? null, total: rows.length, wrong };
}
