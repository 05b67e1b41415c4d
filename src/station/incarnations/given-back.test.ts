/** What neighbours say that a restored folder lost: believed where our own station's sealing shows it, and nowhere else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeError } from '#core/decode-error.ts';
import { DAY_MS } from '#core/clock.ts';
import { PracticeOrganisation } from '#model/practice.ts';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { stationMigrations } from '#station/compose.ts';
import { Ledger } from '#station/kernel/ledger.ts';
import { openStore, type Store } from '#station/kernel/store.ts';
import { header as headerCodec, sealingStatement } from '#wire/envelope.ts';
import { event } from '#wire/event.ts';
import { signOne, type TwinSigner } from '#wire/sign.ts';
import type { Signed } from '#wire/signature.ts';
import { newDisk } from '../../../test/fixtures/disks.ts';
import { SeededRandom } from '../../../test/sim/seed.ts';
import { simulationSuite } from '../../../test/sim/suite.ts';
import { SIMULATION_START } from '../../../test/sim/time.ts';
import { type GivenBackDeps, takeReturned } from './given-back.ts';
import { closeIncarnation, reopen } from './restoration.ts';
import type { Cause } from './tables.ts';

const NOW = SIMULATION_START + DAY_MS;
const FORMER = new Uint8Array(16).fill(1);
const NEXT = new Uint8Array(16).fill(2);
const STATION = 'tram-tinh';

interface Given {
  readonly channel: number;
  readonly header: Uint8Array;
  readonly sealing: Signed | null;
}

interface NumberTables {
  number_counter: { office: string; direction: 'out' | 'in'; series: string; last: number };
}

class World {
  readonly random = new SeededRandom('given back');
  readonly provider = simulationSuite(this.random.fork('suite'));
  readonly org: PracticeOrganisation;
  readonly store: Store;
  readonly ledger: Ledger;
  incarnation = FORMER;

  private constructor(org: PracticeOrganisation, store: Store) {
    this.org = org;
    this.store = store;
    const encodeEvent: ConstructorParameters<typeof Ledger>[0]['encodeEvent'] = ({ index, time, incarnation, kind, subject, fields }) =>
      event.encode({ version: 1, index, time, uncertaintyMs: 0, incarnation, kind, subject: subject ?? undefined, fields, commitments: [] });
    this.ledger = new Ledger({
      store, clock: { now: () => NOW }, random: this.random, hash: nodeCrypto.hash,
      incarnation: () => this.incarnation, encodeEvent,
    });
  }

  static async make(): Promise<World> {
    const random = new SeededRandom('organisation');
    const org = await PracticeOrganisation.found({ provider: simulationSuite(random.fork('suite')), random, now: SIMULATION_START, station: STATION, cheap: true });
    await org.addStation('muong-leo');
    await org.addOffice('van-phong', STATION, 'Văn phòng');
    await org.addOffice('don', 'muong-leo', 'Đồn');
    return new World(org, await openStore(newDisk(), { migrations: stationMigrations }));
  }

  async restored(cause: Cause, { opens = true } = {}): Promise<void> {
    await this.store.commit(async (tx) => {
      await closeIncarnation(this.store, tx, { cause, former: FORMER, ledger: { size: 0, root: new Uint8Array(32) }, asOf: SIMULATION_START });
      if (!opens) return;
      this.incarnation = NEXT;
      await reopen(this.store, this.ledger, tx, { incarnation: NEXT, reason: 'disk-lost', now: NOW, organisation: this.#organisation, margin: null });
    });
  }

  header(over: { readonly station?: string; readonly organisation?: Uint8Array; readonly created?: number } = {}): Uint8Array {
    const organisation = over.organisation ?? this.#organisation;
    return headerCodec.encode({
      version: 1, suite: this.provider.suite, kind: 'dispatch', from: { organisation, office: 'van-phong' }, station: over.station ?? STATION,
      to: [{ office: { organisation: this.#organisation, office: 'don' }, role: 'action', precedence: 'routine' }], created: over.created ?? NOW,
      exercise: false, core: this.random.bytes(32), parts: [], hopLimit: 8,
    });
  }

  /** @param by whose keys sign it, as the station that is named */
  async sealed(header: Uint8Array, { by = this.signerOf(STATION), dispatch = nodeCrypto.hash.sha256(header), station = STATION } = {}): Promise<Given> {
    const statement = sealingStatement.encode({
      version: 1, dispatch, number: 0, station, stanzas: 2, stanzaRoot: new Uint8Array(32), bodyDigest: new Uint8Array(32), bodySize: 17, time: NOW,
    });
    return { channel: 7, header, sealing: { statement, signature: await signOne(this.provider, by, 'sealing', statement, this.random) } };
  }

  signerOf(station: string): TwinSigner {
    return this.org.stations.get(station)!.signer;
  }

  take(...items: readonly Given[]): Promise<number> {
    const deps: GivenBackDeps = {
      store: this.store, ledger: this.ledger, provider: this.provider, view: () => this.org.state, station: STATION, now: () => NOW,
    };
    return takeReturned(deps, 'muong-leo', items);
  }

  /** @returns last numbers of the registers by series, and how many events there are of what was given back or left out */
  async left(): Promise<{ readonly numbers: readonly (readonly [string, number])[]; readonly returned: number; readonly skipped: number }> {
    const counters = await this.store.read((db) => this.store.of<NumberTables>().in(db).selectFrom('number_counter').selectAll().orderBy('series').execute());
    const kinds = (await this.store.read((db) => this.ledger.entries(db, 0, 10_000))).map(({ kind }) => kind);
    const count = (wanted: string): number => kinds.filter((kind) => kind === wanted).length;
    return { numbers: counters.map(({ series, last }) => [series, last] as const), returned: count('returned'), skipped: count('number-skipped') };
  }

  get #organisation(): Uint8Array {
    return this.org.state.organisation.id;
  }
}

const NOTHING = { numbers: [], returned: 0, skipped: 0 };

describe('a neighbour that means ill', () => {
  it('burns no number of a folder that was never restored, with headers that it invents nor with true ones', async () => {
    const world = await World.make();
    const invented = Array.from({ length: 16 }, () => ({ channel: 1, header: world.header(), sealing: null }));
    assert.equal(await world.take(...invented), 16);
    assert.equal(await world.take(await world.sealed(world.header())), 1);
    assert.deepEqual(await world.left(), NOTHING);
  });

  it('burns none before an operator has opened a new incarnation, nor where another folder goes on', async () => {
    const waiting = await World.make();
    await waiting.restored('restored', { opens: false });
    assert.equal(await waiting.take(await waiting.sealed(waiting.header())), 1);
    assert.deepEqual(await waiting.left(), NOTHING);
    const put = await World.make();
    await put.restored('superseded', { opens: false });
    assert.equal(await put.take(await put.sealed(put.header())), 1);
    assert.deepEqual(await put.left(), NOTHING);
  });

  it('burns none of a restored folder but with what its own station sealed', async () => {
    const world = await World.make();
    await world.restored('restored');
    const header = world.header();
    const right = await world.sealed(header);
    const forged: readonly Given[] = [
      { ...right, sealing: null },
      await world.sealed(header, { by: world.signerOf('muong-leo') }),
      await world.sealed(header, { station: 'muong-leo' }),
      await world.sealed(header, { dispatch: nodeCrypto.hash.sha256(world.header()) }),
      { ...right, header: world.header({ created: NOW + 365 * DAY_MS }) },
      { ...right, sealing: { ...right.sealing!, statement: right.sealing!.statement.slice(1) } },
      { ...right, sealing: { ...right.sealing!, signature: { ...right.sealing!.signature, mldsa: new Uint8Array(3_309) } } },
    ];
    for (const [index, one] of forged.entries()) assert.equal(await world.take(one), 1, `forged ${index}`);
    assert.deepEqual(await world.left(), NOTHING);
  });

  it('is cut off for bytes that are no header', async () => {
    const world = await World.make();
    await world.restored('restored');
    await assert.rejects(world.take({ channel: 1, header: new Uint8Array(40), sealing: null }), DecodeError);
  });
});

describe('what a restored folder lost', () => {
  for (const cause of ['restored', 'behind'] as const) {
    it(`is taken where its own station sealed it (${cause}), once, and numbers go on above it`, async () => {
      const world = await World.make();
      await world.restored(cause);
      const lost = await Promise.all(Array.from({ length: 3 }, () => world.sealed(world.header())));
      assert.equal(await world.take(...lost), 0);
      const after = await world.left();
      assert.deepEqual([after.returned, after.skipped, after.numbers.length], [3, 1, 1]);
      assert.equal(await world.take(...lost), 0);
      assert.deepEqual(await world.left(), after);
    });
  }

  it('is told apart from what others sealed and passed on through us: that is neither lost here nor an attack', async () => {
    const world = await World.make();
    await world.restored('restored');
    const passed = await world.sealed(world.header({ station: 'muong-leo' }), { by: world.signerOf('muong-leo'), station: 'muong-leo' });
    const foreign = await world.sealed(world.header({ organisation: new Uint8Array(16).fill(9) }));
    assert.equal(await world.take(passed, foreign), 0);
    assert.deepEqual(await world.left(), NOTHING);
  });
});
