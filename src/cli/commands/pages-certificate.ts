/** The key and certificate with which a station serves its pages to other machines. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { concat, fromBase64url } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { certifyPages, pagesChain } from '#client/directory/pages-certificate.ts';
import { fingerprintOf, isFingerprint } from '#model/proofs.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { encodePem } from '#x509/pem.ts';
import { encodePrivateKey } from '#x509/private-key.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { dataOf, readBytes, resolved } from '../homes.ts';
import { formatInstant } from '../locale.ts';
import { placedLine } from '../placed.ts';
import { registrarDesk } from '../registrar.ts';
import type { Values } from '../values.ts';

export const PAGES_KEY_FILE = 'pages.key';
export const PAGES_CERTIFICATE_FILE = 'pages.pem';
const UNCOMPRESSED_POINT = 4;

/** On the station's machine: a key that never leaves it, and its public half for the registrar. */
export async function pagesKey(context: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, context.environment);
  if (!context.host.isStation(data)) throw new Refusal('data-folder-empty', { folder: data });
  const file = resolved(values.need('out'));
  const publicKey = await makeKey(context, data);
  const pem = publicPem(publicKey);
  context.host.durable.write(file, pem);
  const fingerprint = fingerprintOf(context.provider, publicKey);
  return { json: { request: file, fingerprint }, lines: [placedLine(context, context.words.pages.keyMade, { file: shellWord(file), fingerprint })] };
}

/** On the registrar's device: certifies a public key that came from a station, or makes the key of a station on this machine too. */
export async function pagesCertificate(context: CliContext, values: Values): Promise<Outcome> {
  const hosts = values.list('host');
  if (hosts.length === 0) throw new Refusal('option-missing', { option: '--host' });
  const request = values.text('request');
  const data = dataOf(values, context.environment);
  if (request === null && !context.host.isStation(data)) throw new Refusal('data-folder-empty', { folder: data });
  const asked = request === null ? null : rawKeyIn(readBytes(request));
  if (asked !== null && !isFingerprint(fingerprintOf(context.provider, asked), values.need('fingerprint'))) throw new Refusal('fingerprint-differs');
  return withDevice(context, values, async (device) => {
    const desk = await registrarDesk(device);
    const file = request === null ? path.join(data, PAGES_CERTIFICATE_FILE) : resolved(values.need('out'));
    const { view } = device.session;
    const der = await certifyPages(desk, hosts, asked ?? await makeKey(context, data));
    context.host.durable.write(file, pagesChain(der, desk));
    return outcome(context, view, { hosts, file, der, isHere: request === null });
  });
}

/** The certificate of a station on this machine, by the registrar's device here, for its own key. @returns PEM, and the root's fingerprint to compare */
export function certifyHere(context: CliContext, values: Values, data: string): Promise<{ chain: string; rootFingerprint: string }> {
  return withDevice(context, values, async (device) => {
    const desk = await registrarDesk(device);
    const der = await certifyPages(desk, values.list('host'), await makeKey(context, data));
    return { chain: pagesChain(der, desk), rootFingerprint: rootFingerprint(device.session.view) };
  });
}

function rootFingerprint({ organisation }: DirectoryView): string {
  return new X509Certificate(organisation.root.p256).fingerprint256;
}

function outcome(context: CliContext, view: DirectoryView, { hosts, file, der, isHere }: { hosts: readonly string[]; file: string; der: Uint8Array; isHere: boolean }): Outcome {
  const { words: { pages }, timeZone } = context;
  const root = rootFingerprint(view);
  const until = new X509Certificate(der).validToDate.getTime();
  return {
    json: { file, hosts, until, rootFingerprint: root },
    lines: [
      fill(pages.certified, { hosts: hosts.join(', '), file, until: formatInstant(until, timeZone) }),
      isHere ? placedLine(context, pages.doorNext) : fill(pages.openThere, { file: shellWord(path.basename(file)) }),
      fill(pages.rootFingerprint, { fingerprint: root }),
    ],
  };
}

/** Makes the key once and keeps it: a renewed certificate goes with the same key. @returns raw */
async function makeKey({ provider, host }: CliContext, data: string): Promise<Uint8Array> {
  const file = path.join(data, PAGES_KEY_FILE);
  if (existsSync(file)) return rawKeyIn(readBytes(file));
  const secret = await provider.signatures.generateSecret('ecdsa-p256');
  const { publicKey } = await provider.signatures.signingKey('ecdsa-p256', secret);
  host.durable.write(file, encodePem('PRIVATE KEY', encodePrivateKey({ algorithm: 'ecdsa-p256', secret }, publicKey)));
  return publicKey;
}

/** The uncompressed point of a P-256 key, private or public, in PEM. @throws Refusal `pages-certificate` */
function rawKeyIn(pem: Uint8Array): Uint8Array {
  try {
    const { crv, x, y } = createPublicKey(Buffer.from(pem)).export({ format: 'jwk' });
    if (crv !== 'P-256') throw new Error('another curve');
    return concat(Uint8Array.of(UNCOMPRESSED_POINT), fromBase64url(x!)!, fromBase64url(y!)!);
  } catch (cause) {
    throw new Refusal('pages-certificate', { file: PAGES_KEY_FILE, reason: 'malformed' }, { cause });
  }
}

function publicPem(raw: Uint8Array): string {
  const half = (at: number): string => Buffer.from(raw.subarray(at, at + 32)).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: half(1), y: half(33) }, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }) as string;
}
