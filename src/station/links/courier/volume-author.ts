/** Who wrote a volume, by the two signatures at its head and the directory. Source: docs/protocol/bundles.md §Reading. */
import { equal } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { BundleHead, BundleStatement } from '#wire/bundle.ts';
import { helloStatement, type HelloStatement } from '#wire/frames.ts';
import { verifySignature } from '#wire/sign.ts';
import { checkHello } from '../hello.ts';
import { type Here, type Neighbour, neighbourOf } from '../policy.ts';
import type { LinksRoom } from '../talk.ts';

/** Who wrote a volume, as far as its signatures prove it. */
export interface Writer {
  readonly peer: string;
  readonly met: Neighbour;
  readonly hello: HelloStatement;
  /** Of our organisation and no neighbour, by the directory as it is here: of what it brings the directory alone is looked at. */
  readonly isStranger: boolean;
}

/** @throws Refusal `bundle-malformed`, `bundle-not-for-us`, `bundle-forged`, `peer-unknown` */
export async function proven(room: LinksRoom, head: BundleHead, statement: BundleStatement): Promise<Writer> {
  const hello = asBundle(() => helloStatement.decode(head.hello));
  const here: Here = { view: room.directory.view(), peers: room.directory.peers(), station: room.station, now: room.clock.now() };
  const peer = writerName(here, hello);
  const neighbour = peer === null ? null : neighbourOf(here, peer);
  const met = neighbour ?? (peer === null ? null : strangerOf(here, hello));
  if (peer === room.station && (await isOwn(room, here, head, statement))) throw new Refusal('bundle-not-for-us', { own: hello.peer });
  if (peer === null || hello.peer !== room.station) throw new Refusal('bundle-not-for-us', { station: hello.peer });
  if (met === null) throw new Refusal('peer-unknown', { peer });
  try {
    await checkHello(room, { peer, binding: statement.bundle }, met, { statement: head.hello, signature: head.helloSignature });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code === 'signature-wrong' ? 'bundle-forged' : 'bundle-not-for-us', { station: hello.peer });
  }
  const isSigned = equal(room.provider.hash.sha256(head.hello), statement.hello)
    && (await verifySignature(room.provider, met.record.verifier, 'bundle', head.statement, head.signature));
  if (!isSigned) throw new Refusal('bundle-forged', { station: hello.station });
  return { peer, met, hello, isStranger: neighbour === null };
}

/** Written here, by our keys: whoever carries it could write any name. */
async function isOwn({ provider, station }: LinksRoom, { view }: Here, head: BundleHead, statement: BundleStatement): Promise<boolean> {
  const own = view.station(station);
  const isItsHello = equal(provider.hash.sha256(head.hello), statement.hello);
  return own !== null && isItsHello && (await verifySignature(provider, own.verifier, 'bundle', head.statement, head.signature));
}

/** A station of ours that our directory knows no link with: one may have been added that we have not heard of, and its stick tells us. */
function strangerOf({ view, station: own }: Here, { organisation, station }: HelloStatement): Neighbour | null {
  const record = equal(organisation, view.organisation.id) && station !== own ? view.station(station) : null;
  return record === null || record.endedBy !== null ? null : { record, beyond: null };
}

/** What we call whoever says this; null where it is not of ours and no organisation that we have an agreement with. */
function writerName({ view }: Here, { organisation, station }: HelloStatement): string | null {
  if (equal(organisation, view.organisation.id)) return station;
  return view.agreements().find((one) => one.endedBy === null && equal(one.organisation, organisation))?.peer ?? null;
}

export function asBundle<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new Refusal('bundle-malformed', { field: error.field });
  }
}
