/** A neighbour that has its keys and means ill, or had them and was ended. Source: docs/protocol/frames.md; SECURITY.md. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '#core/bytes.ts';
import { DecodeError } from '#core/decode-error.ts';
import { type Frame, frame } from '#wire/frames.ts';
import { DirectoryTalk } from './directory-talk.ts';
import type { Talk } from './talk.ts';
import { TestPair } from './testing.test.ts';

/** What the hub sends, changed once it is live. */
function twist(pair: TestPair, change: (said: Frame) => Frame | null): void {
  pair.network.tap = (from, _to, bytes) => {
    const changed = from === 'hub' ? change(frame.decode(bytes)) : null;
    return changed === null ? bytes : frame.encode(changed);
  };
}

describe('a hostile neighbour', () => {
  it('cannot keep the station busy for ever with a number that nobody ever gave', async () => {
    const pair = await TestPair.make();
    twist(pair, (said) => (said.kind === 'check' ? { ...said, lastSent: Number.MAX_SAFE_INTEGER } : null));
    await pair.time.run(5_000);
    const gaps = await pair.events(pair.post, 'gap');
    assert.ok(gaps.length > 0 && gaps.length <= 16 * 8, `${gaps.length} gaps were written down`);
    const item = pair.item(pair.post, 'vẫn đi');
    await pair.queue(pair.post, 'hub', item);
    await pair.time.run(20_000);
    assert.deepEqual(pair.hub.items.accepted, [hex(item.id)]);
  });

  it('cannot fill the memory with entries of a byte each', async () => {
    const { view } = await TestPair.make();
    const talk = { room: { directory: { view: () => view } }, hello: { directory: view.point } } as unknown as Talk;
    const directory = new DirectoryTalk(talk);
    const entries = Array.from({ length: 64 }, () => Uint8Array.of(0));
    const run = (from: number): Promise<void> => directory.receive({
      kind: 'directory', organisation: view.organisation.id, from, entries, more: true, checkpoint: new Uint8Array(0),
    });
    for (let from = 0; from < 65_536; from += 64) await run(from);
    await assert.rejects(run(65_536), DecodeError);
  });

  it('is cut off at once when the directory ends it, and comes back no more', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    assert.equal((await pair.post.links.states())[0]!.state, 'up');
    await pair.decide({ kind: 'end', body: { what: 'station', code: 'hub', reason: 'compromised' } });
    assert.ok(pair.post.remarks.some((remark) => remark.startsWith('peer-ended')));
    const item = pair.item(pair.hub, 'sau khi chấm dứt');
    await pair.queue(pair.hub, 'post', item);
    await pair.time.run(120_000);
    assert.deepEqual(pair.post.items.accepted, []);
  });

  it('must show itself anew when the link between us has ended', async () => {
    const pair = await TestPair.make();
    await pair.time.run(3_000);
    await pair.decide({ kind: 'end', body: { what: 'link', code: 'hub', other: 'post', reason: 'left' } });
    await pair.queue(pair.hub, 'post', pair.item(pair.hub, 'không còn là láng giềng'));
    await pair.time.run(120_000);
    assert.deepEqual(pair.post.items.accepted, []);
  });
});
