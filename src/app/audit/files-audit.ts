/** The folder's files: nothing that no row speaks of. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DATABASE_FILE } from '#station/kernel/folder-disk.ts';
import type { Findings } from './findings.ts';

const OWN_FILES: readonly string[] = [
  DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`, 'tram.lock', 'tram.lock-journal', 'tram.lock-wal', 'tram.lock-shm',
  'station.json', 'station.key', 'identity.json', 'log.jsonl',
];

export function auditFiles(folder: string, findings: Findings, blobs: ReadonlySet<string>): void {
  const claim = findings.claim('files');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const relative = path.relative(folder, path.join(entry.parentPath, entry.name));
    const [top = '', ...rest] = relative.split(path.sep);
    const isKnown = rest.length === 0 ? OWN_FILES.includes(top)
      : top === 'staging' || (top === 'blobs' && rest.length === 2 && blobs.has(rest[1]!) && rest[0] === rest[1]!.slice(0, 2));
    claim.check(entry.isFile() && isKnown, relative, 'belongs to nothing');
  }
}
