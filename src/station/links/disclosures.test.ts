/** What peers show rides the links: over the border, and handed on inside; and a peer that shows what it must not. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { equal, hex } from '#core/bytes.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import { shownDirectory } from '#wire/federation.ts';
import type { Frame } from '#wire/frames.ts';
import { type Border, DISTRICT, eventsOf, GUARD_HUB, openBorder } from '../../../test/fixtures/border.ts';
import { until } from '../../../test/fixtures/until.ts';
import { GUARD_CODE, PROVINCE_CODE, shown } from '../../../test/fixtures/two-organisations.ts';

let border: Border;
afterEach(() => border.close());

const stateAt = async (station: Border['hub'], peer: string): Promise<string | undefined> => (await station.links.states()).find((one) => one.peer === peer)?.state;
const isUp = async (): Promise<boolean> => (await stateAt(border.hub, GUARD_CODE)) === 'up' && (await stateAt(border.post, PROVINCE_CODE)) === 'up';
const holds = (station: Border['hub'], of: Border['guard'], size: number): boolean =>
  (station.people.peerDirectories.peers.view(of.founded.organisation)?.point.size ?? 0) >= size;
const refusalAt = async (station: Border['hub']): Promise<string | undefined> => (await station.links.states()).find((one) => one.shownRefused !== undefined)?.shownRefused?.code;
const refusedWith = (station: Border['hub'], word: RegExp): boolean => station.said.some((said) => word.test(said));

describe('disclosures', () => {
  it('meet under an agreement that both sides show, and hand on inside what they are shown', async () => {
    border = await openBorder();
    await until(isUp, 'the border is up');
    await until(() => holds(border.district, border.guard, 1), 'the district holds what the guard shows');
    assert.equal(border.district.people.peerDirectories.peers.view(border.guard.founded.organisation)?.office('don')?.name, 'Đồn');
    assert.equal(border.district.people.peerDirectories.peers.view(border.guard.founded.organisation)?.office('kho'), null, 'what is not agreed is shown to nobody');
    assert.equal(await stateAt(border.district, GUARD_CODE), undefined, 'only the exchange station meets the peer');
  });

  it('do not meet before each has seen what the other shows, nor without an agreement', async () => {
    border = await openBorder({ isIntroduced: false });
    // The province's own link, which is called from the same list at the same time, is up.
    await until(async () => (await stateAt(border.hub, DISTRICT)) === 'up', 'the district is met');
    assert.equal(await stateAt(border.hub, GUARD_CODE), 'down');
    await border.hub.people.peerDirectories.takeDisclosure(border.guard.founded.organisation, await shown(border.guard, border.province));
    await border.post.people.peerDirectories.takeDisclosure(border.province.founded.organisation, await shown(border.province, border.guard));
    await until(isUp, 'the border is up');
  });

  it('show what has come since, step by step, also to a station that was away', async () => {
    border = await openBorder();
    await until(isUp, 'the border is up');
    await until(() => holds(border.district, border.guard, 1), 'the district knows the guard');
    for (const number of [2, 3]) {
      await border.guard.addOfficeKey('don', 'transport', number);
      await border.post.follow();
      await until(() => holds(border.district, border.guard, border.guard.entries.length), `transport key ${number} at the district`);
      const keys = border.district.people.peerDirectories.peers.view(border.guard.founded.organisation)!.officeKeys('don', 'transport');
      assert.equal(Math.max(...keys.map((key) => key.number)), number);
    }
    const { steps } = shownDirectory.decode(border.hub.people.peerDirectories.held()[0]!.bytes);
    assert.equal(steps.length, 2);
  });

  it('say nothing of what the peer may not see: no entry crosses for it', async () => {
    border = await openBorder();
    await until(isUp, 'the border is up');
    const sizes: number[] = [];
    const before = border.guard.entries.length;
    border.pipes.tap = (from, said) => {
      if (from === GUARD_HUB && said.kind === 'shown' && said.size > before) sizes.push(said.size);
      return said;
    };
    await border.guard.addOfficeKey('kho', 'transport', 2);
    await border.post.follow();
    await border.guard.addOfficeKey('don', 'transport', 2);
    await border.post.follow();
    const { length } = border.guard.entries;
    await until(() => holds(border.hub, border.guard, length), 'what it may see');
    assert.deepEqual(sizes, [length], 'nothing was said of the one before');
  });
});

describe('a hostile peer', () => {
  it('is cut off when it shows third parties\' directories, asks for them, or sends what nobody asked for', async () => {
    border = await openBorder();
    const { organisation } = border.guard.founded;
    const third = nodeRandom.bytes(16);
    const said: readonly Frame[] = [
      { kind: 'directory', organisation, from: 0, entries: border.guard.entries.slice(0, 1), more: false, checkpoint: new Uint8Array(10) },
      { kind: 'shown', organisation: third, size: 9 },
      { kind: 'show', organisation: third, size: 0 },
      { kind: 'disclosed', organisation, offset: 0, bytes: Uint8Array.of(1), last: true },
    ];
    for (const bad of said) {
      await until(isUp, 'the border is up');
      const before = border.hub.said.length;
      border.pipes.inject(GUARD_HUB, bad);
      await until(() => border.hub.said.slice(before).some((word) => /frame-refused|disclosure-failed|witnessed-failed/.test(word)), `the hub cuts off after ${bad.kind}`);
    }
  });

  it('shows a log that was taken back or forked: nothing of it is taken, and an operator can see it', async () => {
    border = await openBorder();
    await until(isUp, 'the border is up');
    const held = border.hub.people.peerDirectories.held()[0]!;
    border.pipes.tap = (from, said) => {
      if (from !== GUARD_HUB || said.kind !== 'disclosed') return said;
      const bytes = said.bytes.slice();
      bytes[bytes.length - 40] = bytes.at(-40)! ^ 1;
      return { ...said, bytes };
    };
    await border.guard.addOfficeKey('don', 'transport', 2);
    await border.post.follow();
    await until(() => refusedWith(border.hub, /disclosure-refused/), 'it is refused');
    await until(async () => (await refusalAt(border.hub)) !== undefined, 'the link says so');
    assert.ok(equal(border.hub.people.peerDirectories.held()[0]!.bytes, held.bytes), hex(held.organisation));
  });

  it('shows another log of the very size that is held: told once in the ledger and at the link until it shows the right one, while the link stays up', async () => {
    border = await openBorder();
    await until(isUp, 'the border is up');
    const { point: { size, root }, bytes } = border.hub.people.peerDirectories.held()[0]!;
    const forked = root.with(0, root[0]! ^ 1);
    const shows = async (what: Uint8Array, code: string | undefined): Promise<void> => {
      border.pipes.tap = (from, said) => (from === GUARD_HUB && said.kind === 'shown' ? { ...said, root: what } : said);
      border.pipes.cut();
      await until(async () => (await refusalAt(border.hub)) === code, `it is ${code ?? 'right'}`);
      await until(isUp, 'the border is up again');
    };
    // The right one between puts it right, and a second time of the same fork is nothing new.
    await shows(forked, 'directory-inconsistent');
    await shows(root, undefined);
    await shows(forked, 'directory-inconsistent');
    const events = await eventsOf(border.hub, 'refused');
    assert.deepEqual(events.map(({ peer, code, count }) => [peer, code, count]), [[GUARD_CODE, 'directory-inconsistent', size]], 'once, however often it is shown');
    assert.ok(equal(events[0]!.digest!, forked));
    assert.ok(equal(border.hub.people.peerDirectories.held()[0]!.bytes, bytes));
  });
});
