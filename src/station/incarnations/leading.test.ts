/** When a sequencer that does not know its end may give an entry its index: the minute, the neighbours, the operator's word. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MINUTE_MS } from '#core/clock.ts';
import { Leading } from './leading.ts';

const HELD = 10;

function world({ alone = false, neighbours = ['huyen', 'don'], isNeeded = true } = {}) {
  const met = new Map<string, number>();
  let now = 5_000;
  const lead = new Leading({ clock: { monotonicMs: () => now }, neighbours: () => neighbours, met: () => met, alone }, isNeeded);
  const reason = (): unknown => {
    try {
      lead.demand(HELD);
      return 'may';
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, 'directory-unheard');
      return (error as { detail: { reason: unknown } }).detail.reason;
    }
  };
  return { met, lead, reason, pass: (ms: number) => void (now += ms) };
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
    pass(60 * MINUTE_MS);
    assert.equal(reason(), 'behind');
    lead.demand(HELD + 1);
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
