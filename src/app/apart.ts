/** A command that goes on in a process of its own: told its secret by a pipe, waited for until its first line. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Refusal, type RefusalDetail } from '#core/refusals.ts';

const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');
/** Half a minute is not enough where much else runs, or the disk is slow. */
const READY_MS_MAX = 120_000;

/** @throws Refusal what it said when it would not start */
export function startApart(argv: readonly string[], secret: string): Promise<void> {
  // Its folder is the root's: it keeps no file system from being taken away.
  const child = spawn(process.execPath, [TRAM, ...argv], { detached: true, stdio: ['pipe', 'pipe', 'ignore'], cwd: '/' });
  child.stdin.on('error', () => undefined).end(secret);
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => child.kill('SIGKILL'), READY_MS_MAX);
    const end = (): void => {
      clearTimeout(late);
      child.removeAllListeners();
      child.stdout.removeAllListeners().destroy();
      child.unref();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [line, ...rest] = said.split('\n');
      if (rest.length === 0) return;
      const refusal = refusalIn(line!);
      end();
      if (refusal === null) resolve();
      else reject(refusal);
    });
    child.once('close', () => {
      end();
      reject(new Refusal('agent-unavailable'));
    });
  });
}

function refusalIn(line: string): Refusal | null {
  const { error } = JSON.parse(line) as { error?: { code: Refusal['code']; detail?: RefusalDetail } };
  return error === undefined ? null : new Refusal(error.code, error.detail ?? {});
}
