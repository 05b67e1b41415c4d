/**
 * A province loses its hub, which numbers, relays and keeps the directory: kill -9, under load. The warm standby becomes the
 * hub; what the last backup lacked is given back or named; the root signs a term offline, and from then on nobody believes
 * the old machine, which stops by itself when it comes back.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { signPlans } from '#client/directory/admission.ts';
import { propose } from '#client/directory/registrar-desk.ts';
import { signer } from '#client/signers.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { type StationChild, startStation } from '../../src/app/practice/child.ts';
import { withDevice } from '../../src/cli/device.ts';
import { Values } from '../../src/cli/values.ts';
import { auditHolds, type KeptProvince, keptProvince } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from './command-line.ts';

const HUB = 'trung-tam';
const TRAM = path.join(import.meta.dirname, '../../bin/tram.mjs');

describe('a hub that is lost, and its standby', () => {
  let province: KeptProvince;
  let hub: StationChild;
  let old: string;
  let standby: string;
  let backups: string;
  let key: string;
  const at = (...parts: string[]): string => path.join(province.folder, ...parts);
  const passphrase = (): string[] => ['--key-passphrase-file', at('kept', 'mat-khau', 'anh')];
  const startHub = async (data: string): Promise<StationChild> => {
    const { apiPort, linkPort } = JSON.parse(readFileSync(path.join(data, 'station.json'), 'utf8')) as { apiPort: number; linkPort: number };
    return startStation(data, { api: apiPort, link: linkPort }, at('hub.log'));
  };
  const following: ChildProcess[] = [];
  const run = (...argv: string[]): ChildProcess => {
    const child = spawn(process.execPath, [TRAM, ...argv, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    following.push(child);
    return child;
  };
  const follow = (): ChildProcess => run('standby', '--folder', backups, '--key', key, ...passphrase(), '--data', standby, '--every', '1s');
  const killed = (child: ChildProcess): Promise<void> => new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
  /** Killed as soon as it has come so far, or ended by itself. */
  const killedWhen = async (child: ChildProcess, isSoFar: () => boolean): Promise<void> => {
    await until(() => isSoFar() || child.exitCode !== null);
    await killed(child);
  };
  const directorySize = async (person: string): Promise<number> => (await tramJson<{ size: number }>(['directory', ...province.as(person)])).size;
  const arrived = async (dispatch: string): Promise<boolean> => (await province.lines('inbox', ...province.as('thao'))).some((line) => line.dispatch === dispatch);
  const number = ({ number: text }: { number: string }): number => Number(text.split('/')[0]);
  /** Signed by the registrar, brought to the station of the post: from there it goes to whoever sequences, and comes back. */
  const proposeAtLeaf = async (plan: EntryPlan): Promise<void> => {
    const context = quietContext();
    const values = (person: string): Values => new Values({ home: at('kept', 'may', person), 'passphrase-file': at('kept', 'mat-khau', person) });
    const entries = await withDevice(context, values('anh'), async ({ session }) => {
      const registrar = await signer(context.provider, session.ring, session.view, { kind: 'registrar' });
      return signPlans({ crypto: context.provider, random: context.random, organisation: session.view.organisation, now: context.clock.now() }, [registrar], [plan], session.view.point);
    });
    assert.equal((await withDevice(context, values('thao'), ({ session }) => propose(session, entries))).outcome, 'sequenced');
  };
  let numbered: { dispatch: string; number: string }[];
  let lost: { dispatch: string; number: string };

  before(async () => {
    province = await keptProvince();
    old = province.data(HUB);
    standby = at('du-phong');
    backups = at('sao-luu');
    key = at('usb', 'sao-luu.cbor');
    hub = await startHub(old);
    for (const code of ['chuyen-tiep', 'don'] as const) await province.start(code);
    await tramJson(['backup', 'key', '--out', key, ...passphrase()]);
  });
  after(async () => {
    for (const child of following) await killed(child);
    await hub.kill();
    await province.close();
  });

  it('is backed up all the time and followed, through kills of what follows', async () => {
    const stop = new AbortController();
    const context = quietContext('vi', stop.signal);
    const backing = tram(['backup', '--data', old, '--folder', backups, '--recipient', `${key}.pub`, '--every', '1s'], context);
    await until(async () => existsSync(path.join(backups, 'tram-backup')) && context.said.length > 0);
    numbered = [];
    // Before and after the first rows of a backup are in.
    for (const [index, name] of ['standby.json', 'tram.db'].entries()) {
      const child = follow();
      numbered.push(await province.send(`Công điện số ${12 + index}`));
      await killedWhen(child, () => existsSync(path.join(standby, name)));
    }
    for (const { dispatch } of numbered) await until(() => arrived(dispatch));
    const runs = context.said.length;
    await until(async () => context.said.length >= runs + 2);
    stop.abort();
    assert.equal((await backing).code, 0);
    // After the last backup: numbered, sent, arrived, and nothing of it in any backup.
    lost = await province.send('Công điện sau bản sao lưu cuối cùng');
    await until(() => arrived(lost.dispatch));
    const { held } = await tramJson<{ held: { name: string } }>(['standby', '--folder', backups, '--key', key, ...passphrase(), '--data', standby, '--once']);
    const { backups: all } = await tramJson<{ backups: { name: string }[] }>(['backup', 'list', '--folder', backups]);
    assert.equal(held.name, all.at(-1)!.name);
  });

  it('the standby is no station while it is one', async () => {
    const { code, error } = await tram(['station', 'start', '--data', standby]);
    assert.equal(code, 1);
    assert.match(error, /tram promote/);
  });

  it('is killed, and the standby promoted, through kills of the promotion', async () => {
    await hub.kill();
    const promote = ['promote', '--data', standby, '--key', key, ...passphrase()];
    // When it is known from which backup it goes on, and when the folder has an identity.
    const mark = path.join(standby, 'standby.json');
    for (const isSoFar of [() => !existsSync(mark) || readFileSync(mark, 'utf8').includes('"snapshot"'), () => existsSync(path.join(standby, 'identity.json'))]) {
      if (existsSync(mark)) await killedWhen(run(...promote), isSoFar);
    }
    // What was quicker than the look has promoted it; then there is no standby any more.
    if (existsSync(path.join(standby, 'standby.json'))) await tramJson(promote);
    assert.equal(existsSync(path.join(standby, 'standby.json')), false);
    await auditHolds(standby);
    hub = await startHub(standby);
  });

  it('dispatches go on, no number comes twice, and what is lost is named', async () => {
    const next = await province.send('Công điện từ trạm dự phòng');
    assert.ok(number(next) > number(lost), `${next.number} after ${lost.number}`);
    await until(() => arrived(next.dispatch));
    await until(async () => {
      const { dispatches } = await tramJson<{ dispatches: { dispatch: string }[] }>(['station', 'losses', '--data', standby]);
      return dispatches.some((one) => one.dispatch === lost.dispatch);
    });
    const register = await province.lines('register', '--sent', ...province.as('anh'));
    for (const { dispatch } of numbered) assert.ok(register.some((line) => line.dispatch === dispatch), 'what was backed up is there');
  });

  it('takes no directory entry before the root has signed a term', async () => {
    const { code, error } = await tram(['list', 'add', ...province.as('anh'), '--code', 'bien-gioi', '--name', 'Các đồn biên giới', '--offices', 'don']);
    assert.equal(code, 1);
    assert.match(error, /nhiệm kỳ do khóa gốc ký/);
  });

  it('is given a term by the holders of the root, offline, and sequences from then on, for a leaf too', async () => {
    const root = ['--root', at('kept', 'khoa-goc'), '--root-passphrase-file', at('kept', 'mat-khau', 'khoa-goc')];
    const request = path.join(standby, 'term.request');
    const signed = at('nhiem-ky.muc');
    const wrong = await tram(['term', ...root, '--request', request, '--fingerprint', '0000 0000', '--out', signed]);
    assert.notEqual(wrong.code, 0);
    const { fingerprint } = await tramJson<{ fingerprint: string }>(['promote', '--data', standby]);
    await tramJson(['term', ...root, '--request', request, '--fingerprint', fingerprint, '--out', signed]);
    await tramJson(['promote', '--data', standby, '--term', signed]);
    const known = await directorySize('thao');
    await hub.stop();
    hub = await startHub(standby);
    await until(async () => (await directorySize('thao')) > known);
    await tramJson(['list', 'add', ...province.as('anh'), '--code', 'bien-gioi', '--name', 'Các đồn biên giới', '--offices', 'don']);
    const size = await directorySize('anh');
    await proposeAtLeaf({ kind: 'list', body: { list: 'vung-cao', name: 'Vùng cao', offices: ['don'] } });
    await until(async () => (await directorySize('anh')) > size && (await directorySize('thao')) > size);
  });

  it('the old machine comes back, stops by itself, numbers nothing and sequences nothing', async () => {
    await hub.stop();
    hub = await startHub(old);
    await until(async () => {
      const ran = await tram(['draft', ...province.as('khue'), '--to', 'don', '--subject', 'Kiếp cũ']);
      return ran.code !== 0 && /dự phòng/.test(ran.error);
    });
    const { code } = await tram(['list', 'add', ...province.as('anh'), '--code', 'rieng', '--name', 'Riêng', '--offices', 'don']);
    assert.notEqual(code, 0);
    await hub.stop();
    await auditHolds(old);
    hub = await startHub(standby);
    const last = await province.send('Công điện sau cùng');
    await until(() => arrived(last.dispatch));
  });

  it('and every folder audits', async () => {
    await hub.stop();
    for (const code of ['chuyen-tiep', 'don'] as const) await province.stop(code);
    for (const data of [standby, province.data('chuyen-tiep'), province.data('don')]) await auditHolds(data);
  });
});
