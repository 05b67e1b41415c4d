/**
 * The first word on a carrier: who speaks, on which folder, in which state; signed by both algorithms over this very
 * connection. Source: docs/protocol/frames.md.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { frame, helloStatement, type FrameOf, type HelloStatement } from '#wire/frames.ts';
import { signOne, verifySignature } from '#wire/sign.ts';
import type { Carrier } from './carrier.ts';
import type { ChannelState } from './channel.ts';
import type { LinksDeps } from './deps.ts';
import { neighbourOf } from './policy.ts';

/** @returns a hello frame */
export async function makeHello(deps: LinksDeps, carrier: Carrier, state: ChannelState): Promise<Uint8Array> {
  const { directory, clock, provider, signer, random } = deps;
  const view = directory.view();
  const ledger = await deps.store.read((db) => deps.ledger.head(db));
  const statement = helloStatement.encode({
    protocol: 1,
    organisation: view.organisation.id,
    station: deps.station,
    peer: carrier.peer,
    incarnation: deps.incarnation(),
    time: clock.now(),
    uncertaintyMs: clock.uncertaintyMs(),
    ledger,
    directory: view.point,
    lastSent: state.lastSent,
    lastReceived: state.lastReceived,
    peerIncarnation: state.peerIncarnation ?? undefined,
    binding: carrier.binding,
    ...(deps.former === undefined || deps.former === null ? {} : { former: deps.former, formerSent: state.formerSent ?? 0 }),
  });
  const signature = await signOne(provider, signer, 'hello', statement, random);
  return frame.encode({ kind: 'hello', statement, signature });
}

/**
 * @throws Refusal `peer-unknown` for a station that is no neighbour of ours; `peer-refused` for another
 *   organisation, station or connection than this; `signature-wrong`
 * @throws DecodeError
 */
export async function checkHello(deps: LinksDeps, carrier: Carrier, hello: FrameOf<'hello'>): Promise<HelloStatement> {
  const statement = helloStatement.decode(hello.statement);
  const view = deps.directory.view();
  const station = neighbourOf(view, deps.station, carrier.peer);
  if (station === null) throw new Refusal('peer-unknown', { peer: carrier.peer });
  const isMeant =
    equal(statement.organisation, view.organisation.id) &&
    statement.station === carrier.peer &&
    statement.peer === deps.station &&
    equal(statement.binding, carrier.binding);
  if (!isMeant) throw new Refusal('peer-refused', { peer: carrier.peer });
  const isSigned = await verifySignature(deps.provider, station.verifier, 'hello', hello.statement, hello.signature);
  if (!isSigned) throw new Refusal('signature-wrong', { peer: carrier.peer });
  return statement;
}

/**
 * The incarnation that follows ours, where a hello to whomever proves it: by our own keys, and it names ours.
 * @returns null where it does not
 */
export async function provenSuccessor(deps: LinksDeps, bytes: Uint8Array, signature: FrameOf<'hello'>['signature']): Promise<Uint8Array | null> {
  const view = deps.directory.view();
  const own = view.station(deps.station);
  const { station, organisation, incarnation, former } = helloStatement.decode(bytes);
  const isAboutUs = own !== null && station === deps.station && equal(organisation, view.organisation.id) && !equal(incarnation, deps.incarnation());
  if (!isAboutUs || former === undefined) return null;
  return (await verifySignature(deps.provider, own.verifier, 'hello', bytes, signature)) ? incarnation : null;
}
