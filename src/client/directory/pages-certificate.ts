/**
 * The certificate of a station's pages, from the organisation's issuer. Browsers trust it through the organisation's root.
 * Source: docs/protocol/suite.md §Certificates, docs/operating/pages.md.
 */
import { DAY_MS } from '#core/clock.ts';
import { DecodeError } from '#core/decode-error.ts';
import { fromUtf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { subjectName, validityFrom } from '#model/certificate-maker.ts';
import { readPublicKey } from '#x509/algorithms.ts';
import type { AlternativeName } from '#x509/alternative-names.ts';
import { decodeDer } from '#x509/der-reader.ts';
import { issuePages } from '#x509/issue.ts';
import { decodePem, encodePem } from '#x509/pem.ts';
import type { RegistrarDesk } from './admission.ts';

/** Browsers and phones refuse longer ones, also under a root that a person installed (398 and 825 days). */
export const PAGES_DAYS = 397;
const KEY_BYTES_MAX = 256;

/**
 * @param hosts names and addresses as people type them, without port: `tram.tinh.example`, `10.0.0.5`
 * @param publicKey P-256, raw
 * @returns DER
 * @throws Refusal `text-malformed` for what is no host
 */
export function certifyPages(desk: RegistrarDesk, hosts: readonly string[], publicKey: Uint8Array): Promise<Uint8Array> {
  const { notBefore } = validityFrom(desk.now, 'end');
  const { p256: issuerKey } = desk.issuer.keys;
  return issuePages({
    issuer: { issuerKey, issuerCert: desk.issuer.certificates.p256 },
    subject: subjectName(desk.organisation.name, 'Trang', hosts[0] ?? ''),
    validity: { notBefore, notAfter: notBefore + PAGES_DAYS * DAY_MS },
    subjectPublicKey: publicKey, alternativeNames: hosts.map(alternativeName), random: desk.random, hash: desk.crypto.hash,
  });
}

/** What a station serves its pages with: the certificate and the issuer's above it, as a file. */
export function pagesChain(certificate: Uint8Array, { issuer }: RegistrarDesk): string {
  return [certificate, issuer.certificates.p256].map((one) => encodePem('CERTIFICATE', one)).join('');
}

/** The key in the file that `tram pages key` makes on a station's machine. @returns raw @throws Refusal `pages-certificate` for what is no such file */
export function readPagesKey(file: Uint8Array): Uint8Array {
  try {
    const [der = new Uint8Array(0), ...others] = decodePem('PUBLIC KEY', fromUtf8(file) ?? '');
    const { algorithm, raw } = decodeDer(der, 'pages-key', KEY_BYTES_MAX, (reader) => readPublicKey(reader, 'pages-key'));
    if (algorithm === 'ecdsa-p256' && others.length === 0) return raw;
    throw new DecodeError('pages-key', 0, 'is of another algorithm, or several');
  } catch (cause) {
    throw new Refusal('pages-certificate', { file: 'pages.pub', reason: 'malformed' }, { cause });
  }
}

function alternativeName(host: string): AlternativeName {
  if (!/^[0-9.]+$/.test(host)) return { kind: 'dns', name: host.toLowerCase() };
  const parts = host.split('.').map(Number);
  const isAddress = parts.length === 4 && host === parts.join('.') && parts.every((part) => part <= 255);
  if (!isAddress) throw new Refusal('text-malformed', { field: 'host' });
  return { kind: 'ip', address: Uint8Array.from(parts) };
}
