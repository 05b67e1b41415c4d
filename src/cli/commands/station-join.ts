/**
 * A new station joins in two steps: it answers an invitation with keys made here, and later takes the admission. Between
 * the two its secrets wait in the data folder's own place, `joining.json`, mode 0600.
 */
import { base64url, equal, fromBase64url, fromHex, hex } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { shellWord } from '#core/shell-word.ts';
import { makeDeviceRequest } from '#client/keyring/device-request.ts';
import { readInvitation, unlockInvitation } from '#client/directory/invitation.ts';
import { makeJoinRequest, type StationSecrets } from '#client/directory/join-request.ts';
import { makeFirstOfficeKeys } from '#client/office-keys/office-keys.ts';
import { checkPassphrase } from '#client/keyring/slots.ts';
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { acceptLog } from '#model/directory-log.ts';
import { organisationShown } from '#model/organisation-id.ts';
import { directoryEntry } from '#wire/directory.ts';
import { admission, type Invitation } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { expectKind } from '../file-kinds.ts';
import { dataOf, homeOf, joiningPath, readBytes, readIfThere, resolved, writeDeviceFile, type Writing } from '../homes.ts';
import { codeFrom, nameFrom } from '../names.ts';
import { askNewPassphrase, askSecret } from '../passphrases.ts';
import { carriedHome } from '../placed.ts';
import { deviceRing, keyringPath, ringInHand } from '../rings.ts';
import type { Values } from '../values.ts';
import { databaseFrom, DEFAULT_API_PORT, deviceCode, positionCode } from './station-init.ts';
import { addressFrom } from './station-invite.ts';

export interface JoinOrder {
  readonly data: string;
  readonly invitation: Uint8Array;
  readonly code: string;
  /** What the code opened, where it was tried already. */
  readonly secret?: Uint8Array;
  readonly address: string | undefined;
  readonly apiPort: number | undefined;
  readonly linkPort: number | undefined;
  readonly database?: string | undefined;
  readonly databasePasswordFile?: string | undefined;
  /** The station's first person and office; none for a relay. */
  readonly member: null | {
    readonly home: string;
    readonly person: string;
    readonly name: string;
    readonly device: string;
    readonly office: string;
    readonly position: string;
    readonly passphrase: string;
  };
}

export interface Joining {
  readonly request: Uint8Array;
  readonly fingerprint: string;
  readonly station: string;
}

const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const joiningFile = z.strictObject({
  station: z.string(),
  founding: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string(),
  site: z.string().optional(),
  home: z.string().optional(),
  /** The request itself, for whoever lost the file. */
  request: z.string().optional(),
  apiPort: z.int().optional(),
  linkPort: z.int().optional(),
  database: z.string().optional(),
  databasePasswordFile: z.string().optional(),
  secrets: z.strictObject({ p256: bytes32, mldsa: bytes32, link: bytes32, ed25519: bytes32, mldsa44: bytes32 }),
});

export async function stationJoin(context: CliContext, values: Values): Promise<Outcome> {
  const data = dataOf(values, context.environment);
  if (values.text('admission') !== null) {
    const { station, name, home, size, hasOffice } = await takeAdmission(context, data, readBytes(values.need('admission')));
    return { json: { station, data, size }, lines: [fill(context.words.said.joined, { station, name, data: shellWord(data) }), ...(hasOffice ? [fill(context.words.said.joinedNext, carriedHome(home, context.environment))] : [])] };
  }
  const ports = { apiPort: values.number('port', 1, 65_535) ?? undefined, linkPort: values.number('link-port', 1, 65_535) ?? undefined };
  context.host.refusePortTwice({ api: ports.apiPort, link: ports.linkPort });
  const invitation = readBytes(values.need('invitation'));
  const file = resolved(values.need('out'));
  const invited = expectKind(context, 'invitation', () => readInvitation(invitation));
  refuseLate(context, data, invited);
  context.output.say(fill(context.words.said.invitedBy, { name: invited.name, site: invited.site, organisation: organisationShown(invited.founding) }));
  const code = await askSecret(context, values, 'code-file', context.words.prompt.invitationCode);
  // Before a passphrase is thought up: a wrong code ends it all.
  const secret = await unlockInvitation(context.provider, invited, code);
  const member = await memberFrom(context, values, invited.station);
  const { request, fingerprint, station } = await join(context, { data, invitation, code, secret, address: addressFrom(values), member, ...ports, ...databaseFrom(values) });
  context.host.durable.write(file, request);
  return { json: { station, request: file, fingerprint }, lines: [fill(context.words.said.joinMade, { file, fingerprint }), fill(context.words.said.joinNext, { data: shellWord(data) })] };
}

/** Makes the keys of a station, and of its first person and office. */
export async function join(context: CliContext, order: JoinOrder): Promise<Joining> {
  const { provider, clock } = context;
  const { data, member, address } = order;
  const invitation = readInvitation(order.invitation);
  refuseLate(context, data, invitation);
  const { organisation, station, site, name } = invitation;
  const founding = hex(invitation.founding);
  const created = clock.now();
  const secret = order.secret ?? (await unlockInvitation(provider, invitation, order.code));
  const made = member === null ? null : await makeMember(context, organisation, member);
  const officeKeys = made?.officeKeys.map(({ published }) => published) ?? [];
  const device = made?.device.request;
  const asked = await makeJoinRequest(provider, { invitation, secret, address, device, office: member?.office, officeKeys, created });
  if (member !== null && made !== null) {
    const contents = { ...made.device.contents, officeKeys: made.officeKeys.map((key) => key.secret) };
    await (await ringInHand(context, deviceRing(context, member.home), member.passphrase, contents))();
    const url = `http://127.0.0.1:${order.apiPort ?? DEFAULT_API_PORT}`;
    writeDeviceFile(context.host, member.home, { station: url, founding, device: member.device, person: member.person });
  }
  keepJoining(context.host, order, { station, site, founding, name, home: member?.home, request: asked.request, secrets: asked.secrets });
  return { request: asked.request, fingerprint: asked.fingerprint, station };
}

interface AskedJoin {
  readonly station: string;
  /** What people will call it. */
  readonly site: string;
  readonly founding: string;
  /** Of the organisation. */
  readonly name: string;
  /** Where the first person's device was made. */
  readonly home?: string | undefined;
  readonly request: Uint8Array;
  readonly secrets: StationSecrets;
}

/** Keeps what an admission will need. */
export function keepJoining({ durable }: Writing, { data, apiPort, linkPort, database, databasePasswordFile }: Pick<JoinOrder, 'data' | 'apiPort' | 'linkPort' | 'database' | 'databasePasswordFile'>, { request, secrets, ...asked }: AskedJoin): void {
  const kept = { ...asked, request: base64url(request), apiPort, linkPort, database, databasePasswordFile, secrets: textOf(secrets) };
  durable.write(joiningPath(data), `${JSON.stringify(kept)}\n`);
}

/** What waits for its admission in a folder; null where nothing does. */
export function joiningIn(data: string): { station: string; site: string | null; name: string; request: Uint8Array | null } | null {
  const text = readIfThere(joiningPath(data));
  if (text === null) return null;
  const { station, site = null, name, request } = joiningFile.parse(JSON.parse(text));
  return { station, site, name, request: request === undefined ? null : fromBase64url(request) };
}

/** What was asked for is taken back, with the keys that were made for it. */
export function forgetJoining(data: string): void {
  rmSync(joiningPath(data), { force: true });
}

/** @throws Refusal `data-folder-occupied`, `invitation-expired` */
function refuseLate({ host, clock }: CliContext, data: string, { expires }: Invitation): void {
  host.refuseOccupied(data);
  if (clock.now() > expires) throw new Refusal('invitation-expired');
}

/** Checks the log that the admission brings against the invitation's trust anchor, and makes the station of it. */
export async function takeAdmission(context: CliContext, data: string, bytes: Uint8Array): Promise<{ station: string; founding: string; name: string; home: string | null; size: number; hasOffice: boolean }> {
  const { provider, host } = context;
  const text = readIfThere(joiningPath(data));
  if (text === null) throw new Refusal(host.isStation(data) ? 'joined-already' : 'data-folder-empty', { folder: data });
  const { station, founding: foundingHex, name, home = null, apiPort, linkPort, database, databasePasswordFile, secrets } = joiningFile.parse(JSON.parse(text));
  const founding = fromHex(foundingHex)!;
  const given = expectKind(context, 'admission', () => admission.decode(bytes));
  const entries = given.entries.map((entry) => directoryEntry.encode(entry));
  const state = await acceptLog(provider, null, { from: 0, entries, checkpoint: given.checkpoint }, founding);
  if (given.station !== station || state.station(station) === null) throw new Refusal('station-unknown', { station });
  if (!equal(given.organisation, state.organisation.id)) throw new Refusal('organisation-unknown');
  host.refuseOccupied(data);
  await host.create({ data, station, secrets: secretsOf(secrets), apiPort, linkPort, database, databasePasswordFile }, { founding, entries, checkpoint: given.checkpoint });
  forgetJoining(data);
  return { station, founding: foundingHex, name, home, size: state.point.size, hasOffice: state.offices().some((office) => office.station === station) };
}

type Member = NonNullable<JoinOrder['member']>;

async function makeMember({ provider, clock, host }: CliContext, organisation: Uint8Array, member: Member) {
  checkPassphrase(member.passphrase);
  if (host.exists(keyringPath(member.home))) throw new Refusal('data-folder-occupied', { folder: member.home });
  const { person, name, device, position, office } = member;
  const created = clock.now();
  return {
    device: await makeDeviceRequest(provider, { organisation, person, name, device, sealFor: position, created }),
    officeKeys: await makeFirstOfficeKeys(provider, office, created),
  };
}

async function memberFrom(context: CliContext, values: Values, station: string): Promise<Member | null> {
  if (values.text('person') === null) return null;
  const person = codeFrom(values, 'person');
  const name = nameFrom(values, 'person-name');
  const office = values.text('office') === null ? station : codeFrom(values, 'office');
  return {
    home: homeOf(values, context.environment),
    person,
    name,
    device: values.text('device-code') === null ? deviceCode(person) : codeFrom(values, 'device-code'),
    office,
    position: values.text('position') === null ? positionCode(office) : codeFrom(values, 'position'),
    passphrase: await askNewPassphrase(context, values, 'passphrase-file', name),
  };
}

function textOf({ signing, link, logs }: StationSecrets) {
  const { p256, mldsa } = signing;
  return {
    p256: base64url(p256), mldsa: base64url(mldsa), link: base64url(link),
    ed25519: base64url(logs.ed25519), mldsa44: base64url(logs.mldsa44),
  };
}

function secretsOf(text: ReturnType<typeof textOf>): StationSecrets {
  const of = (one: string): Uint8Array => fromBase64url(one)!;
  return {
    signing: { p256: of(text.p256), mldsa: of(text.mldsa) },
    link: of(text.link),
    logs: { ed25519: of(text.ed25519), mldsa44: of(text.mldsa44) },
  };
}
