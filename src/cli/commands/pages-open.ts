/** Opens a station's pages to other machines, and closes them again: by command at its machine, in the place of a file to edit. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataOf, readBytes, resolved } from '../homes.ts';
import { formatInstant } from '../locale.ts';
import type { OpenPagesOrder } from '../pages-host.ts';
import { placedLine } from '../placed.ts';
import type { Values } from '../values.ts';
import { certifyHere } from './pages-certificate.ts';

export async function pagesOpen(context: CliContext, values: Values): Promise<Outcome> {
  const { words: { pages }, host, timeZone } = context;
  const data = stationOf(context, values);
  const { root: rootOf, ...certificate } = certificateOf(context, values, data);
  const opened = await host.pages.open({ data, address: values.text('address'), port: values.number('port', 1, 65_535), ...certificate });
  const [root, pid] = [rootOf(), host.holderOf(data)];
  return {
    json: { ...opened, process: pid, rootFingerprint: root },
    lines: [
      fill(pages.opened, { ...opened, until: formatInstant(opened.until, timeZone) }),
      nextStart(context, pid),
      fill(pages.firewall, { port: opened.port }),
      ...(values.text('key') === null ? [pages.trustNext] : []),
      ...(root === null ? [] : [fill(pages.rootFingerprint, { fingerprint: root })]),
      placedLine(context, pages.closeAgain),
    ],
  };
}

export async function pagesClose(context: CliContext, values: Values): Promise<Outcome> {
  const { words: { pages }, host } = context;
  const data = stationOf(context, values);
  const wereOpen = await host.pages.close(data);
  const pid = host.holderOf(data);
  return { json: { wereOpen, process: pid }, lines: wereOpen ? [pages.closed, nextStart(context, pid)] : [pages.wereClosed] };
}

interface ByCertificate extends Pick<OpenPagesOrder, 'files' | 'chain'> {
  /** The root's fingerprint, where its certificate was made here. */
  readonly root: () => string | null;
}

/** Brought, of whichever authority where it stands; made here for names; or the one that is there. */
function certificateOf(context: CliContext, values: Values, data: string): ByCertificate {
  const [certificate, key, hosts] = [values.text('certificate'), values.text('key'), values.list('host')];
  let root: string | null = null;
  const none = { files: null, chain: null, root: () => root };
  if (certificate !== null && hosts.length > 0) throw new Refusal('option-unknown', { option: '--host', words: '--certificate | --host' });
  if (key !== null) return { ...none, files: { certificate: resolved(values.need('certificate')), key: resolved(key) } };
  if (certificate !== null) return { ...none, chain: async () => new TextDecoder().decode(readBytes(certificate)) };
  if (hosts.length === 0) return none;
  const chain = async (): Promise<string> => {
    const made = await certifyHere(context, values, data);
    root = made.rootFingerprint;
    return made.chain;
  };
  return { ...none, chain };
}

function nextStart(context: CliContext, pid: number | null): string {
  return placedLine(context, pid === null ? context.words.pages.startNext : context.words.pages.startAnew, pid === null ? {} : { pid });
}

function stationOf({ host, environment }: CliContext, values: Values): string {
  const data = dataOf(values, environment);
  if (!host.isStation(data)) throw new Refusal('data-folder-empty', { folder: data });
  return data;
}
