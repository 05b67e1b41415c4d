/**
 * Founds an organisation: root, issuer and first registrar, each with keys of its own from the first day, and the
 * three entries that every directory log begins with. Source: docs/protocol/directory.md.
 */

import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import {
  type CertificateMaker, type CertifiedKeys, makeTwinKeys, publicKeysOf, subjectName, type TwinKeys, twinSigner, validityFrom,
  x509Maker,
} from '#model/certificate-maker.ts';
import { makeEntries, makeEntry } from '#model/directory-entries.ts';
import type { LogKeys, Twin } from '#wire/directory.ts';
import type { TwinSigner } from '#wire/sign.ts';

export interface FoundingOrder {
  readonly name: string;
  readonly registrar: { readonly person: string; readonly name: string };
  /** The first sequencer, with its log keys. */
  readonly station: string;
  readonly logKeys: LogKeys;
  readonly suites?: readonly number[];
  readonly created: Instant;
  readonly random: RandomSource;
  /** Defaults to x509Maker. */
  readonly maker?: CertificateMaker;
}

/** Someone who can sign: secrets for a keyring, certificates for the directory. */
export interface FoundedIdentity extends CertifiedKeys {
  readonly keys: TwinKeys;
  readonly signer: TwinSigner;
}

export interface Founded {
  /** 16 bytes. */
  readonly organisation: Uint8Array;
  /** SHA-256 of the founding entry. */
  readonly founding: Uint8Array;
  readonly root: FoundedIdentity;
  readonly issuer: FoundedIdentity;
  readonly registrar: FoundedIdentity;
  /** Founding, registrar, term. */
  readonly entries: readonly Uint8Array[];
}

export async function foundOrganisation(provider: CryptoProvider, order: FoundingOrder): Promise<Founded> {
  const { name, created, random } = order;
  const { root, issuer, registrar } = await makeIdentities(provider, order);
  const suites = [...(order.suites ?? [provider.suite])];
  const body = { name, root: root.certificates, issuer: issuer.certificates, suites, created };
  const first = await makeEntry(provider, [root.signer], 'founding', body, { organisation: null, created, after: null, random });
  const founding = provider.hash.sha256(first);
  const organisation = founding.slice(0, 16);
  const { station, logKeys } = order;
  const others = await makeEntries(provider, [root.signer], [
    { kind: 'registrar', body: { ...order.registrar, certificates: registrar.certificates } },
    { kind: 'term', body: { number: 1, station, logKeys } },
  ], { organisation, created, after: null, random });
  return { organisation, founding, root, issuer, registrar, entries: [first, ...others] };
}

async function makeIdentities(provider: CryptoProvider, order: FoundingOrder) {
  const { name, created } = order;
  const maker = order.maker ?? x509Maker(provider, order.random);
  const rootKeys = await makeTwinKeys(provider);
  const rootSubject = { name: subjectName(name, null, 'Gốc'), validity: validityFrom(created, 'root') };
  const root = identity(provider, rootKeys, await maker.twin(rootKeys, 'root', rootSubject, publicKeysOf(rootKeys)));
  const issuerKeys = await makeTwinKeys(provider);
  const issuerSubject = { name: subjectName(name, null, 'Cấp chứng thư'), validity: validityFrom(created, 'issuer') };
  const issuer = identity(provider, issuerKeys, await maker.twin(root, 'issuer', issuerSubject, publicKeysOf(issuerKeys)));
  const registrarKeys = await makeTwinKeys(provider);
  const registrarSubject = { name: subjectName(name, 'Đăng ký', order.registrar.name), validity: validityFrom(created, 'end') };
  const certificates = await maker.twin(issuer, 'registrar', registrarSubject, publicKeysOf(registrarKeys));
  return { root, issuer, registrar: identity(provider, registrarKeys, certificates) };
}

function identity(provider: CryptoProvider, keys: TwinKeys, certificates: Twin): FoundedIdentity {
  return { keys, certificates, signer: twinSigner(provider, keys, certificates) };
}
