/** The process of one chore (machine.ts): told what to do, says how it goes, ends. Whoever began it ending ends it too. */
import { Refusal } from '#core/refusals.ts';
import type { Chore } from '#wire/api/operations.ts';
import { nodeBackups, rememberFailure } from '../backup/host.ts';
import { BackupFolder } from '../backup/objects.ts';
import { examine } from '../doctor/index.ts';
import { keepExamination } from './examination.ts';
import { backupFolderOf, type ChoreOrder, type ChoreWord } from './machine.ts';

/** As `tram doctor` does unless it is told otherwise. */
const WARN_DAYS = 30;

const stop = new AbortController();
process.on('message', (word: ChoreOrder | { readonly stop: true }) => {
  if ('stop' in word) stop.abort();
  else void run(word);
});
process.on('disconnect', () => process.exit(1));
// Ctrl-C in the station's terminal is the station's, which then tells us.
process.on('SIGINT', () => undefined);

const WORK: Readonly<Record<Chore, (data: string) => Promise<void>>> = {
  async backup(data) {
    try {
      await backUp(data);
    } catch (error) {
      // Also what is refused before a backup begins: somebody far away waits to hear of it.
      rememberFailure(data, error);
      throw error;
    }
  },
  async doctor(data) {
    keepExamination(data, await examine({ data, home: null, days: WARN_DAYS }));
  },
};

async function backUp(data: string): Promise<void> {
  const backupFolder = backupFolderOf(data);
  if (backupFolder === '') throw new Refusal('backup-folder-unset');
  // The first is made by whoever stands at the machine: where a disk was mounted and is gone, nothing is begun anew.
  BackupFolder.forReading(backupFolder);
  // What is taken away is said at the machine: a session that was borrowed must not thin out backups.
  const order = { data, to: backupFolder, recipient: null, keep: null };
  await nodeBackups.make(order, {
    stop: stop.signal, progress: ({ rows, blobs, written = 0 }) => say({ said: 'progress', progress: { rows, blobs, bytes: written } }),
  });
}

async function run({ chore, data }: ChoreOrder): Promise<void> {
  try {
    await WORK[chore](data);
    end({ said: 'done' });
  } catch (error) {
    if (!(error instanceof Refusal)) process.stderr.write(`${error instanceof Error ? error.name : 'error'} in a chore\n`);
    end(error instanceof Refusal ? { said: 'refused', code: error.code, detail: error.detail } : { said: 'failed' });
  }
}

function say(word: ChoreWord): void {
  process.send!(word);
}

function end(word: ChoreWord): void {
  process.send!(word, () => process.exit(0));
}
