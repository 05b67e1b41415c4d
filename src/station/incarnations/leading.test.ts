/** When a sequencer that does not know its end may give an entry its index: the minute, the neighbours, the operator's word. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { MetNeighbours } from '#station/links/met.ts';
import { CLAIM_MS, Leading } from './leading.ts';

const HELD = 10;

function world({ alone = false, neighbours = ['huyen', 'don'], isNeeded = true, claimedBefore = null as number | null } = {}) {
  const kept: number[] = [];
  let now = 5_000;
  let held = HELD;
  const all = new MetNeighbours({ monotonicMs: () => now });
  const met = { set: (peer: string, size: number) => all.heard(peer, new Uint8Array(16), size, held) };
  const heard = (size: number): void => lead.heard(size, held);
  const lead = new Leading({ clock: { monotonicMs: () => now }, neighbours: () => neighbours, met: () => all.all(), alone, claimedBefore, keepClaim: (size) => kept.push(size) }, isNeeded);
  const reason = (mayBegin = true): unknown => {
    try {
      lead.demand(held, mayBegin);
      return 'may';
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, 'directory-unheard');
      return (error as { detail: { reason: unknown } }).detail.reason;
    }
  };
  return { met, lead, reason, heard, kept, pass: (ms: number) => void (now += ms), grow: (to: number) => void (held = to) };
}

describe('a sequencer that was restored or promoted', () => {
  it('leads at once where it always knew its end', () => {
    assert.equal(world({ isNeeded: false }).reason(), 'may');
  });

  it('leads as soon as all neighbours were met and none holds more', () => {
    const { met, reason } = world();
    assert.equal(reason(), 'neighbours');
    met.set('huyen', HELD);
    assert.equal(reason(), 'neighbours');
    met.set('don', HELD - 3);
    assert.equal(reason(), 'may');
  });

  it('gives those that are missing a minute once one was met, and waits for ever where none is', () => {
    const { met, reason, pass } = world();
    pass(60 * MINUTE_MS);
    assert.equal(reason(), 'neighbours');
    met.set('huyen', HELD);
    assert.equal(reason(), 'neighbours');
    pass(MINUTE_MS - 1);
    assert.equal(reason(), 'neighbours');
    pass(1);
    assert.equal(reason(), 'may');
  });

  it('alone it listens for a minute after its start, and leads if nobody was heard', () => {
    const { reason, pass } = world({ alone: true });
    assert.equal(reason(), 'neighbours');
    pass(MINUTE_MS - 1);
    assert.equal(reason(), 'neighbours');
    pass(1);
    assert.equal(reason(), 'may');
  });

  it('does not lead over a neighbour that holds more, whatever an operator says, until it has as much', () => {
    const { met, lead, reason, pass } = world({ alone: true });
    met.set('don', HELD + 1);
    pass(HOUR_MS - 1);
    assert.equal(reason(), 'behind');
    lead.demand(HELD + 1, true);
  });

  it('is kept waiting for an hour, and no longer, by a neighbour that says to hold more and sends nothing, however often and whatever it says', () => {
    const { met, reason, pass } = world({ alone: true });
    for (let passed = 0; passed < CLAIM_MS; passed += MINUTE_MS) {
      met.set('don', HELD + 1 + passed);
      assert.equal(reason(), 'behind');
      pass(MINUTE_MS);
      met.set('don', HELD);
    }
    met.set('don', HELD + 9_999_999);
    assert.equal(reason(), 'may');
  });

  it('waits anew for what more is said to be held once the log has grown', () => {
    const { met, reason, pass, grow } = world();
    met.set('don', HELD + 5);
    assert.equal(reason(), 'behind');
    pass(CLAIM_MS - 1);
    grow(HELD + 2);
    met.set('don', HELD + 5);
    pass(CLAIM_MS - 1);
    assert.equal(reason(), 'behind');
    pass(1);
    assert.equal(reason(), 'may');
  });

  it('is kept waiting in the next run too, for an hour of it, by what a neighbour said that it does not meet again', () => {
    const first = world({ alone: true });
    first.met.set('don', HELD + 2);
    first.heard(HELD + 2);
    first.heard(HELD + 1);
    assert.deepEqual([first.reason(), first.kept], ['behind', [HELD + 2]]);
    const { reason, lead, pass, met } = world({ alone: true, claimedBefore: HELD + 2 });
    pass(MINUTE_MS);
    assert.equal(reason(), 'behind', 'the word that nobody will be heard does not go over one that was');
    met.set('huyen', HELD);
    pass(CLAIM_MS - MINUTE_MS - 1);
    assert.equal(reason(), 'behind');
    lead.demand(HELD + 2, true);
    pass(1);
    assert.equal(reason(), 'may');
  });

  it('keeps no claim of which it holds as much, nor once it has led', () => {
    const { heard, kept, lead } = world();
    heard(HELD);
    lead.led();
    heard(HELD + 5);
    assert.deepEqual(kept, []);
  });

  it('hears nobody but its neighbours in the organisation: a peer over the border holds nothing up and stands for none', () => {
    const { met, reason, pass } = world();
    met.set('bo-doi', HELD - 3);
    pass(60 * MINUTE_MS);
    assert.equal(reason(), 'neighbours');
    met.set('bo-doi', HELD + 3);
    assert.equal(reason(), 'neighbours');
  });

  it('gives the first entry its index from a registrar, for a day: theirs have seen what no neighbour has', () => {
    const { reason, pass } = world({ neighbours: [] });
    pass(DAY_MS - 1);
    assert.deepEqual([reason(false), reason(true)], ['registrar', 'may']);
    pass(1);
    assert.equal(reason(false), 'may');
    const given = world({ neighbours: [] });
    given.lead.registrarHeard();
    assert.equal(given.reason(false), 'may', 'once a registrar\'s device has given back what it had seen');
    const begun = world({ neighbours: [] });
    begun.lead.led();
    assert.equal(begun.reason(false), 'may');
  });

  it('does not take a registrar for the neighbours', () => {
    const { met, lead, reason } = world();
    lead.registrarHeard();
    assert.equal(reason(), 'neighbours');
    met.set('don', HELD + 1);
    assert.equal(reason(), 'behind');
  });

  it('having led once it asks nobody again', () => {
    const { met, lead, reason, pass } = world({ alone: true });
    pass(MINUTE_MS);
    assert.equal(reason(), 'may');
    lead.led();
    met.set('huyen', HELD + 5);
    assert.equal(reason(), 'may');
  });
});
