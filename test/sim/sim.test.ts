/** Worlds that hold, a world that replays and one that is made smaller, and for each checker a planted bug that it must find. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '#core/refusals.ts';
import { createStation } from '#station/compose.ts';
import { CHECKERS } from './checkers.ts';
import { makeRoom, planFaults } from './faults.ts';
import { askedFor } from './kinds.ts';
import type { Observation } from './observation.ts';
import { PLANTED, type Planted, quietPlan } from './planted.ts';
import { type DispatchPlan, type FaultPlan, planWorld, type PlanSize, type Weather, type WorldPlan } from './plan.ts';
import { shrink } from './shrink.ts';
import { play } from './story.ts';
import { judge, smaller } from './verdict.ts';
import { World } from './world.ts';

/** `npm run sim` plays larger ones, and continuous integration many of them. */
const TINY_WORLD: PlanSize = { stations: [3, 5], dispatches: [10, 14], faults: [8, 12], troubleMs: 4 * 60_000 };
/** It has every kind of fault that the test asks for. */
const SEED = 9174;

describe('simulated worlds', () => {
  it(`hold, from the seed ${SEED}`, async () => {
    const { findings, faults } = await play({ ...planWorld(SEED, TINY_WORLD), audited: true });
    assert.deepEqual(findings, []);
    for (const kind of ['cut', 'promote', 'leave-person', 'leave-station', 'link-begins', 'link-ends'] as const) assert.ok(faults.has(kind), `no ${kind}`);
    for (const kind of ['crash-', 'weather-']) assert.ok(faults.keys().some((one) => one.startsWith(kind)), `no ${kind}`);
  });

  it('replay identically from the same seed, and differently from another', async () => {
    const small = (seed: number) => play(planWorld(seed, { stations: [3, 4], dispatches: [4, 6], faults: [6, 9], troubleMs: 2 * 60_000 }));
    const [one, again, other] = [await small(7), await small(7), await small(8)];
    assert.equal(one.trace, again.trace);
    assert.notEqual(one.trace, other.trace);
  });

  it('are not for stations that work: a suite that protects nothing is refused there', async () => {
    const world = await World.make({ ...quietPlan(), dispatches: [] });
    const { simulation: _, ...deps } = world.depsOf(world.site('xa'), { on: true });
    await assert.rejects(createStation(deps), (error) => error instanceof Refusal && error.code === 'suite-refused');
  });

  it('are made smaller as long as they still do not hold', async () => {
    const plan = planWorld(9);
    const [fault, dispatch] = [plan.faults[11]!, plan.dispatches[30]!];
    const small = await shrink(plan, async ({ faults, dispatches }) => faults.includes(fault) && dispatches.includes(dispatch), 1_000);
    assert.deepEqual(small.faults, [fault]);
    assert.deepEqual(small.dispatches, [dispatch]);
    assert.ok(small.stations.length < plan.stations.length);
  });

  it('are played to be made smaller, and what is left shows the same each time', async () => {
    const { checker, faults: [needed], plant } = PLANTED.find((one) => one.checker === 'twiceIsMarked') as Required<Planted>;
    const plan = quietPlan([{ kind: 'roll-over', at: 20_000, office: 'phong-huyen' }, needed!]);
    const found = await judge({ ...plan, dispatches: plan.dispatches.slice(2, 5) }, plant, 60_000);
    const small = await smaller(found, 40, plant, 60_000);
    assert.deepEqual(small.faults, [needed]);
    assert.ok(small.dispatches.length < 3);
    const [one, again] = [await judge(small, plant, 60_000), await judge(JSON.parse(JSON.stringify(small)) as WorldPlan, plant, 60_000)];
    assert.ok(one.findings.some((finding) => finding.startsWith(`${checker}:`)));
    assert.deepEqual([again.trace, again.findings], [one.trace, one.findings]);
  });

  it('that throw do not hold, and are made smaller like any', async () => {
    const cut: FaultPlan = { kind: 'cut', at: 8_000, link: ['xa', 'huyen'], forMs: 3_000 };
    const fragile = (world: World): (() => void) => {
      world.network.cut = () => assert.fail('planted');
      return () => {};
    };
    const plan = quietPlan([{ kind: 'roll-over', at: 2_000, office: 'phong-huyen' }, cut]);
    const found = await judge({ ...plan, dispatches: plan.dispatches.slice(0, 2) }, fragile);
    assert.match(found.findings[0]!, /^broken: AssertionError.*planted/);
    const small = await smaller(found, 40, fragile);
    assert.deepEqual([small.faults, small.dispatches.length], [[cut], 1]);
    const again = await judge(small, fragile);
    assert.deepEqual([again.trace, again.findings], [(await judge(small, fragile)).trace, found.findings]);
  });
});

describe('who leaves', () => {
  it('has left before the world has come home, and has tried to act: also where the clock there is behind, and one comes after the other', async () => {
    const leave = (at: number): FaultPlan => ({ kind: 'leave-person', at, office: 'phong-huyen' });
    const { findings, world } = await play(quietPlan([{ kind: 'clock', at: 10_000, station: 'huyen', byMs: -60 * 60_000 }, leave(20_000), leave(21_000), leave(22_000)]));
    assert.deepEqual(findings, []);
    assert.deepEqual(world.attempts.map(({ wasRefused }) => wasRefused), [true, true, true]);
  });
});

describe('a promoted standby', () => {
  it('keeps the directory under keys of its own, and what was decided meanwhile comes behind the term', async () => {
    const roll = (at: number, office: string): FaultPlan => ({ kind: 'roll-over', at, office });
    const { findings, world } = await play(quietPlan([
      { kind: 'restore', at: 35_000, station: 'tinh', ageMs: 25_000, restartMs: 5_000, promoted: true }, roll(20_000, 'phong-huyen'), roll(34_999, 'phong-tinh'), roll(38_000, 'phong-xa'),
    ]));
    assert.deepEqual(findings, []);
    const views = [...world.sites.values()].map(({ station }) => station!.people.view());
    assert.deepEqual(views.map(({ sequencer }) => sequencer.term), [2, 2, 2]);
    for (const office of ['phong-huyen', 'phong-tinh', 'phong-xa']) assert.deepEqual(views.map((view) => view.officeKeys(office, 'transport').length), [2, 2, 2]);
  });
});

describe('faults', () => {
  it('do not end each other where they overlap', async () => {
    const link = ['xa', 'huyen'] as const;
    const narrow = (bytesPerSecond: number): Weather => ({ lossPerMille: 0, corruptPerMille: 0, delayMsMin: 1, delayMsMax: 2, lateDeathMs: 0, bytesPerSecond });
    const world = await World.make({ ...quietPlan([
      { kind: 'cut', at: 1_000, link, forMs: 10_000 }, { kind: 'cut', at: 5_000, link, forMs: 20_000 },
      { kind: 'weather', at: 1_000, link, weather: narrow(1_000), forMs: 30_000 }, { kind: 'weather', at: 5_000, link, weather: narrow(2_000), forMs: 10_000 },
      { kind: 'stall', at: 1_000, link, forMs: 20_000 }, { kind: 'stall', at: 5_000, link, forMs: 1_000 },
      { kind: 'full-disk', at: 1_000, station: 'xa', what: 'files', left: 0, forMs: 10_000 }, { kind: 'full-disk', at: 5_000, station: 'xa', what: 'files', left: 0, forMs: 20_000 },
      { kind: 'crash', at: 1_000, station: 'tinh', moment: 'before-commit', commits: 10_000, restartMs: 1_000 }, { kind: 'crash', at: 5_000, station: 'tinh', moment: 'after-commit', commits: 10_000, restartMs: 1_000 },
    ]), dispatches: [] });
    planFaults(world);
    const { network } = world;
    await world.time.run(12_000);
    assert.deepEqual([network.isCut(...link), network.faultsOf(...link).bytesPerSecond, network.stalledUntil(...link)], [true, 2_000, 21_000]);
    assert.ok(world.site('xa').disk.blobs.capacityBytes < 1_000_000);
    assert.deepEqual(Object.keys(world.site('tinh').disk.faults), ['beforeCommit', 'afterCommit']);
    await world.time.run(28_000);
    assert.deepEqual([network.isCut(...link), network.faultsOf(...link).bytesPerSecond], [false, 1_000]);
    assert.equal(world.site('xa').disk.blobs.capacityBytes, Number.MAX_SAFE_INTEGER);
    await world.time.run(32_000);
    assert.equal(network.faultsOf(...link).bytesPerSecond, undefined);
  });

  it('are counted by what they do, so that one bad line is narrow and is late to know that it is dead', () => {
    const weather: Weather = { lossPerMille: 0, corruptPerMille: 0, delayMsMin: 1, delayMsMax: 2, lateDeathMs: 5_000, bytesPerSecond: 1_200 };
    const asked = askedFor(quietPlan([{ kind: 'weather', at: 1_000, link: ['xa', 'huyen'], weather, forMs: 1_000 }]));
    assert.deepEqual([...asked], [['weather-narrow', 1], ['weather-late-death', 1]]);
  });
});

describe('the directory', () => {
  it('rides the links to a station that was cut off, when it comes back', async () => {
    const cut: FaultPlan = { kind: 'cut', at: 1_000, link: ['xa', 'huyen'], forMs: 300_000 };
    const world = await World.make({ ...quietPlan([cut]), dispatches: [] });
    world.network.cut('xa', 'huyen');
    await world.time.run(10_000);
    await world.registrar.decide((organisation) => organisation.addOffice('phong-moi', 'xa'));
    await world.time.run(3_600_000);
    const names = (code: string): boolean => world.site(code).station!.people.view().office('phong-moi') !== null;
    assert.deepEqual(['tinh', 'huyen', 'xa'].map(names), [true, true, false]);
    world.network.mend('xa', 'huyen');
    await world.time.run(3_600_000 + 120_000);
    assert.ok(names('xa'));
  });

  it('comes to a station whose disk was full when it grew, over a line that never broke', async () => {
    const world = await World.make({ ...quietPlan(), dispatches: [] });
    const size = (): number => world.site('xa').station!.people.view().point.size;
    await world.time.run(10_000);
    const { disk } = world.site('xa');
    const held = size();
    disk.shrink(Number(disk.inspect('pragma page_count')[0]!['page_count']));
    await world.registrar.decide((organisation) => organisation.addOffice('phong-moi', 'tinh'));
    await world.time.run(20_000);
    assert.equal(size(), held, 'there was room');
    makeRoom(disk);
    await world.time.run(600_000);
    assert.equal(size(), world.registrar.organisation.entries.length);
    // And what is written next is not taken for what comes after something that never came.
    await world.registrar.decide((organisation) => organisation.addOffice('phong-sau', 'tinh'));
    await world.time.run(620_000);
    assert.equal(size(), world.registrar.organisation.entries.length);
  });
});

describe('what is late', () => {
  it('is asked after by its origin, unasked, while the line behind the relay is cut, and by nobody once it has come', async () => {
    const cut: FaultPlan = { kind: 'cut', at: 1_000, link: ['xa', 'huyen'], forMs: 3_600_000 };
    const world = await World.make({ ...quietPlan([cut]), dispatches: [] });
    const events = (code: string, kind: string): number => world.site(code).disk.inspect('select 1 from ledger_entry where kind = ?', [kind]).length;
    await world.time.run(10_000);
    world.network.cut('xa', 'huyen');
    world.desk.send({ from: 'tinh', to: ['xa'], precedence: 'immediate', partChunks: [], expiresMs: null });
    await world.time.run(29 * 60_000);
    assert.deepEqual([events('tinh', 'custody-received'), events('tinh', 'asked')], [1, 0]);
    await world.time.run(40 * 60_000);
    assert.deepEqual([events('tinh', 'asked'), events('huyen', 'answered'), events('huyen', 'asked')], [1, 1, 0]);
    world.network.mend('xa', 'huyen');
    await world.time.run(2 * 3_600_000);
    const open = world.site('tinh').disk.inspect('select 1 from outgoing_recipient where outcome is null');
    assert.deepEqual([open.length, events('tinh', 'asked')], [0, 1]);
  });
});

describe('what is begun', () => {
  it('and never ends is seen, and is not counted as done', async () => {
    const plan = quietPlan([{ kind: 'link-begins', at: 1_000, link: ['xa', 'tinh'] }, { kind: 'roll-over', at: 2_000, office: 'phong-huyen' }]);
    const newcomer = { ...plan.stations[0]!, code: 'moi', office: 'phong-moi', neighbour: 'tinh', joinsAt: 3_000 };
    const { findings, faults } = await play({ ...plan, stations: [...plan.stations, newcomer], dispatches: [] }, ({ registrar }) => {
      registrar.decide = () => new Promise(() => {});
      return () => {};
    }, 60_000);
    const unended = ['the link xa tinh begins', 'phong-huyen rolls its key over', 'moi joins'].map((what) => `cameHome: it has not ended that ${what}`);
    assert.deepEqual(findings, [...unended, 'cameHome: moi never joined']);
    assert.deepEqual((['link-begins', 'roll-over', 'join'] as const).filter((kind) => faults.has(kind)), []);
  });
});

/** Further stations, each with the neighbour that it calls. */
function withMore(plan: WorldPlan, more: readonly (readonly [string, string])[]): WorldPlan {
  const like = plan.stations[0]!;
  return { ...plan, stations: [...plan.stations, ...more.map(([code, neighbour]) => ({ ...like, code, office: `phong-${code}`, neighbour }))] };
}

describe('a link that ends while a relay holds what was to go over it', () => {
  it('has it go back to who brought it, and on from there', async () => {
    const faults: readonly FaultPlan[] = [
      { kind: 'link-begins', at: 1_000, link: ['vong', 'xa'] }, { kind: 'cut', at: 20_000, link: ['xa', 'huyen'], forMs: 600_000 },
      { kind: 'link-ends', at: 40_000, link: ['xa', 'huyen'] },
    ];
    const dispatch: DispatchPlan = { at: 25_000, from: 'tinh', to: ['xa', 'huyen'], precedence: 'immediate', partChunks: [2], expiresMs: null };
    const { findings, world } = await play({ ...withMore(quietPlan(faults), [['ben', 'tinh'], ['vong', 'ben']]), dispatches: [dispatch] });
    assert.deepEqual(findings, []);
    const events = (code: string, kind: string): number => world.site(code).disk.inspect('select 1 from ledger_entry where kind = ? and subject = ?', [kind, world.sent[0]!.id]).length;
    assert.deepEqual([events('huyen', 'custody-received'), events('tinh', 'custody-taken'), events('tinh', 'custody-received'), events('xa', 'arrived')], [1, 1, 2, 1]);
  });

  it('within minutes, though who brought it hears later that the way has changed', async () => {
    const faults: readonly FaultPlan[] = [
      { kind: 'link-begins', at: 1_000, link: ['vong', 'xa'] }, { kind: 'cut', at: 20_000, link: ['xa', 'tinh'], forMs: 600_000 },
      { kind: 'link-ends', at: 40_000, link: ['xa', 'tinh'] },
    ];
    const [tinh] = quietPlan().stations;
    const plan = withMore({ ...quietPlan(faults), stations: [tinh!] }, [['huyen', 'tinh'], ['xa', 'tinh'], ['ben', 'huyen'], ['vong', 'ben']]);
    const dispatch: DispatchPlan = { at: 25_000, from: 'huyen', to: ['xa'], precedence: 'flash', partChunks: [], expiresMs: null };
    const { findings, world } = await play({ ...plan, dispatches: [dispatch] });
    assert.deepEqual(findings, []);
    const times = (code: string, kind: string): number[] => world.site(code).disk.inspect('select time from ledger_entry where kind = ? and subject = ?', [kind, world.sent[0]!.id]).map(({ time }) => Number(time));
    const [arrived] = times('xa', 'arrived');
    assert.deepEqual([times('huyen', 'custody-taken').length, times('huyen', 'refused').length], [1, 1], 'it was refused once');
    assert.ok(arrived! - times('huyen', 'custody-received')[0]! < 5 * 60_000);
  });

  it('by stick, where no line joins the two: the word of it, the dispatch and its custody', async () => {
    const stick = (at: number, from: string, to: string, fate: string): FaultPlan => ({ kind: 'stick', at, from, to, isAgain: false, onlyUrgent: false, bytesMax: null, fate });
    const lineMs = 1_500_000;
    const faults: readonly FaultPlan[] = [
      { kind: 'link-begins', at: 1_000, link: ['vong', 'xa'] }, { kind: 'cut', at: 20_000, link: ['xa', 'huyen'], forMs: 600_000 },
      { kind: 'cut', at: 35_000, link: ['huyen', 'tinh'], forMs: lineMs }, { kind: 'link-ends', at: 40_000, link: ['xa', 'huyen'] },
      stick(80_000, 'tinh', 'huyen', 'a'), stick(200_000, 'huyen', 'tinh', 'a2'), stick(300_000, 'tinh', 'huyen', 'a3'), stick(500_000, 'huyen', 'tinh', 'a4'),
    ];
    const dispatch: DispatchPlan = { at: 25_000, from: 'tinh', to: ['xa'], precedence: 'immediate', partChunks: [2], expiresMs: null };
    const { findings, world } = await play({ ...withMore(quietPlan(faults), [['ben', 'tinh'], ['vong', 'ben']]), dispatches: [dispatch], troubleMs: lineMs + 100_000 });
    assert.deepEqual(findings, []);
    const time = (code: string, kind: string): number => Number(world.site(code).disk.inspect('select time from ledger_entry where kind = ? and subject = ?', [kind, world.sent[0]!.id])[0]!['time']);
    for (const [code, kind] of [['tinh', 'custody-taken'], ['xa', 'arrived'], ['huyen', 'custody-received']] as const) assert.ok(time(code, kind) - time('tinh', 'accepted') < lineMs / 2, `${code} ${kind}`);
  });
});

describe('checkers', () => {
  const played = new Map<string, Promise<Observation>>();
  const unplanted = (faults: readonly FaultPlan[] | undefined, quietMs: number): Promise<Observation> => {
    const key = JSON.stringify([faults, quietMs]);
    if (!played.has(key)) played.set(key, play(quietPlan(faults), undefined, quietMs).then(({ seen }) => seen));
    return played.get(key)!;
  };

  it('find nothing in a world in which nothing is planted', async () => {
    assert.deepEqual((await play(quietPlan())).findings, []);
  });

  for (const { checker, what, faults, quietMs = 60_000, plant } of PLANTED) {
    it(`see that ${what} (${checker})`, async () => {
      assert.deepEqual(CHECKERS[checker]!(await unplanted(faults, quietMs)), [], 'the same world without the bug');
      const { seen } = await play(quietPlan(faults), plant, quietMs);
      assert.ok(CHECKERS[checker]!(seen).length > 0, `${checker} did not see the planted bug`);
    });
  }

  it('each have a bug of their own', () => {
    assert.deepEqual([...new Set(PLANTED.map(({ checker }) => checker))].toSorted(), Object.keys(CHECKERS).toSorted());
  });
});
