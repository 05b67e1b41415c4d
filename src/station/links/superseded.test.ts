/** Which hello of its own keys stops a folder, whoever shows it. Source: docs/protocol/frames.md §Restored; docs/decisions/0036. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { frame, type FrameOf } from '#wire/frames.ts';
import { type FolderCopy, TestPair } from './testing.test.ts';

class Restores {
  readonly pair: TestPair;
  /** The post's last hello, as whoever heard it can keep it. */
  heard: FrameOf<'hello'> | null = null;
  /** What the hub shows instead of its next hello. */
  shows: FrameOf<'hello'> | null = null;

  static async make(): Promise<Restores> {
    const restores = new Restores(await TestPair.make());
    await restores.pass();
    return restores;
  }

  private constructor(pair: TestPair) {
    this.pair = pair;
    pair.network.tap = (from, _to, bytes) => this.#tapped(from, bytes);
  }

  #tapped(from: string, bytes: Uint8Array): Uint8Array {
    const said = frame.decode(bytes);
    if (said.kind !== 'hello') return bytes;
    if (from === 'post') this.heard = said;
    if (from === 'post' || this.shows === null) return bytes;
    const shown = this.shows;
    this.shows = null;
    return frame.encode({ ...shown, kind: 'superseded' });
  }

  async pass(): Promise<void> {
    await this.pair.time.run(this.pair.time.elapsedMs + 60_000);
  }

  copy(): Promise<FolderCopy> {
    return this.pair.copy(this.pair.post);
  }

  /** The post is reopened from a copy. @param apart while the hub cannot be reached */
  async reopen(copy: FolderCopy, apart = false): Promise<void> {
    if (apart) this.pair.network.cut('hub', 'post');
    await this.pair.restore(this.pair.post, copy);
    await this.pass();
    this.pair.network.mend('hub', 'post');
    if (!apart) await this.pass();
  }

  /** Somebody starts a folder that was put aside. */
  async start({ disk, incarnation, lineage }: FolderCopy): Promise<void> {
    const { pair } = this;
    pair.post.disk.crash();
    Object.assign(pair.post, { disk: await disk.copy(), incarnation, lineage });
    await pair.crash(pair.post);
    await this.pass();
  }

  get isStopped(): boolean {
    return this.pair.post.remarks.some((remark) => remark.startsWith('superseded '));
  }
}

describe('a station that was reopened twice', () => {
  for (const [whose, isOfSecond] of [['from one copy', false], ['one from the other', true]] as const) {
    it(`${whose} is not stopped by what its keys said in between`, async () => {
      const post = await Restores.make();
      const first = await post.copy();
      await post.reopen(first);
      const between = post.heard!;
      await post.reopen(isOfSecond ? await post.copy() : first);
      post.shows = between;
      await post.pair.crash(post.pair.post);
      await post.pass();
      assert.equal(post.shows, null, 'it was shown');
      assert.ok(!post.isStopped);
      assert.match(post.pair.post.remarks.join('\n'), /frame-refused .*superseded/);
      assert.equal((await post.pair.hub.links.states())[0]!.state, 'up');
    });

    it(`${whose} stops the folder in between, and the first`, async () => {
      const post = await Restores.make();
      const first = await post.copy();
      await post.reopen(first);
      const between = await post.copy();
      await post.reopen(isOfSecond ? between : first);
      for (const aside of [between, first]) {
        await post.start(aside);
        assert.ok(post.isStopped);
      }
    });
  }

  it('stops the first folder, of whose first follower the neighbour never heard', async () => {
    const post = await Restores.make();
    const first = await post.copy();
    await post.reopen(first, true);
    await post.reopen(await post.copy());
    await post.start(first);
    assert.ok(post.isStopped);
  });

  it('is stopped by a folder that it took the place of and that somebody started: two number in one name then', async () => {
    const post = await Restores.make();
    const first = await post.copy();
    await post.reopen(first);
    const [between, second] = [await post.copy(), first];
    await post.reopen(second, true);
    const last = await post.copy();
    // The neighbour never heard of the last one, and takes the one before for it.
    await post.start(between);
    assert.ok(!post.isStopped);
    post.shows = post.heard;
    await post.start(last);
    assert.ok(post.isStopped);
  });
});
