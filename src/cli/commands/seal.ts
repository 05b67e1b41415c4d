/** The seal of a position for a device that is in force already: a mover's, or a second holder's. */
import { fill } from '#core/refusal-words.ts';
import { giveSeal, requestSeal } from '#client/directory/seal-errands.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, resolved } from '../homes.ts';
import { codeFrom } from '../names.ts';
import { registrarNames } from '../next-seal.ts';
import { personName } from '../showing.ts';
import type { Values } from '../values.ts';
import { proposedLine } from './directory-add.ts';

export function sealRequest(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const file = resolved(values.need('out'));
  return withDevice(context, values, async ({ session, device }) => {
    const { request, fingerprint } = await requestSeal(session, position);
    context.host.durable.write(file, request);
    const { said, rights } = context.words;
    const lines = [
      fill(said.requestMade, { file, device, fingerprint }),
      fill(rights.sealRequestNext, { position, registrars: registrarNames(session.view) }),
    ];
    return { json: { request: file, device, position, fingerprint }, lines };
  });
}

/** The seal that stood before is ended by it. */
export function sealAdd(context: CliContext, values: Values): Promise<Outcome> {
  const position = codeFrom(values, 'position');
  const bytes = readBytes(values.need('request'));
  return withDevice(context, values, async ({ session }) => {
    const request = expectKind(context, 'deviceRequest', () => readDeviceRequest(bytes));
    const { device, ...proposed } = await giveSeal(session, position, request, values.need('fingerprint'), context.stop);
    const lines = [proposedLine(context, proposed)];
    const { view } = session;
    if (proposed.outcome === 'sequenced') lines.push(fill(context.words.rights.sealGiven, { position, device, name: personName(view, view.device(device)!.person) }));
    return { json: { ...proposed, position, device }, lines };
  });
}
