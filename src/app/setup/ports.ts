/** Where a real station will listen: where stations usually do, or beside it where another program has that place. */
import { DEFAULT_API_PORT } from '#cli/commands/station-init.ts';
import { freePorts, isFree } from '../free-ports.ts';

export interface SetupPorts {
  readonly api: number;
  readonly link: number;
  /** The usual port, where another program has it or the one after it: then these are others. */
  readonly taken: number | null;
}

/** Stations of one machine stand ten apart, as in the README. */
const STEP = 10;
const TRIES = 10;

/** @param usual the port of the interface; other stations call at the next one */
export async function setupPorts(usual = DEFAULT_API_PORT): Promise<SetupPorts> {
  for (let tried = 0; tried < TRIES; tried++) {
    const api = usual + tried * STEP;
    if (await isFree(api) && await isFree(api + 1)) return { api, link: api + 1, taken: tried === 0 ? null : usual };
  }
  const [api, link] = await freePorts(2);
  return { api: api!, link: link!, taken: usual };
}
