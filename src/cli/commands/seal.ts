/** The seal of a position for a device that is in force already: a mover's, or a second holder's. */
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { planPosition } from '#client/admission.ts';
import { checkDeviceRequest, demandFingerprint, readDeviceRequest } from '#client/device-request.ts';
import { demandAsker, makeKeyRequest } from '#client/key-requests.ts';
import { deviceRequest as requestCodec } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, resolved, writeWhole } from '../homes.ts';
import { codeFrom } from '../names.ts';
import { proposePlans, registrarDesk } from '../registrar.ts';
import type { Values } from '../values.ts';
import { proposedLine } from './directory-add.ts';

export function sealRequest(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const file = resolved(values.need('out'));
  return withDevice(context, values, async ({ session, device, person }) => {
    const isOwn = session.view.held(person, session.now()).some((held) => held.position === position && held.acting === null);
    if (!isOwn) throw new Refusal('holder-unknown', { person, position });
    const { request, fingerprint, secret } = await makeKeyRequest(context.provider, session.ring, session.now());
    await session.ring.change((contents) => ({
      ...contents, seals: [...contents.seals.filter((one) => one.position !== position), { position, seal: secret }],
    }));
    writeWhole(file, requestCodec.encode(request));
    return { json: { request: file, device, position, fingerprint }, lines: [fill(context.words.said.requestMade, { file, device, fingerprint })] };
  });
}

/** The seal that stood before is ended by it. */
export function sealAdd(context: CliContext, values: Values): Promise<Outcome> {
  const code = codeFrom(values, 'position');
  const bytes = readBytes(values.need('request'));
  return withDevice(context, values, async (device) => {
    const { session: { view } } = device;
    const desk = await registrarDesk(device);
    const request = expectKind(context, 'deviceRequest', () => readDeviceRequest(bytes));
    demandFingerprint(context.provider, request, values.need('fingerprint'));
    const { device: asker, more } = demandAsker(view, await checkDeviceRequest(context.provider, view.organisation.id, request));
    const held = view.held(asker.person, desk.now).find(({ position, acting }) => position === code && acting === null);
    if (held === undefined) throw new Refusal('holder-unknown', { person: asker.person, position: code });
    const { position, office, title, rights } = held;
    const proposed = await proposePlans(context, device, [await planPosition(desk, { position, office, title, rights }, view.office(office)!.name, more)]);
    return { json: { ...proposed, position, device: asker.device }, lines: [proposedLine(context, proposed)] };
  });
}
