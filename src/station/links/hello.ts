/**
 * The first word on a carrier: who speaks, on which folder, in which state; signed by both algorithms over this very
 * connection. Source: docs/protocol/frames.md.
 */
import { equal } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { helloStatement, type FrameOf, type HelloStatement } from '#wire/frames.ts';
import { signOne, verifySignature } from '#wire/sign.ts';
import type { Carrier } from './carrier.ts';
import type { ChannelState } from './channel.ts';
import type { LinksDeps } from './deps.ts';
import type { Neighbour } from './policy.ts';

export async function makeHello(deps: LinksDeps, carrier: Pick<Carrier, 'binding'>, { record, beyond }: Neighbour, state: ChannelState): Promise<FrameOf<'hello'>> {
  const { directory, clock, provider, signer, random, lineage = null } = deps;
  const view = directory.view();
  // How much a station does is not told to another organisation.
  const ledger = beyond === null ? await deps.store.read((db) => deps.ledger.head(db)) : { size: 0, root: new Uint8Array(32) };
  const statement = helloStatement.encode({
    protocol: 1,
    organisation: view.organisation.id,
    station: deps.station,
    peer: record.station,
    incarnation: deps.incarnation(),
    time: clock.now(),
    uncertaintyMs: clock.uncertaintyMs(),
    ledger,
    directory: view.point,
    lastSent: state.lastSent,
    lastReceived: state.lastReceived,
    peerIncarnation: state.peerIncarnation ?? undefined,
    binding: carrier.binding,
    ...(lineage === null ? {} : { former: lineage.former, formerSent: state.formerSent ?? 0 }),
    ...(beyond === null ? {} : { towards: beyond }),
  });
  const signature = await signOne(provider, signer, 'hello', statement, random);
  return { kind: 'hello', statement, signature };
}

/**
 * @throws Refusal `peer-refused` for another organisation, station or connection than this, also for one that does not say
 *   to which organisation it speaks over a border; `signature-wrong`
 * @throws DecodeError
 */
export async function checkHello(
  deps: LinksDeps, carrier: Pick<Carrier, 'binding' | 'peer'>, neighbour: Neighbour, hello: Pick<FrameOf<'hello'>, 'statement' | 'signature'>,
): Promise<HelloStatement> {
  const { record, beyond } = neighbour;
  const statement = helloStatement.decode(hello.statement);
  const view = deps.directory.view();
  const isMeant =
    equal(statement.organisation, beyond ?? view.organisation.id) &&
    isTowards(statement, beyond === null ? null : view.organisation.id) &&
    statement.station === record.station &&
    statement.peer === deps.station &&
    equal(statement.binding, carrier.binding);
  if (!isMeant) throw new Refusal('peer-refused', { peer: carrier.peer });
  const isSigned = await verifySignature(deps.provider, record.verifier, 'hello', hello.statement, hello.signature);
  if (!isSigned) throw new Refusal('signature-wrong', { peer: carrier.peer });
  return statement;
}

/** Within an organisation nobody says it; over a border everybody does. */
function isTowards({ towards }: HelloStatement, own: Uint8Array | null): boolean {
  return own === null ? towards === undefined : towards !== undefined && equal(towards, own);
}

/**
 * The incarnation that goes on in our name, where a hello to whomever proves it by our own keys.
 * @returns null where it does not
 */
export async function provenSuccessor(deps: LinksDeps, bytes: Uint8Array, signature: FrameOf<'hello'>['signature']): Promise<Uint8Array | null> {
  const view = deps.directory.view();
  const own = view.station(deps.station);
  const said = helloStatement.decode(bytes);
  const isAboutUs = own !== null && said.station === deps.station && equal(said.organisation, view.organisation.id);
  if (!isAboutUs || !goesOnFromUs(deps, said)) return null;
  return (await verifySignature(deps.provider, own.verifier, 'hello', bytes, signature)) ? said.incarnation : null;
}

/**
 * It follows ours. Or it follows another, which a folder that was never restored need not know; one that was restored is not stopped by
 * what was said before it was opened, for that may be of those that it took the place of, nor by those that it follows.
 */
function goesOnFromUs({ incarnation, lineage = null }: LinksDeps, said: HelloStatement): boolean {
  if (said.former === undefined || equal(said.incarnation, incarnation())) return false;
  if (lineage === null || equal(said.former, incarnation())) return true;
  return said.time > lineage.opened && !lineage.formers.some((former) => equal(former, said.incarnation));
}
