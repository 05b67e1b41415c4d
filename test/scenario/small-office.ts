/**
 * One station in this process with one office and three people, founded by the commands themselves: an author who may
 * do everything, a signatory, and somebody of another office.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeHost } from '../../src/app/compose-node.ts';
import { freePorts } from '../../src/app/free-ports.ts';
import type { CliContext } from '../../src/cli/context.ts';
import type { RunningStation } from '../../src/cli/station-host.ts';
import { databaseOption } from '../fixtures/disks.ts';
import { quietContext, tramJson } from './command-line.ts';

export interface SmallOffice {
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  /** Where other stations reach it. */
  readonly linkPort: number;
  /** Options that name a person's device: `as('anh')`. */
  as(person: string): string[];
  file(name: string, content: string | Uint8Array): string;
  start(): Promise<RunningStation>;
  stop(): Promise<void>;
}

export const PASSPHRASE = 'mật khẩu thực hành';

/** @param context of the commands that found it */
export async function smallOffice(context: () => CliContext = quietContext): Promise<SmallOffice> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tram-office-'));
  const [port, linkPort] = [await freePort(), await freePort()];
  const data = path.join(folder, 'station');
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const passphrase = file('passphrase', `${PASSPHRASE}\n`);
  const as = (person: string): string[] => ['--home', path.join(folder, person), '--passphrase-file', passphrase];
  let running: RunningStation | null = null;
  const office: SmallOffice = {
    folder, data, port, linkPort, as, file,
    start: async () => (running = await nodeHost.start(data, { api: port, link: linkPort })),
    stop: async () => {
      await running?.stop();
      running = null;
    },
  };
  await tramJson([
    'station', 'init', ...as('anh'), '--root-passphrase-file', passphrase, '--data', data, '--root', path.join(folder, 'root'),
    '--organisation', 'Tỉnh thực hành', '--code', 'hub', '--site', 'Sở chỉ huy', '--office', 'vp', '--office-name', 'Văn phòng',
    '--symbol', 'UBND-VP', '--person', 'anh', '--person-name', 'Nguyễn Thị Ánh', '--port', String(port), '--link-port', String(linkPort),
    ...(await databaseOption()), '--rights', 'draft,approve,sign,dispatch,receive,hand-over,keys',
  ], context());
  await office.start();
  const add = (...words: string[]) => tramJson([...words, ...as('anh')], context());
  await add('office', 'add', '--office', 'qs', '--name', 'Ban Quân sự', '--symbol', 'BQS', '--at', 'hub');
  await add('position', 'add', '--position', 'pct', '--office', 'vp', '--title', 'Phó Chủ tịch', '--rights', 'approve,sign');
  await add('position', 'add', '--position', 'qs-vt', '--office', 'qs', '--title', 'Văn thư', '--rights', 'draft,receive,dispatch,keys,hand-over');
  const person = (code: string, name: string, position: string) => add(
    'person', 'add', '--person', code, '--name', name, '--position', position, '--device', path.join(folder, code), '--device-passphrase-file', passphrase);
  await person('khue', 'Đặng Ngọc Khuê', 'pct');
  await person('minh', 'Lò Văn Minh', 'qs-vt');
  await tramJson(['office', 'keys', ...as('minh')], context());
  return office;
}

export async function closeOffice(office: SmallOffice): Promise<void> {
  await office.stop();
  rmSync(office.folder, { recursive: true, force: true });
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}
