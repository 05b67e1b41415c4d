/**
 * Whether other machines open a station's pages, changed in its configuration by whoever is at its machine: judged first as a
 * start judges it, and only then written.
 */
import { chownSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { OpenedPages, OpenPagesOrder } from '#cli/pages-host.ts';
import { Refusal } from '#core/refusals.ts';
import { nodeClock } from '#platform/node/clock.ts';
import { writeDurably } from '#platform/node/durable.ts';
import type { Configuration } from '#station/kernel/config.ts';
import { listenBeyond } from '#station/kernel/loopback.ts';
import { holderOf } from '../running-file.ts';
import { refuseStandby } from '../standby/mark.ts';
import { CONFIGURATION_FILE, configurationAfter, type ConfigurationChange, readStationConfiguration } from '../station-folder.ts';
import { readServerCertificate, readPem, serverCertificate } from './secure-listener.ts';

const EVERY_ADDRESS = '0.0.0.0';

export async function openPages({ data, address, port, files, chain }: OpenPagesOrder): Promise<OpenedPages> {
  refuseStandby(data);
  const had = readStationConfiguration(data);
  const { text, configuration } = configurationAfter(data, {
    pagesEnabled: undefined,
    pagesAddress: address ?? (had.pagesAddress === '' ? EVERY_ADDRESS : had.pagesAddress),
    ...(port === null ? {} : { pagesPort: port }),
    ...(files !== null && { pagesCertificate: files.certificate, pagesKey: files.key }),
    ...(chain !== null && { pagesCertificate: undefined, pagesKey: undefined }),
  });
  await demandListening(data, had, configuration);
  const [certificateFile, keyFile] = [configuration.pagesCertificate, configuration.pagesKey].map((file) => path.resolve(data, file)) as [string, string];
  const made = chain === null ? null : await chain();
  const { name, notAfter } = made === null ? readServerCertificate(certificateFile, keyFile) : serverCertificate(made, readPem(keyFile), [certificateFile, keyFile]);
  if (notAfter <= nodeClock.now()) throw new Refusal('pages-certificate', { file: certificateFile, reason: 'expired' });
  if (made !== null) {
    ownAsFolder(data, keyFile);
    write(data, certificateFile, made);
  }
  write(data, path.join(data, CONFIGURATION_FILE), text);
  const { pagesAddress, pagesPort } = configuration;
  return { url: `https://${name}:${pagesPort}/`, address: pagesAddress, port: pagesPort, until: notAfter };
}

export async function closePages(data: string): Promise<boolean> {
  if (readStationConfiguration(data).pagesAddress === '') return false;
  const change: ConfigurationChange = { pagesAddress: undefined };
  write(data, path.join(data, CONFIGURATION_FILE), configurationAfter(data, change).text);
  return true;
}

/** That it could listen there, unless the station itself does already. */
async function demandListening(data: string, had: Configuration, { pagesAddress, pagesPort }: Configuration): Promise<void> {
  const isItsOwn = had.pagesEnabled && had.pagesAddress === pagesAddress && had.pagesPort === pagesPort;
  if (isItsOwn && holderOf(data) !== null) return;
  const server = createServer();
  await listenBeyond(server, pagesPort, pagesAddress);
  await new Promise((resolve) => server.close(resolve));
}

function write(data: string, file: string, content: string | Uint8Array): void {
  writeDurably(file, content);
  ownAsFolder(data, file);
}

/** A station that runs as its own user reads nothing of root's. */
function ownAsFolder(data: string, file: string): void {
  const { uid, gid } = statSync(data);
  if (process.getuid?.() === 0 && uid !== 0) chownSync(file, uid, gid);
}
