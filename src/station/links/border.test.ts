/** Links between two organisations, and a peer that has its keys and means ill. Source: docs/protocol/frames.md §Over a border. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { HOUR_MS } from '#core/clock.ts';
import { peersOf } from '#model/directories.ts';
import type { DirectoryView } from '#model/directory-view.ts';
import { acceptDisclosure, makeDisclosure } from '#model/disclosure.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { type Frame, frame, helloStatement, type HelloStatement } from '#wire/frames.ts';
import { signOne, type TwinSigner } from '#wire/sign.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { SIMULATION_START } from '../../../test/sim/time.ts';
import { ItemsDouble, type Side, TestPair } from './testing.test.ts';

const EMPTY = { size: 0, root: new Uint8Array(32) };

interface Organisation {
  readonly practice: PracticeOrganisation;
  readonly station: string;
  readonly office: string;
  /** What the other calls it. */
  readonly called: string;
  /** What it was shown. */
  shown: DirectoryView | null;
}

/** The province's hub and the border guard's post, under one agreement; each was shown the other's directory. */
class BorderPair extends TestPair {
  province!: Organisation;
  guard!: Organisation;

  static async meet(until?: number, before: (pair: BorderPair) => void = () => {}): Promise<BorderPair> {
    const pair = new BorderPair();
    pair.province = await pair.#found('hub', 'van-phong', 'tinh');
    pair.guard = await pair.#found('post', 'don', 'bo-doi');
    await pair.#agree(pair.province, pair.guard, 'post:1', until);
    await pair.#agree(pair.guard, pair.province, undefined, until);
    for (const [from, to] of [[pair.guard, pair.province], [pair.province, pair.guard]] as const) await pair.show(from, to);
    before(pair);
    pair.hub = await pair.open('hub', newDisk(), new ItemsDouble(), 1);
    pair.post = await pair.open('post', newDisk(), new ItemsDouble(), 2);
    return pair;
  }

  protected override sideOf(station: string): Side {
    const { practice, shown } = this.#of(station);
    return { practice, peers: peersOf(shown === null ? [] : [shown]) };
  }

  protected override nameAt(_station: string, other: string): string {
    return this.#of(other).called;
  }

  protected override placeOf(station: string, name: string): string {
    const other = this.#other(this.#of(station));
    return name === other.called ? other.station : 'nobody';
  }

  /** What one shows now is what the other has of it from now on. */
  async show(from: Organisation, to: Organisation): Promise<void> {
    const { provider } = this;
    const { state, entries, authority, founded } = from.practice;
    const shown = makeDisclosure(provider, { view: state, entries, checkpoint: await from.practice.checkpoint() }, state.agreement(to.called)!, 0);
    const point = to.shown === null ? null : { size: to.shown.point.size, root: to.shown.point.root };
    assert.ok(point === null || point.size <= state.point.size);
    to.shown = (await acceptDisclosure(provider, founded, null, shown, { authority })).state;
    this.grew();
  }

  async isUp(): Promise<boolean[]> {
    const states = await Promise.all([this.hub.links.states(), this.post.links.states()]);
    return states.flat().map(({ state }) => state === 'up');
  }

  #of(station: string): Organisation {
    return station === 'hub' ? this.province : this.guard;
  }

  #other(one: Organisation): Organisation {
    return one === this.province ? this.guard : this.province;
  }

  async #found(station: string, office: string, called: string): Promise<Organisation> {
    const { provider, random } = this;
    const practice = await PracticeOrganisation.found({ provider, random: random.fork(called), now: SIMULATION_START, station, name: called, cheap: true });
    await practice.addOffice(office, station, office);
    return { practice, station, office, called, shown: null };
  }

  async #agree(own: Organisation, other: Organisation, address: string | undefined, until: number | undefined): Promise<void> {
    const { organisation, founding } = other.practice.founded;
    await own.practice.add([{ kind: 'agreement', body: {
      peer: other.called, organisation, founding, name: other.called, station: own.station, peerStation: other.station, address,
      offices: [own.office], precedence: 'immediate', from: SIMULATION_START, until, suite: undefined, terms: undefined,
    } }]);
  }
}

/** What the hub sends, changed by somebody who has its keys. */
function twist(pair: TestPair, change: (said: Frame) => Frame | null): void {
  pair.network.tap = (from, _to, bytes) => {
    const changed = from === 'hub' ? change(frame.decode(bytes)) : null;
    return changed === null ? bytes : frame.encode(changed);
  };
}

/** The hub says another hello, rightly signed. */
function lie(pair: BorderPair, change: Partial<HelloStatement>, signer: TwinSigner = pair.province.practice.stations.get('hub')!.signer): void {
  const dial = pair.network.dial.bind(pair.network);
  pair.network.dial = async (from, to) => {
    const carrier = await dial(from, to);
    return {
      peer: carrier.peer, binding: carrier.binding, open: (events) => carrier.open(events), close: () => carrier.close(),
      send: async (...pieces) => {
        const said = pieces.length === 1 ? frame.decode(pieces[0]!) : null;
        if (said?.kind !== 'hello') return carrier.send(...pieces);
        const statement = helloStatement.encode({ ...helloStatement.decode(said.statement), ...change });
        await carrier.send(frame.encode({ kind: 'hello', statement, signature: await signOne(pair.provider, signer, 'hello', statement, pair.random) }));
      },
    };
  };
}

const refusedAt = ({ post }: TestPair): string => post.remarks.join('\n');

/** A frame of the hub's in the place of its first check, when the link works. */
async function injected(said: (pair: BorderPair) => Frame): Promise<BorderPair> {
  const pair = await BorderPair.meet();
  twist(pair, ({ kind }) => (kind === 'check' ? said(pair) : null));
  await pair.time.run(3_000);
  return pair;
}

describe('two exchange stations', () => {
  it('meet under the names that their organisations give each other, and carry items both ways', async () => {
    const pair = await BorderPair.meet();
    await pair.time.run(3_000);
    const [hub, post] = [await pair.hub.links.states(), await pair.post.links.states()];
    assert.deepEqual([hub.map(({ peer, state }) => [peer, state]), post.map(({ peer, state }) => [peer, state])], [[['bo-doi', 'up']], [['tinh', 'up']]]);
    const there = pair.item(pair.hub, 'Công điện số 12.pdf', 'priority', [100_000]);
    const back = pair.item(pair.post, 'trả lời');
    await pair.queue(pair.hub, 'bo-doi', there);
    await pair.queue(pair.post, 'tinh', back);
    await pair.time.run(20_000);
    assert.deepEqual([pair.post.items.accepted, pair.hub.items.accepted], [[hex(there.id)], [hex(back.id)]]);
    const [offered] = pair.post.items.offered;
    assert.deepEqual(offered!.beyond, pair.province.practice.founded.organisation, 'its owner is told from which organisation it comes');
  });

  it('tell each other numbers, and nothing of ledgers or of the log', async () => {
    const said: Frame[] = [];
    const pair = await BorderPair.meet();
    pair.network.tap = (_from, _to, bytes) => (said.push(frame.decode(bytes)), bytes);
    await pair.queue(pair.hub, 'bo-doi', pair.item(pair.hub, 'một'));
    await pair.time.run(100_000);
    const hellos = said.filter((one) => one.kind === 'hello').map(({ statement }) => helloStatement.decode(statement));
    assert.ok(hellos.length >= 2 && hellos.every(({ ledger, towards }) => ledger.size === 0 && towards !== undefined));
    const checks = said.filter((one) => one.kind === 'check');
    assert.ok(checks.length > 0 && checks.every(({ checkpoint, consistency, from }) => checkpoint.length + consistency.length + from === 0));
    assert.deepEqual([...new Set(said.map(({ kind }) => kind))].filter((kind) => ['directory', 'witnessed', 'returned'].includes(kind)), []);
    assert.deepEqual(await pair.isUp(), [true, true]);
  });

  it('do not take the size of the other\'s log for what a neighbour holds of their own', async () => {
    const pair = await BorderPair.meet();
    await pair.time.run(3_000);
    assert.deepEqual(await pair.isUp(), [true, true]);
    assert.deepEqual([[...pair.hub.links.met()], [...pair.post.links.met()]], [[], []]);
  });

  it('do not meet before both were shown that the other agreed', async () => {
    const pair = await BorderPair.meet();
    pair.guard.shown = null;
    pair.grew();
    await pair.time.run(60_000);
    assert.deepEqual(await pair.isUp(), [false, false]);
    await pair.show(pair.province, pair.guard);
    await pair.time.run(120_000);
    assert.deepEqual(await pair.isUp(), [true, true]);
  });

  for (const [who, ends] of [['our', 'guard'], ['the other', 'province']] as const) {
    it(`part at once when ${who} side ends the agreement, while a file is under way`, async () => {
      const pair = await BorderPair.meet();
      await pair.time.run(3_000);
      pair.network.faults.delayMsMin = pair.network.faults.delayMsMax = 400;
      const item = pair.item(pair.hub, 'dở dang', 'routine', [40 * 65_552]);
      await pair.queue(pair.hub, 'bo-doi', item);
      await pair.time.run(4_500);
      const ending = pair[ends];
      await ending.practice.add([{ kind: 'end', body: { what: 'agreement', code: ends === 'guard' ? 'tinh' : 'bo-doi', reason: 'left' } }]);
      if (ends === 'guard') pair.grew();
      else await pair.show(pair.province, pair.guard);
      assert.match(refusedAt(pair), /peer-ended/);
      await pair.time.run(200_000);
      assert.deepEqual([pair.post.items.accepted, (await pair.post.links.states()).filter(({ state }) => state === 'up')], [[], []]);
    });
  }

  it('part when the agreement lapses, though nobody writes anything', async () => {
    const pair = await BorderPair.meet(SIMULATION_START + HOUR_MS);
    await pair.time.run(3_000);
    assert.deepEqual(await pair.isUp(), [true, true]);
    await pair.time.run(HOUR_MS + 60_000);
    assert.deepEqual(await pair.isUp(), [false, false]);
    await pair.queue(pair.hub, 'bo-doi', pair.item(pair.hub, 'quá hạn'));
    await pair.time.run(HOUR_MS + 200_000);
    assert.deepEqual(pair.post.items.accepted, []);
  });

  it('know each other by one certificate: the exchange station\'s of the disclosed directory', async () => {
    const pair = await BorderPair.meet();
    const { link } = pair.province.shown!.station('post')!;
    assert.equal(pair.hub.links.peerShowing(link), 'bo-doi');
    assert.equal(pair.hub.links.peerShowing(pair.province.practice.state.station('hub')!.link), null, 'the own is nobody beyond');
    assert.equal(pair.hub.links.peerShowing(link.with(9, link[9]! ^ 1)), null);
    await pair.guard.practice.add([{ kind: 'end', body: { what: 'agreement', code: 'tinh', reason: 'left' } }]);
    await pair.show(pair.guard, pair.province);
    assert.equal(pair.hub.links.peerShowing(link), null, 'nobody when it is over');
  });
});

describe('a hostile peer over a border', () => {
  const strange = new Uint8Array(16).fill(9);
  const lies: readonly (readonly [string, (pair: BorderPair) => Partial<HelloStatement>])[] = [
    ['does not say to whom it speaks', () => ({ towards: undefined })],
    ['speaks to another organisation', () => ({ towards: strange })],
    ['says that it is of our own', (pair) => ({ organisation: pair.guard.practice.founded.organisation })],
    ['says that it is of a third', () => ({ organisation: strange })],
    ['says that it is another station', () => ({ station: 'tram-la' })],
    ['speaks to another station', () => ({ peer: 'tram-la' })],
    ['carries a hello from another connection', () => ({ binding: new Uint8Array(32) })],
  ];
  for (const [says, change] of lies) {
    it(`is refused that ${says}`, async () => {
      const pair = await BorderPair.meet(undefined, (one) => lie(one, change(one)));
      await pair.queue(pair.hub, 'bo-doi', pair.item(pair.hub, 'không được'));
      await pair.time.run(20_000);
      assert.match(refusedAt(pair), /frame-refused .*peer-refused/);
      assert.deepEqual(pair.post.items.offered, []);
      assert.deepEqual((await pair.post.links.states()).map(({ state }) => state), ['down']);
    });
  }

  it('is refused with keys that the disclosed directory does not have', async () => {
    const { province } = await BorderPair.meet();
    const { signer } = await province.practice.identity('station', 'tram-gia');
    const pair = await BorderPair.meet(undefined, (one) => lie(one, {}, signer));
    await pair.queue(pair.hub, 'bo-doi', pair.item(pair.hub, 'khóa lạ'));
    await pair.time.run(20_000);
    assert.match(refusedAt(pair), /frame-refused .*signature-wrong/);
    assert.deepEqual(pair.post.items.offered, []);
  });

  const frames: readonly (readonly [string, (pair: BorderPair) => Frame])[] = [
    ['entries for our log', ({ guard }) => ({
      kind: 'directory', organisation: guard.practice.founded.organisation, from: 0, entries: [...guard.practice.entries], more: false, checkpoint: new Uint8Array(1),
    })],
    ['entries of its own log', ({ province }) => ({
      kind: 'directory', organisation: province.practice.founded.organisation, from: 0, entries: [...province.practice.entries], more: false, checkpoint: new Uint8Array(1),
    })],
    ['a ledger to be witnessed', () => ({ kind: 'check', lastSent: 0, lastReceived: 0, checkpoint: new Uint8Array(64), consistency: [], from: 0 })],
    ['a cosignature', () => ({ kind: 'witnessed', size: 3, cosignature: new Uint8Array(40) })],
    ['headers that we are said to have lost', () => ({ kind: 'returned', items: [{ channel: 1, header: new Uint8Array(40) }] })],
  ];
  for (const [what, said] of frames) {
    it(`is cut off when it brings ${what}`, async () => {
      const pair = await injected(said);
      assert.match(refusedAt(pair), /(?:frame-refused|check-failed) .*frame-malformed/);
      const [refused] = await pair.events(pair.post, 'refused');
      assert.deepEqual([refused!.peer, refused!.code], ['tinh', 'frame-malformed']);
    });
  }

  it('is not believed about who follows us: only our own keys say that', async () => {
    const forger = await BorderPair.meet();
    const { organisation } = forger.guard.practice.founded;
    const statement = helloStatement.encode({
      protocol: 1, organisation, station: 'post', peer: 'hub', incarnation: strange, time: SIMULATION_START, uncertaintyMs: 0, ledger: EMPTY, directory: EMPTY,
      lastSent: 0, lastReceived: 0, binding: strange, former: new Uint8Array(16).fill(2), formerSent: 0,
    });
    const { signer } = forger.province.practice.stations.get('hub')!;
    const said: Frame = { kind: 'superseded', statement, signature: await signOne(forger.provider, signer, 'hello', statement, forger.random) };
    const pair = await injected(() => said);
    assert.match(refusedAt(pair), /frame-refused .*superseded/);
    assert.doesNotMatch(refusedAt(pair), /^superseded /m);
  });
});
