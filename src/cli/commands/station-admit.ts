/** Admits a station that was invited: compares the fingerprint, certifies, has the entries sequenced, answers with a file. */
import { FIRST_RIGHTS } from '#client/founding-errand.ts';
import { equal } from '#core/bytes.ts';
import { fill } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { planAdmission } from '#client/admission.ts';
import { checkJoinRequest } from '#client/join-request.ts';
import { wholeLog } from '#client/whole-log.ts';
import { directoryEntry, type Right } from '#wire/directory.ts';
import { admission, joinRequest, joinRequestStatement } from '#wire/invitation.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, withDevice } from '../device.ts';
import { expectKind } from '../file-kinds.ts';
import { readBytes, resolved, writeWhole } from '../homes.ts';
import { findInvitation, markUsed } from '../invitations.ts';
import { codeFrom, nameFrom, rightsFrom } from '../names.ts';
import { proposePlans, type Proposed, registrarDesk } from '../registrar.ts';
import type { Values } from '../values.ts';
import { positionCode } from './station-init.ts';

export interface AdmitOrder {
  readonly request: Uint8Array;
  readonly fingerprint: string;
  /** The station's first office; none for a relay. */
  readonly office: { readonly office: string; readonly name: string; readonly symbol: string } | undefined;
  readonly position: { readonly position: string; readonly title: string; readonly rights: readonly Right[] } | undefined;
}

export interface Admitted {
  readonly station: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

export async function stationAdmit(context: CliContext, values: Values): Promise<Outcome> {
  const order: AdmitOrder = {
    request: readBytes(values.need('request')),
    fingerprint: values.need('fingerprint'),
    ...officeFrom(values),
  };
  const file = resolved(values.need('out'));
  const { station, size, bytes } = await withDevice(context, values, (device) => admit(context, device, order));
  writeWhole(file, bytes);
  return { json: { station, admission: file, size }, lines: [fill(context.words.said.admitted, { station, file })] };
}

export async function admit(context: CliContext, device: Device, order: AdmitOrder): Promise<Admitted> {
  const { session, home } = device;
  const desk = await registrarDesk(device);
  const asked = expectKind(context, 'joinRequest', () => joinRequestStatement.decode(joinRequest.decode(order.request).statement));
  const { invitation, secret, isUsed } = await findInvitation(context, home, session.ring, asked.invitation);
  const { fingerprint } = order;
  const join = await checkJoinRequest(context.provider, order.request, { invitation, secret, isUsed, fingerprint, now: desk.now });
  if (join.device !== null && order.office === undefined) throw new Refusal('option-missing', { option: '--office' });
  const { neighbour, address } = invitation;
  const { office, position } = order;
  const plans = await planAdmission(desk, { join, neighbour, address, office, position });
  const known = session.view.station(asked.station);
  const isIn = known?.endedBy === null && equal(known.verifier.p256, asked.keys.p256) && equal(known.verifier.mldsa, asked.keys.mldsa);
  const { outcome, size, proposals } = isIn ? inTheLog(session.view.point.size) : await proposePlans(context, device, plans);
  if (outcome === 'waiting') throw new Refusal('second-registrar-needed', { proposal: proposals?.join(', ') ?? '' });
  if (outcome !== 'sequenced') throw new Refusal('not-sequencer', { station: session.view.sequencer.station });
  markUsed(home, invitation.invitation);
  return { station: asked.station, size, bytes: await admissionOf(context, device, asked.station) };
}

/** Admitted before, when the second registrar had yet to sign: the file is all that is still lacking. */
function inTheLog(size: number): Proposed {
  return { outcome: 'sequenced', size };
}

/** The whole log with its checkpoint, as the joiner will verify it. */
async function admissionOf(context: CliContext, { session }: Device, station: string): Promise<Uint8Array> {
  const { entries, checkpoint } = await wholeLog(session, context.stop);
  return admission.encode({
    version: 1,
    organisation: session.view.organisation.id,
    station,
    entries: entries.map((entry) => directoryEntry.decode(entry)),
    checkpoint,
  });
}

function officeFrom(values: Values): Pick<AdmitOrder, 'office' | 'position'> {
  if (values.text('office') === null) return { office: undefined, position: undefined };
  const office = codeFrom(values, 'office');
  return {
    office: { office, name: nameFrom(values, 'office-name'), symbol: nameFrom(values, 'symbol') },
    position: {
      position: values.text('position') === null ? positionCode(office) : codeFrom(values, 'position'),
      title: values.text('title') === null ? 'Văn thư' : nameFrom(values, 'title'),
      rights: rightsFrom(values) ?? FIRST_RIGHTS,
    },
  };
}
