/** The practice province: founded, one dispatch carried through a storm, and then ended or left running. */
import { mkdirSync, readdirSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HOUR_MS } from '#core/clock.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { CliContext, PracticeOrder, PracticeResult } from '#cli/context.ts';
import { formatSeconds } from '#cli/locale.ts';
import { shortId } from '#cli/showing.ts';
import { openInBrowser } from '../open-browser.ts';
import type { Assets } from '../pages/assets.ts';
import { pagesAssets } from '../pages/pages.ts';
import { passingFolder } from '../passing-folder.ts';
import { setupPorts } from '../setup/ports.ts';
import { SetupDesk } from '../setup/setup-desk.ts';
import { cargoOf } from './cargo.ts';
import { PracticeDesk } from './desk.ts';
import { countedFrom } from './elapsed.ts';
import { foundProvince, type Province } from './founding.ts';
import { doMainJob, type MainJob } from './main-job.ts';

const SIGNATURES_MIN = 4;

/** Does the main job once and ends. The stations' folders stay only where the order says so. */
export async function runPractice(context: CliContext, order: PracticeOrder): Promise<PracticeResult> {
  const began = context.clock.monotonicMs();
  context.output.say(context.words.practice.title);
  const cargo = await cargoOf(context, order);
  const folder = freshFolder(order.keep);
  let province: Province | null = null;
  try {
    province = await foundProvince(context, folder);
    const job = await doMainJob(context, province, cargo);
    const { hub, relay, post } = province;
    const json = { ...job, stations: { hub: hub.data, relay: relay.data, post: post.data }, kept: order.keep !== null };
    const seconds = formatSeconds(context.clock.monotonicMs() - began, context.locale);
    context.output.say(fill(context.words.practice.done, { seconds }));
    return { json, holds: holds(job) };
  } finally {
    await province?.close();
    if (order.keep === null) rmSync(folder, { recursive: true, force: true });
  }
}

/** Does the main job, then leaves the stations running for whoever wants to try commands, until Ctrl-C. */
export async function keepPractice(context: CliContext, data: string): Promise<void> {
  const { words, output, stop, clock } = context;
  const began = clock.monotonicMs();
  output.say(words.practice.title);
  output.say(words.help.notCertified);
  output.say(words.practice.beginning);
  const counted = countedFrom(began, context);
  const folder = freshFolder(null);
  let province: Province | null = null;
  let desk: PracticeDesk | null = null;
  const setups: SetupDesk[] = [];
  const pages = assetsTold(counted.context);
  pages.catch(() => undefined);
  try {
    province = await foundProvince(counted.context, folder);
    const job = await doMainJob(counted.context, province, await cargoOf(context, { text: null, attach: [], subject: null, keep: null }));
    output.say(fill(words.practice.done, { seconds: formatSeconds(clock.monotonicMs() - began, context.locale) }));
    for (const line of commandsToTry(context, province, job)) output.say(line);
    // Their keyrings go on in the page and on the command line: two at a time would each roll back the other.
    await province.lockDevices();
    const assets = await pages;
    counted.end();
    desk = new PracticeDesk(province, assets, context.random, async (first) => {
      if (setups.length === 0) setups.push(new SetupDesk(context, { data, first, ports: await setupPorts(), assets: () => Promise.resolve(assets) }));
      return setups[0]!.listen();
    });
    const url = await desk.listen();
    // The one address that anybody needs stands alone, and last.
    for (const line of ['', words.practice.pages, '', `  ${url}`, '']) output.say(line);
    openInBrowser(desk.openingAddress, context.environment);
    await new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    output.say(words.practice.stopping);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'cancelled')) throw error;
  } finally {
    counted.end();
    for (const setup of setups) await setup.close();
    await desk?.close();
    await province?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The pages, and when they begin and end to be built: on a fresh clone that is what takes longest. */
async function assetsTold({ output, words }: CliContext): Promise<Assets> {
  output.say(words.practice.building);
  const assets = await pagesAssets();
  output.say(words.practice.built);
  return assets;
}

function holds({ identical, signatures, custody, relayPids }: MainJob): boolean {
  const people = new Set(signatures.map(({ by, algorithm }) => `${by} ${algorithm}`));
  return identical && people.size >= SIGNATURES_MIN && custody.length === 3 && relayPids.before !== relayPids.after;
}

/** @throws Refusal `data-folder-occupied` */
function freshFolder(keep: string | null): string {
  if (keep === null) return passingFolder(tmpdir(), 'tram-thuc-hanh', HOUR_MS);
  if (existsSync(keep) && readdirSync(keep).length > 0) throw new Refusal('data-folder-occupied', { folder: keep });
  mkdirSync(keep, { recursive: true, mode: 0o700 });
  return keep;
}

function commandsToTry({ words }: CliContext, { folder, relay }: Province, { dispatch }: MainJob): string[] {
  const as = (person: string): string =>
    `--home ${path.join(folder, 'may', person)} --passphrase-file ${path.join(folder, 'mat-khau', person)}`;
  return [
    words.practice.running,
    `  npx tram trace ${shortId(dispatch)} ${as('anh')}`,
    `  npx tram register ${as('anh')}`,
    `  npx tram inbox ${as('thao')}`,
    `  npx tram draft --to don --subject "Diễn tập" --exercise ${as('khue')}`,
    `  npx tram audit --data ${relay.data}`,
    fill(words.practice.stopHint, { folder }),
  ];
}
