/** Worlds that hold, a world that replays, and for each checker a planted bug that it must find. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { check, CHECKERS } from './checkers.ts';
import { type Observation, observe, type SeenEvent, type SeenStation } from './observation.ts';
import { MARKER } from './desk.ts';
import { type Code, CODES } from './places.ts';
import { play } from './story.ts';
import { World } from './world.ts';

const SEEDS = 20;

describe('simulated worlds', () => {
  it(`hold, from ${SEEDS} seeds`, async () => {
    const faults = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await play(seed);
      assert.deepEqual(outcome.findings, [], `seed ${seed}: npm run sim -- --seeds 1 --from ${seed}`);
      for (const [fault, times] of outcome.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
    }
    for (const fault of ['crash', 'crash-before-commit', 'crash-after-commit', 'cut', 'lost-frame']) {
      assert.ok((faults.get(fault) ?? 0) > 0, `no world had a ${fault}`);
    }
  });

  it('replay identically from the same seed, and differently from another', async () => {
    const [one, again, other] = [await play(7), await play(7), await play(8)];
    assert.equal(one.trace, again.trace);
    assert.notEqual(one.trace, other.trace);
  });
});

describe('the directory', () => {
  it('rides the links: what one station proposes, the sequencer orders and all have', async () => {
    const world = await World.make(5);
    const sizeAt = (code: Code): number => world.site(code).station!.people.view().point.size;
    const size = sizeAt('hub');
    const person = (name: string) => world.organisation.sign([{ kind: 'person', body: { person: name, name: 'Đặng Ngọc Khuê' } }]);
    const here = await world.site('hub').station!.people.propose(await person('khue-mot'));
    assert.equal(here.outcome, 'sequenced');
    await world.time.run(60_000);
    assert.deepEqual(CODES.map(sizeAt), [size + 1, size + 1, size + 1]);
    const there = await world.site('post').station!.people.propose(await person('khue-hai'));
    assert.equal(there.outcome, 'sent');
    await world.time.run(120_000);
    assert.deepEqual(CODES.map(sizeAt), [size + 2, size + 2, size + 2]);
  });

  it('reaches a station that was cut off, when it comes back', async () => {
    const world = await World.make(6);
    await world.time.run(10_000);
    world.network.cut('relay', 'post');
    const entries = await world.organisation.sign([{ kind: 'person', body: { person: 'khue', name: 'Đặng Ngọc Khuê' } }]);
    await world.site('hub').station!.people.propose(entries);
    await world.time.run(6 * 3_600_000);
    world.network.mend('relay', 'post');
    await world.time.run(6 * 3_600_000 + 120_000);
    assert.equal(world.site('post').station!.people.view().person('khue')?.name, 'Đặng Ngọc Khuê');
  });
});

describe('checkers', () => {
  let seen: Observation;

  before(async () => {
    seen = await observe((await play(3)).world);
    assert.deepEqual(check(seen), []);
  });

  /** The same world as one station would have left it with a bug. */
  function changed(code: string, change: (station: SeenStation) => Partial<SeenStation>): Observation {
    return { ...seen, stations: seen.stations.map((one) => (one.code === code ? { ...one, ...change(one) } : one)) };
  }

  /** That checker, and it is enough that this one speaks. */
  function finds(name: string, world: Observation): void {
    assert.ok(CHECKERS[name]!(world).length > 0, `${name} did not see the planted bug`);
  }

  function having(kind: string): { code: string; event: SeenEvent } {
    for (const { code, events } of seen.stations) {
      const event = events.find((one) => one.kind === kind && one.subject !== null);
      if (event !== undefined) return { code, event };
    }
    return assert.fail(`this world has no ${kind}`);
  }

  const without = ({ events }: SeenStation, event: SeenEvent) => ({ events: events.filter((one) => one !== event) });
  const twice = ({ events }: SeenStation, event: SeenEvent) => ({ events: [...events, event] });

  it('see a dispatch that was never accepted', () => {
    finds('accepted', { ...seen, sent: seen.sent.map((one) => ({ ...one, accepted: false })) });
  });

  it('see a delivery that is lost, and one that is made twice', () => {
    const { code, event } = having('arrived');
    finds('deliveredOnce', changed(code, (station) => without(station, event)));
    finds('deliveredOnce', changed(code, (station) => twice(station, event)));
  });

  it('see a number that is left out, one given twice, and one that never came', () => {
    const { code, event } = having('sent');
    finds('numbersContiguous', changed(code, (station) => without(station, event)));
    finds('numbersContiguous', changed(code, (station) => twice(station, event)));
    finds('numbersContiguous', changed(code, ({ links }) => ({ links: links.map((link) => ({ ...link, received: link.received + 1 })) })));
    finds('numbersContiguous', changed(code, ({ links }) => ({ links: links.map((link) => ({ ...link, queued: 1 })) })));
  });

  it('see custody that was said before it was durable', () => {
    const { code } = having('custody-taken');
    finds('custodyIsDurable', changed(code, ({ events }) => ({ events: events.filter(({ kind }) => kind !== 'custody-taken') })));
    finds('custodyIsDurable', { ...seen, stations: seen.stations.map((one) => ({ ...one, blobs: new Set<string>() })) });
  });

  it('see a receipt that did not come home', () => {
    const { code, event } = having('receipt');
    finds('receiptsCameHome', changed(code, ({ events }) => ({
      events: events.filter(({ kind, subject }) => kind !== 'receipt' || subject !== event.subject),
    })));
  });

  it('see two ledgers that tell different things', () => {
    finds('ledgersAgree', { ...seen, stations: seen.stations.map((one) => ({ ...one, events: one.events.filter(({ kind }) => kind !== 'custody-taken') })) });
    const { code } = seen.stations.find(({ witnessed }) => witnessed.length > 0)!;
    finds('ledgersAgree', changed(code, ({ witnessed }) => ({ witnessed: witnessed.map((one) => ({ ...one, kept: 'another' })) })));
  });

  it('see custody that a power cut takes back, on a disk that lies about its syncs', async () => {
    const world = await World.make(1);
    world.desk.send('hub', ['relay'], 'routine', []);
    await world.time.run(60_000, () => world.promised.length > 0);
    const { disk } = world.site('relay');
    disk.inspect(`delete from ledger_entry where kind = 'custody-taken'`);
    world.crash('relay', 1_000_000);
    assert.ok(world.promised.every(({ lost }) => lost));
    finds('custodyIsDurable', { ...seen, promised: [{ station: 'relay', peer: 'hub', id: 'any', lost: true }] });
  });

  it('see plaintext in a table or a file of a real disk', async () => {
    const world = await World.make(1);
    const { disk } = world.site('relay');
    disk.inspect('create table letters (text blob)');
    disk.inspect('insert into letters values (?)', [MARKER]);
    finds('nothingInTheClear', await observe(world));
    disk.inspect('drop table letters');
    const file = await (await disk.blobs.open('staging/letter')).write(MARKER, 0);
    assert.equal(file, undefined);
    finds('nothingInTheClear', await observe(world));
  });
});
