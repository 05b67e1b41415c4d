/**
 * The certificate of a station's pages, from the organisation's issuer. Browsers trust it through the organisation's root.
 * Source: docs/protocol/suite.md §Certificates, docs/operating/pages.md.
 */
import { DAY_MS } from '#core/clock.ts';
import { Refusal } from '#core/refusals.ts';
import { subjectName, validityFrom } from '#model/certificate-maker.ts';
import type { AlternativeName } from '#x509/alternative-names.ts';
import { issuePages } from '#x509/issue.ts';
import type { RegistrarDesk } from './admission.ts';

/** Browsers and phones refuse longer ones, also under a root that a person installed (398 and 825 days). */
export const PAGES_DAYS = 397;

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

function alternativeName(host: string): AlternativeName {
  if (!/^[0-9.]+$/.test(host)) return { kind: 'dns', name: host.toLowerCase() };
  const parts = host.split('.').map(Number);
  const isAddress = parts.length === 4 && host === parts.join('.') && parts.every((part) => part <= 255);
  if (!isAddress) throw new Refusal('text-malformed', { field: 'host' });
  return { kind: 'ip', address: Uint8Array.from(parts) };
}
