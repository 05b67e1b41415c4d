/**
 * The rows of attempts.ts for the shelf of device requests. Each row's requests name a person of its own: a person's budget
 * lets in four at once.
 */
import { base64url } from '#core/bytes.ts';
import { requestCodeOf } from '#model/device-requests.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { type DeviceRequest, deviceRequest, takingBack, voucher } from '#wire/invitation.ts';
import { newRequest, takingBackOf, voucherOf } from '../fixtures/device-requests.ts';
import { CLERK, DRAFTER, SIGNATORY, STRANGER } from '../fixtures/organisation.ts';
import { type Asked, type DoorWorld, jsonOf, NOBODY, REGISTRAR } from './world.ts';

const requestOf = ({ hub, org }: DoorWorld, person: string, name?: string): Promise<DeviceRequest> =>
  newRequest(org.state, { person, created: hub.clock.now(), ...(name === undefined ? {} : { name }) });

const leaving = (request: DeviceRequest): Asked => ({ body: { request: base64url(deviceRequest.encode(request)) } });

async function left(world: DoorWorld, person: string): Promise<{ code: string; request: DeviceRequest }> {
  const request = await requestOf(world, person);
  const answer = await world.hub.ask('leaveRequest', leaving(request), null);
  if (answer.status !== 200) throw new Error(jsonOf(answer).code);
  return { code: requestCodeOf(nodeCrypto, request), request };
}

async function vouching(world: DoorWorld, by: string): Promise<Asked> {
  const { code, request } = await left(world, NOBODY);
  return { params: { code }, body: { voucher: base64url(voucher.encode(await voucherOf(world.hub.deviceOf(by), request))) } };
}

async function dropping(world: DoorWorld, person: string, by: string): Promise<Asked> {
  const { code, request } = await left(world, person);
  return { params: { code }, body: { takenBack: await wordOf(world, request, by) } };
}

async function wordOf({ hub }: DoorWorld, request: DeviceRequest, by: string, device = by): Promise<string> {
  return base64url(takingBack.encode({ ...await takingBackOf(hub.deviceOf(by), request), device: hub.deviceOf(device).device }));
}

const ofCode = async (world: DoorWorld, person: string): Promise<Asked> => ({ params: { code: (await left(world, person)).code } });

export const REQUEST_ATTEMPTS = {
  leaveRequest: {
    prepare: async (world: DoorWorld) => leaving(await requestOf(world, DRAFTER)),
    wrong: [
      { says: 'of a person whom the directory does not have', as: null, code: 'person-unknown', asked: async (world: DoorWorld) => leaving(await requestOf(world, 'khong-ai')) },
      { says: 'under another name than the directory has', as: null, code: 'person-name-differs', asked: async (world: DoorWorld) => leaving(await requestOf(world, DRAFTER, 'Tên Khác')) },
      { says: 'of a device that is in the directory', as: null, code: 'name-taken',
        asked: async ({ hub, org }: DoorWorld) => leaving(await newRequest(org.state, { person: DRAFTER, device: hub.deviceOf(CLERK).device, created: hub.clock.now() })) },
      { says: 'of another organisation', as: null, code: 'organisation-unknown',
        asked: async ({ hub, org, foreign }: DoorWorld) => leaving(await newRequest(org.state, { person: DRAFTER, organisation: foreign.founded.organisation, created: hub.clock.now() })) },
      { says: 'with the proofs of other keys', as: null, code: 'proof-wrong',
        asked: async (world: DoorWorld) => leaving({ ...await requestOf(world, DRAFTER), proofs: (await requestOf(world, DRAFTER)).proofs }) },
      { says: 'of long ago', as: null, code: 'request-stale',
        asked: async ({ hub, org }: DoorWorld) => leaving(await newRequest(org.state, { person: DRAFTER, created: hub.clock.now() - 31 * 86_400_000 })) },
      { says: 'no request', as: null, code: 'cbor-malformed', asked: async () => ({ body: { request: 'AAAA' } }) },
    ],
  },
  leftRequest: {
    prepare: (world: DoorWorld) => ofCode(world, SIGNATORY),
    wrong: [{ says: 'a code under which nothing lies', as: null, code: 'request-unknown', asked: async () => ({ params: { code: '0'.repeat(20) } }) }],
  },
  vouchRequest: {
    right: NOBODY,
    prepare: (world: DoorWorld) => vouching(world, NOBODY),
    wrong: [
      { says: 'by a device of another person', as: STRANGER, code: 'voucher-wrong', asked: (world: DoorWorld) => vouching(world, STRANGER) },
      { says: 'in the name of a device that did not sign', as: NOBODY, code: 'voucher-wrong',
        asked: async (world: DoorWorld) => {
          const { code, request } = await left(world, NOBODY);
          const signed = await voucherOf(world.hub.deviceOf(STRANGER), request);
          return { params: { code }, body: { voucher: base64url(voucher.encode({ ...signed, device: world.hub.deviceOf(NOBODY).device })) } };
        } },
      { says: 'what nobody left', as: NOBODY, code: 'request-unknown',
        asked: async (world: DoorWorld) => {
          const request = await requestOf(world, NOBODY);
          return { params: { code: requestCodeOf(nodeCrypto, request) }, body: { voucher: base64url(voucher.encode(await voucherOf(world.hub.deviceOf(NOBODY), request))) } };
        } },
    ],
  },
  vouchedRequests: { prepare: async () => ({}) },
  dropRequest: {
    right: CLERK,
    prepare: (world: DoorWorld) => dropping(world, CLERK, CLERK),
    wrong: [
      { says: 'another person\'s', as: STRANGER, code: 'not-entitled', asked: (world: DoorWorld) => dropping(world, CLERK, STRANGER) },
      { says: 'with the word of another device', as: CLERK, code: 'taking-back-wrong',
        asked: async (world: DoorWorld) => {
          const { code, request } = await left(world, CLERK);
          return { params: { code }, body: { takenBack: await wordOf(world, request, STRANGER, CLERK) } };
        } },
      { says: 'one that is not there', as: REGISTRAR, code: 'request-unknown',
        asked: async (world: DoorWorld) => ({ params: { code: '0'.repeat(20) }, body: { takenBack: await wordOf(world, await requestOf(world, CLERK), REGISTRAR) } }) },
    ],
  },
} as const;
