/**
 * The registrar's desk: what was asked for and checked becomes certificates and directory entries. Root, issuer and
 * registrar keys are here for as long as the act takes and in no station's folder ever.
 * Source: docs/protocol/directory.md §Joining, docs/protocol/suite.md §Certificates.
 */
import { hex } from '#core/bytes.ts';
import { HOUR_MS, type Instant, type RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { Refusal } from '#core/refusals.ts';
import { type CertificateMaker, type CertifiedKeys, openTwinKeys, type Subject, subjectName, validityFrom, x509Maker } from '#model/certificate-maker.ts';
import { type EntryPlan, makeEntries } from '#model/directory-entries.ts';
import type { DirectoryView, OrganisationRecord } from '#model/directory-view.ts';
import type { PersonKind, Right } from '#wire/directory.ts';
import type { DeviceRequestStatement, JoinRequestStatement, PublicTwin } from '#wire/invitation.ts';
import type { LogPoint } from '#wire/names.ts';
import type { TwinSigner } from '#wire/sign.ts';
import type { AlternativeName } from '#x509/alternative-names.ts';
import type { CheckedJoin } from './join-request.ts';
import { demandNewcomers } from './newcomers.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';
import { officeKeyPlan } from '../office-keys/office-keys.ts';
import { checkNames } from '../one-line.ts';

export interface RegistrarDesk {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly organisation: Pick<OrganisationRecord, 'id' | 'name'>;
  readonly issuer: CertifiedKeys;
  readonly now: Instant;
  /** Defaults to x509Maker. */
  readonly maker?: CertificateMaker;
}

export interface OfficeOrder {
  readonly office: string;
  readonly name: string;
  readonly symbol: string;
  readonly station: string;
}

export interface PositionOrder {
  readonly position: string;
  readonly office: string;
  readonly title: string;
  readonly rights: readonly Right[];
}

/** The issuer of a keyring that holds it. @throws Refusal `key-missing` */
export async function issuerOf(crypto: CryptoProvider, ring: OpenKeyring, { issuer: certificates }: Pick<OrganisationRecord, 'issuer'>): Promise<CertifiedKeys> {
  const secret = ring.contents.issuer;
  if (secret === undefined) throw new Refusal('key-missing', { key: 'issuer' });
  return { keys: await openTwinKeys(crypto, secret), certificates };
}

type StationKeyClaim = Pick<JoinRequestStatement, 'station' | 'site' | 'keys' | 'link' | 'logKeys' | 'address'>;

/** Certificates and entry of a station. */
export async function planStation(desk: RegistrarDesk, asked: StationKeyClaim): Promise<EntryPlan> {
  const maker = makerOf(desk);
  const { station, site, keys, link, logKeys } = asked;
  const names = alternativeNames(desk, asked);
  const subject = subjectOf(desk, 'Trạm', site);
  const certificates = await maker.twin(desk.issuer, 'station', { ...subject, alternativeNames: names }, keys);
  const linkCertificate = await maker.link(desk.issuer, { ...subject, alternativeNames: names }, link);
  return { kind: 'station', body: { station, site, certificates, link: linkCertificate, logKeys } };
}

/** A position; its seal key, where its rights need one, gets certificates in the office's name. */
export async function planPosition(desk: RegistrarDesk, order: PositionOrder, officeName: string, seal?: PublicTwin): Promise<EntryPlan> {
  const { position, office, title, rights } = order;
  const certificates = seal === undefined ? undefined : await makerOf(desk).twin(desk.issuer, 'office-seal', subjectOf(desk, title, officeName), seal);
  return { kind: 'position', body: { position, office, title, rights: [...rights], seal: certificates } };
}

/** Certificates and entry of a person's device. */
export async function planDevice(desk: RegistrarDesk, asked: DeviceRequestStatement): Promise<EntryPlan> {
  const { device, person, name, keys, kem } = asked;
  const certificates = await makerOf(desk).twin(desk.issuer, 'person', subjectOf(desk, null, name), keys);
  return { kind: 'device', body: { device, person, certificates, kem } };
}

export interface MemberOrder {
  readonly asked: DeviceRequestStatement;
  /** False where the person stands in the directory already. */
  readonly isNewPerson: boolean;
  /** What a new one is; a person where absent. */
  readonly kind?: PersonKind | undefined;
  readonly holds: readonly string[];
  readonly from: Instant;
}

/** A person with a device, holding positions: person, device, holder. @throws Refusal those of checkNames: whoever asked wrote the name */
export async function planMember(desk: RegistrarDesk, { asked, isNewPerson, kind, holds, from }: MemberOrder): Promise<EntryPlan[]> {
  const { person, name } = asked;
  if (isNewPerson) checkNames({ name });
  const plans: EntryPlan[] = isNewPerson ? [{ kind: 'person', body: { person, name, kind } }] : [];
  plans.push(await planDevice(desk, asked));
  return [...plans, ...holds.map((position): EntryPlan => ({ kind: 'holder', body: { person, position, from } }))];
}

export interface StationAdmission {
  /** In which nothing of it may stand yet. */
  readonly view: DirectoryView;
  readonly join: CheckedJoin;
  readonly neighbour: string;
  /** The neighbour's address, where the new station is to dial it. */
  readonly address?: string | undefined;
  readonly office?: Omit<OfficeOrder, 'station'> | undefined;
  readonly position?: Omit<PositionOrder, 'office'> | undefined;
}

/**
 * All entries of a joining station, in an order in which each names only what stands before it.
 * @throws Refusal those of demandNewcomers
 */
export async function planAdmission(desk: RegistrarDesk, { view, ...admission }: StationAdmission): Promise<EntryPlan[]> {
  const plans = await plansOf(desk, admission);
  demandNewcomers(view, plans);
  return plans;
}

async function plansOf(desk: RegistrarDesk, { join, neighbour, address, office, position }: Omit<StationAdmission, 'view'>): Promise<EntryPlan[]> {
  const { station, device } = join;
  const link = { caller: station.station, answerer: neighbour, address };
  const plans: EntryPlan[] = [await planStation(desk, station), { kind: 'link', body: link }];
  if (office === undefined) return plans;
  plans.push({ kind: 'office', body: { ...office, station: station.station } });
  if (position !== undefined) {
    plans.push(await planPosition(desk, { ...position, office: office.office }, office.name, device?.seal));
  }
  if (device !== null) {
    const holds = position === undefined ? [] : [position.position];
    plans.push(...(await planMember(desk, { asked: device, isNewPerson: true, holds, from: earlier(desk.now) })));
  }
  return [...plans, ...station.officeKeys.map((published) => officeKeyPlan(office.office, published))];
}

/** Signs plans as entries. @param after the log that the registrar has checked */
export function signPlans(desk: Pick<RegistrarDesk, 'crypto' | 'random' | 'organisation' | 'now'>, signers: readonly TwinSigner[], plans: readonly EntryPlan[], after: LogPoint): Promise<Uint8Array[]> {
  const { crypto, random, organisation, now: created } = desk;
  return makeEntries(crypto, signers, plans, { organisation: organisation.id, created, after, random });
}

const EARLY_MS = HOUR_MS;

/** A holder's time begins a little before the act, for clocks that are behind. */
export function earlier(now: Instant): Instant {
  return Math.max(0, now - EARLY_MS);
}

function subjectOf({ organisation, now }: RegistrarDesk, unit: string | null, name: string): Subject {
  return { name: subjectName(organisation.name, unit, name), validity: validityFrom(now, 'end') };
}

/** What TLS demands that a link certificate says; the directory, not the name, is what peers check. */
function alternativeNames({ organisation }: RegistrarDesk, { station, address }: StationKeyClaim): AlternativeName[] {
  const uri = { kind: 'uri' as const, uri: `tram:${hex(organisation.id)}/${station}` };
  const host = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]+):\d+$/.exec(address ?? '')?.[1];
  return host === undefined ? [uri] : [uri, { kind: 'dns' as const, name: host }];
}

function makerOf({ maker, crypto, random }: RegistrarDesk): CertificateMaker {
  return maker ?? x509Maker(crypto, random);
}
