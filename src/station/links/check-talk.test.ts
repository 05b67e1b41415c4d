/** Neighbours that compare numbers and witness ledgers, where one of them cannot. Source: docs/protocol/frames.md §Channel numbers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frame } from '#wire/frames.ts';
import { TestPair } from './testing.test.ts';

describe('checks', () => {
  it('prove a ledger once a heartbeat to a neighbour whose disk is full, and are cosigned when it has room', async () => {
    const pair = await TestPair.make();
    let checks = 0;
    let cosigned = 0;
    pair.network.tap = (from, _to, bytes) => {
      const said = frame.decode(bytes);
      if (from === 'hub' && said.kind === 'check') checks += 1;
      if (from === 'post' && said.kind === 'witnessed' && said.cosignature.length > 0) cosigned += 1;
      return bytes;
    };
    await pair.time.run(10_000);
    assert.ok(cosigned > 0);
    pair.post.disk.fill();
    // The hub's ledger grows beyond what the post has cosigned.
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'không nhận được'));
    [checks, cosigned] = [0, 0];
    await pair.time.run(20_000);
    assert.ok(checks <= 4, `${checks} checks in ten seconds`);
    pair.post.disk.makeRoom();
    await pair.time.run(600_000);
    assert.ok(cosigned > 0);
    assert.equal(pair.post.items.accepted.length, 1);
  });
});
