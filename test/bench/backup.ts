/**
 * What a backup costs a station at work, and how long it takes to come back: whole, again after little has changed, verified,
 * restored; beside tar and age over the stopped folder, which know nothing of what they copy.
 */
import path from 'node:path';
import { writeDraft } from '#client/dispatch/outgoing.ts';
import type { BackupKey, BackupWatch } from '#cli/backup-host.ts';
import { recipientOf } from '#client/keyring/backup-key.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { nodeFiles } from '#platform/node/files.ts';
import { nodeBackups } from '../../src/app/backup/host.ts';
import { HUB_OFFICE, POST_OFFICE, twoStations } from '../fixtures/two-stations.ts';
import { quietContext } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { command, timed } from './measure.ts';
import type { Inputs } from './peers.ts';
import { sealTogether } from './product.ts';

export interface BackupFigures {
  readonly seconds: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly bytes: number;
  readonly dispatches: number;
}

const WATCH: BackupWatch = { stop: new AbortController().signal, progress: () => {} };

export async function measureBackup(inputs: Inputs): Promise<BackupFigures> {
  const folder = path.join(inputs.folder, 'backup');
  const stations = await twoStations(quietContext(), folder);
  const secret = await nodeCrypto.kem.generateSecret();
  const key: BackupKey = { secret };
  const recipient = await recipientOf(nodeCrypto, secret, 0);
  const data = stations.data.hub;
  const to = path.join(folder, 'kept');
  const seconds: Record<string, number> = {};
  try {
    await sealTogether(stations, inputs.small);
    const { drafter } = stations;
    const file = await nodeFiles(inputs.folder).open(inputs.big);
    await writeDraft(drafter, {
      office: HUB_OFFICE, documentType: 'Công điện', subject: 'Tệp lớn', text: '', classification: 'none', exercise: true,
      attachments: [{ file, mediaType: 'application/octet-stream' }], recipients: [{ to: { office: POST_OFFICE }, role: 'action', precedence: 'routine' }],
    });
    let made = await nodeBackups.list(to).catch(() => []);
    let rows = 0;
    const back = async (name: string): Promise<void> => {
      seconds[name] = await timed(async () => { ({ rows } = await nodeBackups.make({ data, to, recipient, keep: null }, WATCH)); });
    };
    await back('backup, the first, of a running station');
    await sealTogether(stations, inputs.small.slice(0, 16));
    await back('backup again, after 16 dispatches');
    made = await nodeBackups.list(to);
    seconds['verify: restored aside and audited'] = await timed(() => nodeBackups.verify({ ...key, from: to, at: null }, WATCH));
    seconds['restore'] = await timed(() => nodeBackups.restore({ ...key, from: to, at: null, data: path.join(folder, 'restored') }, WATCH));
    await stations.stop('hub');
    if ((await want('age', 'npm run bench, tar and age')) !== null) tarAndAge(folder, data, seconds);
    return { seconds, rows, bytes: made.at(-1)!.bytes, dispatches: inputs.small.length + 16 };
  } finally {
    await stations.close();
  }
}

function tarAndAge(folder: string, data: string, seconds: Record<string, number>): void {
  const [identity, archive, out] = ['age.key', 'hub.tar.age', 'untarred'].map((name) => path.join(folder, name)) as [string, string, string];
  const shell = (script: string): number => {
    const began = process.hrtime.bigint();
    command('/bin/sh', ['-c', script]);
    return Number(process.hrtime.bigint() - began) / 1e9;
  };
  command('age-keygen', ['-o', identity]);
  seconds['tar and age, over the stopped folder'] = shell(`tar -C '${data}' -c . | age -e -i '${identity}' > '${archive}' && sync '${archive}'`);
  seconds['age and tar back'] = shell(`mkdir '${out}' && age -d -i '${identity}' '${archive}' | tar -C '${out}' -x`);
}

export function backupTable({ seconds, rows, bytes, dispatches }: BackupFigures): string {
  return [
    '| backup and restore | s |', '| --- | --- |', ...Object.entries(seconds).map(([name, value]) => `| ${name} | ${value.toFixed(2)} |`), '',
    `${dispatches} dispatches, ${rows} rows, ${(bytes / 2 ** 20).toFixed(0)} MiB in the newest backup`,
  ].join('\n');
}
