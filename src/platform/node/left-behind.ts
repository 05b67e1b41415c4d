/**
 * What passes and is not to be kept bears who made it: `<name>-<pid>-<random>`. A process that was killed cannot take its own
 * away; the next one does, and only what bears that name and belongs to this user.
 */
import { lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';

/** @param isLeft of what bears the name, by what it is, who made it and where it stands @param user whose it must be */
export function removeLeftBehind(parent: string, name: string, isLeft: (found: Stats, pid: number, place: string) => boolean, user = process.getuid?.()): void {
  for (const one of readdirSync(parent)) {
    const pid = one.startsWith(`${name}-`) ? /^(\d+)-/.exec(one.slice(name.length + 1))?.[1] : undefined;
    if (pid === undefined) continue;
    const place = path.join(parent, one);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found?.uid === user && found !== undefined && isLeft(found, Number(pid), place)) rmSync(place, { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
