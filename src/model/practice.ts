/**
 * A small organisation for tests, exercises and simulations: it holds every key of everyone, which nothing in use may.
 * With `cheap`, a certificate is nothing but the raw public key: then thousands of entries apply in a moment, and
 * the directory must be read with rawKeyAuthority.
 */

import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { type CertificateAuthority, x509Authority } from '#model/certificate-authority.ts';
import {
  type CertificateMaker, makeTwinKeys, publicKeysOf, subjectName, type TwinKeys, twinSigner, validityFrom, x509Maker,
} from '#model/certificate-maker.ts';
import { type EntryPlan, makeEntries } from '#model/directory-entries.ts';
import { type LogSigner, signDirectoryCheckpoint } from '#model/directory-log.ts';
import { type DirectoryState, foldEntries } from '#model/directory.ts';
import { type Founded, foundOrganisation } from '#model/founding.ts';
import { positionMay } from '#model/rights.ts';
import type { LogKeys, Right, Twin } from '#wire/directory.ts';
import type { KeyPurpose } from '#wire/names.ts';
import type { TwinSigner } from '#wire/sign.ts';
import type { TwinProfile } from '#x509/profiles.ts';

export interface PracticeOptions {
  readonly provider: CryptoProvider;
  readonly random: RandomSource;
  readonly now: Instant;
  readonly name?: string;
  /** The first station's code, which sequences. */
  readonly station?: string;
  readonly cheap?: boolean;
}

export interface PracticeIdentity {
  readonly keys: TwinKeys;
  readonly certificates: Twin;
  readonly signer: TwinSigner;
}

export interface PracticeStation extends PracticeIdentity {
  readonly station: string;
  readonly link: { readonly secret: Uint8Array; readonly certificate: Uint8Array };
  readonly log: PracticeLog;
}

export interface PracticeLog {
  readonly secrets: { readonly ed25519: Uint8Array; readonly mldsa44: Uint8Array };
  readonly signer: LogSigner;
  readonly keys: LogKeys;
}

export interface PracticeDevice extends PracticeIdentity {
  readonly person: string;
  readonly device: string;
  readonly kemSecret: Uint8Array;
}

/** Every right, for whoever does not care. */
export const ALL_RIGHTS: readonly Right[] = ['draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys', 'flash'];

export class PracticeOrganisation {
  readonly provider: CryptoProvider;
  readonly random: RandomSource;
  readonly authority: CertificateAuthority;
  readonly founded: Founded;
  readonly stations = new Map<string, PracticeStation>();
  readonly devices = new Map<string, PracticeDevice>();
  /** By position. */
  readonly seals = new Map<string, PracticeIdentity>();
  /** By `office purpose number`. */
  readonly officeSecrets = new Map<string, Uint8Array>();
  /** The time that entries are given. */
  now: Instant;
  state: DirectoryState;
  readonly entries: Uint8Array[];
  readonly #maker: CertificateMaker;
  readonly #name: string;
  readonly #sequencer: string;

  private constructor(options: PracticeOptions, founded: Founded, state: DirectoryState, sequencer: string) {
    this.provider = options.provider;
    this.random = options.random;
    this.now = options.now;
    this.#maker = makerOf(options);
    this.authority = authorityOf(options);
    this.#name = state.organisation.name;
    this.#sequencer = sequencer;
    this.founded = founded;
    this.state = state;
    this.entries = [...founded.entries];
  }

  /** Founds it with its first station. */
  static async found(options: PracticeOptions): Promise<PracticeOrganisation> {
    const { provider, random, now: created, name = 'Tỉnh thực hành', station = 'tram-tinh' } = options;
    const log = await makeLog(provider);
    const registrar = { person: 'dang-ky-mot', name: 'Đặng Ngọc Khuê' };
    const order = { name, registrar, station, logKeys: log.keys, created, random, maker: makerOf(options) };
    const founded = await foundOrganisation(provider, order);
    const state = await foldEntries(provider, null, founded.entries, { authority: authorityOf(options) });
    const practice = new PracticeOrganisation(options, founded, state!, station);
    await practice.addStation(station, 'Trạm tỉnh', log);
    return practice;
  }

  /** Signs with the registrar, or with the signers given, and applies. */
  async add(plans: readonly EntryPlan[], signers: readonly TwinSigner[] = [this.founded.registrar.signer]): Promise<void> {
    const entries = await this.sign(plans, signers);
    this.state = (await foldEntries(this.provider, this.state, entries, { authority: this.authority }))!;
    this.entries.push(...entries);
  }

  async sign(plans: readonly EntryPlan[], signers: readonly TwinSigner[] = [this.founded.registrar.signer]): Promise<Uint8Array[]> {
    const { organisation } = this.founded;
    return makeEntries(this.provider, signers, plans, { organisation, created: this.now, after: this.state.point, random: this.random });
  }

  /** The sequencer's checkpoint over the log as it is. */
  async checkpoint(): Promise<Uint8Array> {
    const { signer } = this.stations.get(this.#sequencer)!.log;
    return signDirectoryCheckpoint(this.provider, signer, this.founded.organisation, this.state.point, this.now);
  }

  /** New keys with certificates for them, in nobody's name yet. */
  async identity(profile: TwinProfile, name: string): Promise<PracticeIdentity> {
    const keys = await makeTwinKeys(this.provider);
    const subject = { name: subjectName(this.#name, null, name), validity: validityFrom(this.now, 'end') };
    const certificates = await this.#maker.twin(this.founded.issuer, profile, subject, publicKeysOf(keys));
    return { keys, certificates, signer: twinSigner(this.provider, keys, certificates) };
  }

  async addStation(station: string, site = station, log?: PracticeLog): Promise<PracticeStation> {
    const identity = await this.identity('station', site);
    const { signatures } = this.provider;
    const secret = await signatures.generateSecret('ml-dsa-65');
    const { publicKey } = await signatures.signingKey('ml-dsa-65', secret);
    const subject = {
      name: subjectName(this.#name, null, site), validity: validityFrom(this.now, 'end'),
      alternativeNames: [{ kind: 'dns' as const, name: `${station}.tram.example` }],
    };
    const certificate = await this.#maker.link(this.founded.issuer, subject, publicKey);
    const logs = log ?? (await makeLog(this.provider));
    const { certificates } = identity;
    await this.add([{ kind: 'station', body: { station, site, certificates, link: certificate, logKeys: logs.keys } }]);
    const added = { ...identity, station, link: { secret, certificate }, log: logs };
    this.stations.set(station, added);
    return added;
  }

  async connect(caller: string, answerer: string, address?: string): Promise<void> {
    await this.add([{ kind: 'link', body: { caller, answerer, address } }]);
  }

  async addOffice(office: string, station: string, name = office, symbol = 'UBND-VP'): Promise<void> {
    await this.add([{ kind: 'office', body: { office, name, symbol, station } }]);
  }

  /** A position; with the right dispatch or receive it has the office's seal. */
  async addPosition(position: string, office: string, rights: readonly Right[] = ALL_RIGHTS, title = position): Promise<void> {
    const sealed = positionMay({ rights }, 'carry the seal');
    const seal = sealed ? await this.identity('office-seal', title) : null;
    const body = { position, office, title, rights: [...rights], seal: seal?.certificates };
    await this.add([{ kind: 'position', body }]);
    if (seal !== null) this.seals.set(position, seal);
  }

  /** A person with one device, called after them. */
  async addPerson(person: string, name = 'Nguyễn Thị Ánh'): Promise<PracticeDevice> {
    await this.add([{ kind: 'person', body: { person, name } }]);
    return this.addDevice(`${person.slice(0, 28)}-may`, person);
  }

  async addDevice(device: string, person: string): Promise<PracticeDevice> {
    const identity = await this.identity('person', person);
    const { kem } = this.provider;
    const kemSecret = await kem.generateSecret();
    const body = { device, person, certificates: identity.certificates, kem: await kem.publicKey(kemSecret) };
    await this.add([{ kind: 'device', body }]);
    const added = { ...identity, device, person, kemSecret };
    this.devices.set(device, added);
    return added;
  }

  async hold(person: string, position: string, from: Instant = this.now, until?: Instant): Promise<void> {
    await this.add([{ kind: 'holder', body: { person, position, from, until } }]);
  }

  /** @returns the secret */
  async addOfficeKey(office: string, purpose: KeyPurpose, number = 1, from: Instant = this.now): Promise<Uint8Array> {
    const { kem } = this.provider;
    const secret = await kem.generateSecret();
    const publicKey = await kem.publicKey(secret);
    await this.add([{ kind: 'office-key', body: { office, purpose, number, from, kem: kem.id, publicKey } }]);
    this.officeSecrets.set(`${office} ${purpose} ${number}`, secret);
    return secret;
  }
}

/** Raw keys in place of certificates: proves nothing about who issued them. For simulations. */
export function rawKeyAuthority({ hash }: Pick<CryptoProvider, 'hash'>): CertificateAuthority {
  return {
    check: async ({ p256, mldsa }) => ({
      p256, mldsa, p256Certificate: hash.sha256(p256), mldsaCertificate: hash.sha256(mldsa),
    }),
    checkLink: async () => {},
  };
}

export const rawKeyMaker: CertificateMaker = {
  twin: async (_by, _profile, _subject, { p256, mldsa }) => ({ p256, mldsa }),
  link: async (_by, _subject, publicKey) => publicKey,
};

function makerOf({ cheap, provider, random }: PracticeOptions): CertificateMaker {
  return cheap === true ? rawKeyMaker : x509Maker(provider, random);
}

function authorityOf({ cheap, provider }: PracticeOptions): CertificateAuthority {
  return cheap === true ? rawKeyAuthority(provider) : x509Authority(provider);
}

async function makeLog({ signatures }: CryptoProvider): Promise<PracticeLog> {
  const secrets = {
    ed25519: await signatures.generateSecret('ed25519'),
    mldsa44: await signatures.generateSecret('ml-dsa-44'),
  };
  const signer = {
    ed25519: await signatures.signingKey('ed25519', secrets.ed25519),
    mldsa44: await signatures.signingKey('ml-dsa-44', secrets.mldsa44),
  };
  return { secrets, signer, keys: { ed25519: signer.ed25519.publicKey, mldsa44: signer.mldsa44.publicKey } };
}
