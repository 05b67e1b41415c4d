/**
 * Two real station processes, hub and post, joined by one TLS link on loopback, with the devices that a dispatch needs. The
 * post can be started after sealing, so that sealing and transfer are measured apart, as the peers' are.
 */

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startStation, type StationChild } from '#app/practice/child.ts';
import { makeRequest } from '#cli/commands/device-request.ts';
import { addMember } from '#cli/commands/person-add.ts';
import { admit } from '#cli/commands/station-admit.ts';
import { deviceCode, initOrganisation } from '#cli/commands/station-init.ts';
import { invite } from '#cli/commands/station-invite.ts';
import { join, takeAdmission } from '#cli/commands/station-join.ts';
import type { CliContext } from '#cli/context.ts';
import { type OpenedDevice, openDevice } from '#cli/device.ts';
import { proposePlans } from '#cli/registrar.ts';
import type { Session } from '#client/session.ts';
import type { Right } from '#wire/directory.ts';

const PASSPHRASE = 'mật khẩu đo tốc độ';
const ALL_RIGHTS: Right[] = ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys'];
const PORTS = { hub: { api: 55_101, link: 55_102 }, post: { api: 55_103, link: 55_104 } };

export const HUB_OFFICE = 'vp';
export const POST_OFFICE = 'don';

export interface TwoStations {
  /** Writes, numbers, seals, sends. */
  readonly drafter: Session;
  /** Approves and signs. */
  readonly signatory: Session;
  readonly hubData: string;
  readonly postData: string;
  /** Resolves with the post's ready line; it calls the hub by itself. */
  startPost(): Promise<void>;
  /** Its clerk's device. */
  openPost(): Promise<Session>;
  startSeconds(): Promise<number>;
  /** Greatest resident memory so far, MiB: this process, which is the devices, and both stations. */
  peakMib(): Record<string, number>;
  close(): Promise<void>;
}

export async function twoStations(context: CliContext, folder: string): Promise<TwoStations> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => path.join(folder, name);
  await initOrganisation(context, {
    data: at('hub'), home: at('clerk'), root: at('root'), organisation: 'Tỉnh đo tốc độ', station: 'hub', site: 'Trung tâm',
    office: { code: HUB_OFFICE, name: 'Văn phòng', symbol: 'VP' },
    position: { code: 'clerk', title: 'Văn thư', rights: ALL_RIGHTS }, person: { code: 'anh', name: 'Nguyễn Thị Ánh' },
    passphrase: PASSPHRASE, rootPassphrase: PASSPHRASE, apiPort: PORTS.hub.api, linkPort: PORTS.hub.link,
  });
  const children = { hub: await startStation(at('hub'), PORTS.hub, at('hub.log')), post: null as StationChild | null };
  const devices: OpenedDevice[] = [];
  const open = async (home: string): Promise<OpenedDevice> => {
    const device = await openDevice(context, at(home), PASSPHRASE);
    devices.push(device);
    return device;
  };
  const clerk = await open('clerk');
  await joinPost(context, clerk, at);
  await addSignatory(context, clerk, at('signatory'), children.hub.url);
  const signatory = await open('signatory');
  const start = async () => (children.post = await startStation(at('post'), PORTS.post, at('post.log')));
  return {
    drafter: clerk.session, signatory: signatory.session, hubData: at('hub'), postData: at('post'),
    startPost: async () => void (await start()),
    openPost: async () => (await open('post-clerk')).session,
    peakMib: () => ({ device: peakOf(process.pid), hub: peakOf(children.hub.pid), post: children.post === null ? 0 : peakOf(children.post.pid) }),
    startSeconds: async () => {
      await children.post?.stop();
      const began = performance.now();
      await start();
      return (performance.now() - began) / 1_000;
    },
    close: async () => {
      for (const device of devices.toReversed()) await device.close();
      await children.post?.stop();
      await children.hub.stop();
    },
  };
}

/** NaN where there is no /proc. */
function peakOf(pid: number): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readStatus(pid)) ?? [];
  return kib === undefined ? Number.NaN : Number(kib) / 1_024;
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

async function joinPost(context: CliContext, clerk: OpenedDevice, at: (name: string) => string): Promise<void> {
  const invited = await invite(context, clerk, {
    station: 'post', site: 'Đồn', neighbour: 'hub', address: `127.0.0.1:${PORTS.hub.link}`, days: 1,
  });
  const member = {
    home: at('post-clerk'), person: 'thao', name: 'Lò Thị Thảo', device: deviceCode('thao'), office: POST_OFFICE, position: 'post-clerk', passphrase: PASSPHRASE,
  };
  const asked = await join(context, {
    data: at('post'), invitation: invited.bytes, code: invited.code, address: undefined, apiPort: PORTS.post.api, linkPort: PORTS.post.link, member,
  });
  const admitted = await admit(context, clerk, {
    request: asked.request, fingerprint: asked.fingerprint,
    office: { office: POST_OFFICE, name: 'Đồn', symbol: 'Đ' },
    position: { position: 'post-clerk', title: 'Trực ban', rights: ALL_RIGHTS },
  });
  await takeAdmission(context, at('post'), admitted.bytes);
}

async function addSignatory(context: CliContext, clerk: OpenedDevice, home: string, url: string): Promise<void> {
  const rights: Right[] = ['approve', 'sign'];
  await proposePlans(context, clerk, [{ kind: 'position', body: { position: 'chief', office: HUB_OFFICE, title: 'Chánh Văn phòng', rights } }]);
  const { request } = await makeRequest(context, {
    home, url, person: 'minh', name: 'Hoàng Văn Minh', device: deviceCode('minh'), sealFor: undefined, passphrase: PASSPHRASE,
  });
  await addMember(context, clerk, 'chief', request);
}
