/**
 * `tram doctor`: looks at a station's folder, stopped or running, and at the machine around it, changes nothing, and
 * names each fault with its mend. A check that stumbles is a fault of its own, and the others are made all the same.
 */
import { existsSync } from 'node:fs';
import { CHECKS, type CheckName, type DoctorReport, type Finding, FINDINGS } from '#core/findings.ts';
import { Refusal } from '#core/refusals.ts';
import { checkDevice, examineDevice } from './device-checks.ts';
import { type Facts, type Find, readFacts } from './facts.ts';
import { checkClock, checkConfiguration, checkDisk, checkFolder, checkIdentity, checkMachine, checkPorts } from './folder-checks.ts';
import { checkBorders, checkDirectory, checkLinks, checkQueues } from './link-checks.ts';
import { guarded } from './guarded.ts';
import { type DoctorOutside, nodeOutside } from './outside.ts';
import {
  checkBackup, checkCheckpoint, checkDatabase, checkJobs, checkLedger, checkOfficeKeys, checkParts, checkRegistrars,
} from './record-checks.ts';

export type { DoctorOutside };

export interface DoctorOrder {
  /** Null where no station is: then the device is examined alone. */
  readonly data: string | null;
  /** Where a station was looked for, where none was found. */
  readonly folder?: string;
  readonly home: string | null;
  /** Before a certificate or key lapses. */
  readonly days: number;
}

type Check = (facts: Facts, find: Find) => Promise<void> | void;

const STATION_CHECKS: Readonly<Record<Exclude<CheckName, 'device'>, Check>> = {
  folder: checkFolder,
  identity: checkIdentity,
  configuration: checkConfiguration,
  database: checkDatabase,
  disk: checkDisk,
  parts: checkParts,
  clock: checkClock,
  ports: checkPorts,
  directory: checkDirectory,
  ledger: checkLedger,
  checkpoint: checkCheckpoint,
  links: checkLinks,
  borders: checkBorders,
  queues: checkQueues,
  jobs: checkJobs,
  backup: checkBackup,
  'office-keys': checkOfficeKeys,
  registrars: checkRegistrars,
  machine: checkMachine,
};

/** @throws Refusal `data-folder-empty` where there is no folder at all */
export async function examine({ data, home, folder, days }: DoctorOrder, outside: DoctorOutside = nodeOutside): Promise<DoctorReport> {
  if (data === null && home !== null) return examineDevice(home, folder ?? null, outside);
  if (data === null || !existsSync(data)) throw new Refusal('data-folder-empty', data === null ? {} : { folder: data });
  const facts = await readFacts(data, days, outside);
  const findings: Finding[] = [];
  const checked: CheckName[] = [];
  try {
    for (const check of CHECKS) {
      if (check === 'device' && home === null) continue;
      const find: Find = (finding, detail) => void findings.push({ check, finding, level: FINDINGS[finding], detail });
      await guarded(find, () => (check === 'device' ? checkDevice(facts, home!, find) : STATION_CHECKS[check](facts, find)));
      checked.push(check);
    }
  } finally {
    await facts.db?.close();
  }
  const ok = findings.every(({ level }) => level !== 'fault');
  return { ok, station: facts.identity?.station ?? null, running: facts.isRunning, checked, findings };
}
