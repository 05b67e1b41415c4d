/**
 * What an audit says of a simulated station: the same claims as `tram audit` makes of a folder, of its database in memory and of its parts,
 * which are copied into a folder for as long as that takes. A station here has no identity file and no configuration, whose claims are left out.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditImage } from '#app/audit/index.ts';
import type { MemoryDisk } from '#station/kernel/memory-disk.ts';
import { filesOf } from './folders.ts';
import type { Site, World } from './world.ts';

/** @returns each fault with its place: none of an honest station, whatever it met */
export async function audit(world: World, site: Site): Promise<string[]> {
  const { code: station, disk } = site;
  const { provider, simulation } = world.depsOf(site, site.alive);
  const data = mkdtempSync(path.join(tmpdir(), 'tram-sim-'));
  try {
    await copyFiles(disk, data);
    const { faults } = await auditImage(disk.image(), { data, station }, { provider, trust: simulation ?? {} });
    return faults.map(({ place, what }) => `${place} ${what}`);
  } finally {
    rmSync(data, { recursive: true });
  }
}

async function copyFiles({ blobs }: MemoryDisk, data: string): Promise<void> {
  for (const file of await filesOf(blobs)) {
    mkdirSync(path.join(data, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(data, file), (await blobs.read(file, 0, Number.MAX_SAFE_INTEGER))!);
  }
}
