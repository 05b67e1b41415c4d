/**
 * Founds an organisation on one device: every key but the station's own is made here, every entry is real and stands in
 * the new station's log. Who runs the station gets entries and no secret. Source: docs/decisions/0061-an-organisation-founded-in-a-page.md.
 */
import type { Instant, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import { checkDeviceRequest } from '#model/device-requests.ts';
import type { EntryPlan } from '#model/directory-entries.ts';
import { foldEntries } from '#model/directory.ts';
import { type Founded, foundOrganisation } from '#model/founding.ts';
import { USUAL_RIGHTS } from '#model/usual.ts';
import type { Right } from '#wire/directory.ts';
import type { DeviceRequestStatement, OfficePublicKey } from '#wire/invitation.ts';
import type { Keyring } from '#wire/keyring.ts';
import { earlier, planMember, planPosition, planStation, type RegistrarDesk, signPlans } from './admission.ts';
import { makeDeviceRequest } from '../keyring/device-request.ts';
import type { StationKeys } from './join-request.ts';
import { makeFirstOfficeKeys, officeKeyPlan } from '../office-keys/office-keys.ts';
import { checkNames } from '../one-line.ts';

/** Everything but approving and signing, which the first person's colleague does. */
export const FIRST_RIGHTS: readonly Right[] = [...USUAL_RIGHTS.clerk, 'flash'];

export interface FoundingErrand {
  readonly organisation: string;
  readonly station: string;
  readonly site: string;
  readonly office: { readonly code: string; readonly name: string; readonly symbol: string };
  readonly position: { readonly code: string; readonly title: string; readonly rights: readonly Right[] };
  readonly person: { readonly code: string; readonly name: string };
  /** Code of the founder's device. */
  readonly device: string;
}

/** What was founded: entries for the station, secrets for keyrings of this device and of nobody else. */
export interface FoundedHere {
  /** 16 bytes. */
  readonly organisation: Uint8Array;
  /** SHA-256 of the founding entry. */
  readonly founding: Uint8Array;
  readonly entries: readonly Uint8Array[];
  /** For a keyring that is kept away from every station. */
  readonly root: Keyring;
  /** For the founder's device, who is registrar. */
  readonly device: Keyring;
  readonly directorySize: number;
}

/**
 * @param stationKeys public halves; the station's secrets stay with it
 * @throws Refusal those of checkNames
 */
export async function foundHere(
  deps: { readonly crypto: CryptoProvider; readonly random: RandomSource }, order: FoundingErrand, stationKeys: Pick<StationKeys, 'keys' | 'link' | 'logKeys'>, created: Instant,
): Promise<FoundedHere> {
  const { organisation: name, site, office, position, person } = order;
  checkNames({ organisation: name, site, 'office-name': office.name, symbol: office.symbol, title: position.title, 'person-name': person.name });
  const { crypto, random } = deps;
  const registrar = { person: order.person.code, name: order.person.name };
  const founded = await foundOrganisation(crypto, { name: order.organisation, registrar, station: order.station, logKeys: stationKeys.logKeys, created, random });
  const { organisation, founding } = founded;
  const device = await makeDeviceRequest(crypto, {
    organisation, person: order.person.code, name: order.person.name, device: order.device, sealFor: order.position.code, created,
  });
  const asked = await checkDeviceRequest(crypto, organisation, device.request);
  const officeKeys = await makeFirstOfficeKeys(crypto, order.office.code, created);
  const desk: RegistrarDesk = { crypto, random, organisation: { id: organisation, name: order.organisation }, issuer: founded.issuer, now: created };
  const plans = await plansOf(desk, order, stationKeys, asked, officeKeys.map(({ published }) => published));
  const entries = await withEntries(desk, founded, plans);
  const state = (await foldEntries(crypto, null, entries))!;
  return {
    organisation, founding, entries, directorySize: state.point.size,
    root: { organisation, name: order.organisation, root: founded.root.keys.secret, seals: [], officeKeys: [], created },
    device: {
      ...device.contents,
      registrar: founded.registrar.keys.secret,
      issuer: founded.issuer.keys.secret,
      officeKeys: officeKeys.map(({ secret }) => secret),
      directory: { size: state.point.size, root: state.point.root },
    },
  };
}

async function plansOf(
  desk: RegistrarDesk, order: FoundingErrand, keys: Pick<StationKeys, 'keys' | 'link' | 'logKeys'>, asked: DeviceRequestStatement, officeKeys: readonly OfficePublicKey[],
): Promise<EntryPlan[]> {
  const { station, site, office, position } = order;
  const member = { asked, isNewPerson: true, holds: [position.code], from: earlier(desk.now) };
  const held = { position: position.code, office: office.code, title: position.title, rights: position.rights };
  return [
    await planStation(desk, { ...keys, station, site, address: undefined }),
    { kind: 'office', body: { office: office.code, name: office.name, symbol: office.symbol, station } },
    await planPosition(desk, held, office.name, asked.seal),
    ...(await planMember(desk, member)),
    ...officeKeys.map((published) => officeKeyPlan(office.code, published)),
  ];
}

async function withEntries(desk: RegistrarDesk, { entries, registrar }: Founded, plans: readonly EntryPlan[]): Promise<Uint8Array[]> {
  const first = (await foldEntries(desk.crypto, null, entries))!;
  return [...entries, ...(await signPlans(desk, [registrar.signer], plans, first.point))];
}
