/**
 * What one dispatch of 2 KiB weighs on the wire of each link that it crosses, TLS and all, over one hop and over three, and
 * what NNCP sends for the same. Bytes, not times: a proxy stands on every link and counts what crosses it each way.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startStation } from '#app/practice/child.ts';
import { foundProvince, type Province } from '#app/practice/founding.ts';
import { freePorts } from '#app/free-ports.ts';
import { HUB, HUB_OFFICE, POST } from '#app/practice/places.ts';
import { Proxy } from '#app/practice/proxy.ts';
import { deviceCode } from '#cli/commands/station-init.ts';
import { admit } from '#cli/commands/station-admit.ts';
import { invite } from '#cli/commands/station-invite.ts';
import { join, takeAdmission } from '#cli/commands/station-join.ts';
import type { CliContext } from '#cli/context.ts';
import { approveDraft, sendDraft, signDraft, writeDraft } from '#client/dispatch/outgoing.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { PASSPHRASE } from '../fixtures/two-stations.ts';
import { quietContext } from '../scenario/command-line.ts';
import { median } from './measure.ts';
import { nncpNodes, withDaemon } from './peers.ts';

const PAYLOAD_BYTES = 2_048;
const TIMES = 5;
/** One after the other without a pause: what links say to each other about their ledgers goes once for all of them. */
const MANY = 16;
/** Receipts ride home a moment later, and what nobody waits for later still. */
const QUIET_MS = 2_000;
/**
 * FIPS 204: an ML-DSA-65 signature has 3,309 bytes; author, approver, signatory, office and station sign. FIPS 203: ML-KEM-768 encapsulates
 * in 1,088; the recipient's stanza has one.
 */
const POST_QUANTUM_BYTES = 5 * 3_309 + 1_088;
const BUDGET_BYTES = 480;

interface Crossing {
  readonly forth: number;
  readonly back: number;
}

interface Weighed {
  readonly alone: Crossing;
  /** Each of many. */
  readonly ofMany: Crossing;
}

export interface WireFigures {
  /** One entry for each link on the way, the origin's first. */
  readonly oneHop: readonly Weighed[];
  readonly threeHops: readonly Weighed[];
  /** Null where NNCP is not installed. */
  readonly nncp: Crossing | null;
}

export async function measureWire(folder: string, hasNncp: boolean): Promise<WireFigures> {
  mkdirSync(folder, { recursive: true });
  return { ...(await ours(path.join(folder, 'tram'))), nncp: hasNncp ? await theirs(path.join(folder, 'nncp')) : null };
}

async function ours(folder: string): Promise<Omit<WireFigures, 'nncp'>> {
  const context = quietContext();
  const province = await foundProvince(context, folder);
  const leaves: Leaf[] = [];
  try {
    const near = await addLeaf(context, province, { station: 'ke-ben', neighbour: HUB.station, link: province.hub.ports.link });
    leaves.push(near);
    const far = await addLeaf(context, province, { station: 'tan-cung', neighbour: POST.station, link: province.post.ports.link });
    leaves.push(far);
    for (const { session } of [province.devices.drafter, province.devices.signatory, province.devices.clerk]) await session.begin();
    return {
      oneHop: await weighed(province, near.station, [near.proxy]),
      threeHops: await weighed(province, far.station, [province.lowlands, province.mountains, far.proxy]),
    };
  } finally {
    for (const leaf of leaves.toReversed()) await leaf.close();
    await province.close();
  }
}

interface Leaf {
  readonly station: string;
  readonly proxy: Proxy;
  close(): Promise<void>;
}

/** A station with an office of the same code behind a station of the province. */
async function addLeaf(context: CliContext, { folder, devices: { clerk } }: Province, { station, neighbour, link }: { station: string; neighbour: string; link: number }): Promise<Leaf> {
  const [apiPort, linkPort] = await freePorts(2) as [number, number];
  const proxy = await Proxy.listen(link);
  const data = path.join(folder, station);
  const invited = await invite(context, clerk, { station, site: station, neighbour, address: `127.0.0.1:${proxy.port}`, days: 1 });
  const member = { home: path.join(folder, 'may', station), person: station, name: 'Người Trực', device: deviceCode(station), office: station, position: `${station}-vt`, passphrase: PASSPHRASE };
  const asked = await join(context, { data, invitation: invited.bytes, code: invited.code, address: undefined, apiPort, linkPort, member });
  const admitted = await admit(context, clerk, {
    request: asked.request, fingerprint: asked.fingerprint, office: { office: station, name: station, symbol: station.toUpperCase() },
    position: { position: member.position, title: 'Văn thư', rights: ['receive', 'keys', 'hand-over'] },
  });
  await takeAdmission(context, data, admitted.bytes);
  const child = await startStation(data, { api: apiPort, link: linkPort }, path.join(folder, `${station}.log`));
  return {
    station, proxy,
    close: async () => {
      await child.stop();
      await proxy.close();
    },
  };
}

async function weighed(province: Province, office: string, links: readonly Proxy[]): Promise<Weighed[]> {
  // The first brings what both ends then have: it is no measure of the next.
  await sendingOf(province, office, links, 1);
  const alone: Crossing[][] = [];
  for (let time = 0; time < TIMES; time++) alone.push(await sendingOf(province, office, links, 1));
  const ofMany = await sendingOf(province, office, links, MANY);
  const middle = (i: number, way: keyof Crossing): number => median(alone.map((run) => run[i]![way]));
  return links.map((_, i) => ({ alone: { forth: middle(i, 'forth'), back: middle(i, 'back') }, ofMany: ofMany[i]! }));
}

/** What each of so many dispatches weighs on each link. */
async function sendingOf({ devices: { drafter, signatory, clerk } }: Province, office: string, links: readonly Proxy[], count: number): Promise<Crossing[]> {
  const signed: string[] = [];
  for (let i = 0; i < count; i++) {
    const { id } = await writeDraft(drafter.session, {
      office: HUB_OFFICE.code, documentType: 'Công điện', subject: 'Cân', text: randomBytes(PAYLOAD_BYTES / 2).toString('hex'), classification: 'none', exercise: true,
      attachments: [], recipients: [{ to: { office }, role: 'action', precedence: 'routine' }],
    });
    await approveDraft(signatory.session, id);
    await signDraft(signatory.session, id);
    signed.push(id);
  }
  await quiet(links);
  const before = links.map(crossed);
  let dispatch = '';
  for (const id of signed) ({ dispatch } = await sendDraft(clerk.session, id));
  while (!(await traceDispatch(clerk.session, dispatch)).receipts.some(({ kind }) => kind === 'arrived')) await delay(100);
  await quiet(links);
  return links.map((link, i) => ({ forth: Math.round((crossed(link).forth - before[i]!.forth) / count), back: Math.round((crossed(link).back - before[i]!.back) / count) }));
}

/** The stations further out call the ones nearer the hub. */
function crossed({ toCaller, toTarget }: Proxy): Crossing {
  return { forth: toCaller.wire, back: toTarget.wire };
}

async function quiet(links: readonly Proxy[]): Promise<void> {
  const sum = (): number => links.reduce((total, { wireBytes }) => total + wireBytes, 0);
  for (let last = -1; last !== sum();) {
    last = sum();
    await delay(QUIET_MS);
  }
}

/** One message more or less in a call: the difference is what the message weighs, without the greetings. */
async function theirs(home: string): Promise<Crossing> {
  const proxy = await Proxy.listen();
  const [port] = await freePorts(1) as [number];
  proxy.setTarget(port);
  const config = (node: 'a' | 'b') => path.join(home, `${node}.hjson`);
  nncpNodes(home, config, proxy.port);
  const call = async (messages: number): Promise<Crossing> => {
    for (let i = 0; i < messages; i++) {
      writeFileSync(path.join(home, `m${i}`), randomBytes(PAYLOAD_BYTES));
      execFileSync('nncp-file', ['-cfg', config('a'), '-quiet', '-noprogress', path.join(home, `m${i}`), 'b:'], { stdio: 'pipe' });
    }
    const before = { forth: proxy.toTarget.wire, back: proxy.toCaller.wire };
    // The proxy is in this process, so the caller must not hold it up.
    await withDaemon(config, port, () => once(spawn('nncp-call', ['-cfg', config('a'), '-quiet', '-noprogress', '-onlinedeadline', '3', 'b'], { stdio: 'ignore' }), 'exit'));
    return { forth: proxy.toTarget.wire - before.forth, back: proxy.toCaller.wire - before.back };
  };
  try {
    await call(1);
    const [one, eleven] = [await call(1), await call(11)];
    return { forth: Math.round((eleven.forth - one.forth) / 10), back: Math.round((eleven.back - one.back) / 10) };
  } finally {
    await proxy.close();
  }
}

export function wireTable({ oneHop, threeHops, nncp }: WireFigures): string {
  const row = (what: string, { forth, back }: Crossing, postQuantum = POST_QUANTUM_BYTES): string => {
    const beyond = forth - PAYLOAD_BYTES - postQuantum;
    return `| ${what} | ${forth} | ${postQuantum} | ${beyond} | ${(beyond / BUDGET_BYTES).toFixed(1)} | ${back} |`;
  };
  const rows = (what: string, { alone, ofMany }: Weighed): string[] => [row(`${what}, alone`, alone), row(`${what}, each of ${MANY}`, ofMany)];
  return [
    `| ${PAYLOAD_BYTES} bytes of text, bytes on the wire | there | of it post-quantum | beyond both | × ${BUDGET_BYTES} | back (receipts) |`, '| --- | --- | --- | --- | --- | --- |',
    ...oneHop.flatMap((one) => rows('tram, one hop', one)),
    ...threeHops.flatMap((one, i) => rows(`tram, link ${i + 1} of three`, one)),
    ...(nncp === null ? [] : [row('nncp, one hop (no post-quantum keys, no receipts)', nncp, 0)]),
  ].join('\n');
}
