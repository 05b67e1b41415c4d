/** A neighbour that asks or shows without end, and one that has much to show at once. Source: docs/protocol/frames.md, federation.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeError } from '#core/decode-error.ts';
import { Refusal } from '#core/refusals.ts';
import type { Frame } from '#wire/frames.ts';
import type { PeerExchange } from './deps.ts';
import { DisclosureTalk } from './disclosure-talk.ts';
import type { Talk } from './talk.ts';

const own = new Uint8Array(16);
const [first, second] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)] as const;
const point = { size: 9, root: new Uint8Array(32) };

function talking(beyond: Uint8Array | null, exchange: Partial<PeerExchange>) {
  const said: Frame[] = [];
  const showed: number[] = [];
  const told: [code: string, size: number | undefined][] = [];
  const agreements = [first, second].map((organisation, i) => ({ organisation, peer: `peer-${i}` }));
  const view = { organisation: { id: own }, point, agreements: () => agreements, agreement: () => agreements[0] };
  const room = {
    directory: { view: () => view }, clock: { after: () => () => {} }, say: () => {}, showed: () => void showed.push(said.length),
  };
  const talk = { room, beyond, peer: 'peer-0', closed: false, send: async (frame: Frame) => void said.push(frame), fail: assert.fail } as unknown as Talk;
  const held: Partial<PeerExchange> = {
    held: () => [], showsMore: async () => false, confirm: async () => {},
    refuse: async (_, code, { point: parted }) => void told.push([code, parted?.size]), ...exchange,
  };
  return { disclosures: new DisclosureTalk(talk, held as PeerExchange), said, told, showed };
}

describe('what is shown over a link', () => {
  it('costs one answer for each time that it was offered, however often it is asked for', async () => {
    let made = 0;
    const { disclosures } = talking(first, { disclose: async () => new Uint8Array(10).fill(++made) });
    await assert.rejects(disclosures.show({ kind: 'show', organisation: own, size: 0 }), DecodeError, 'nothing was offered yet');
    await disclosures.offer();
    await disclosures.show({ kind: 'show', organisation: own, size: 0 });
    await assert.rejects(disclosures.show({ kind: 'show', organisation: own, size: 0 }), DecodeError);
    assert.equal(made, 1);
  });

  it('is asked for no more, and written down once, when it was wrong over a border', async () => {
    const { disclosures, said, told } = talking(first, { takeDisclosure: async () => { throw new Refusal('directory-inconsistent'); } });
    for (let size = 1; size <= 50; size++) {
      await disclosures.shown({ kind: 'shown', organisation: first, size });
      if (said.length === size) await disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
    }
    assert.deepEqual([said.length, told], [1, [['directory-inconsistent', undefined]]]);
  });

  it('with another root at the very size that is held is told and not asked for, over a border and inside', async () => {
    const confirmed: Uint8Array[] = [];
    for (const beyond of [first, null]) {
      const held = [{ organisation: first, point, bytes: new Uint8Array(1) }];
      const { disclosures, said, told } = talking(beyond, { held: () => held, confirm: async (organisation) => void confirmed.push(organisation) });
      const { size, root } = point;
      await disclosures.shown({ kind: 'shown', organisation: first, size, root: root.with(31, 1) });
      assert.deepEqual([told, said], [[['directory-inconsistent', 9]], []]);
      await disclosures.shown({ kind: 'shown', organisation: first, size });
      await disclosures.shown({ kind: 'shown', organisation: first, size, root });
      assert.equal(told.length, 1, 'what says no root, or the right one, is no fork');
    }
    assert.deepEqual(confirmed, [first], 'only the peer itself can show that all is well again');
  });

  it('of several organisations comes one after the other, and none is forgotten', async () => {
    const taken: Uint8Array[] = [];
    const { disclosures, said } = talking(null, { takeShown: async (organisation) => taken.push(organisation) });
    for (const organisation of [first, second, new Uint8Array(16).fill(3)]) await disclosures.shown({ kind: 'shown', organisation, size: 9 });
    assert.equal(said.length, 1);
    await disclosures.disclosed({ kind: 'disclosed', organisation: first, offset: 0, bytes: new Uint8Array(1), last: true });
    assert.deepEqual(said.map((one) => one.kind === 'show' && one.organisation), [first, second], 'nobody agreed with the third');
    await disclosures.disclosed({ kind: 'disclosed', organisation: second, offset: 0, bytes: new Uint8Array(1), last: true });
    assert.deepEqual(taken, [first, second]);
  });

  it('is sent in full to who asks for two at once', async () => {
    const held = [first, second].map((organisation) => ({ organisation, point, bytes: new Uint8Array(70_000) }));
    const { disclosures, said, showed } = talking(null, { held: () => held });
    await disclosures.offer();
    assert.deepEqual(showed, []);
    await Promise.all([first, second].map((organisation) => disclosures.show({ kind: 'show', organisation, size: 0 })));
    const ends = said.filter((one) => one.kind === 'disclosed' && one.last);
    assert.equal(ends.length, 2);
    assert.deepEqual(showed, ends.map((end) => said.indexOf(end) + 1), 'what the neighbour did not know may be offered again, right behind each');
  });
});
