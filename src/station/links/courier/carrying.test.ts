/** What the courier's tests share: a stick between two stations that never meet. */
import { concat } from '#core/bytes.ts';
import { readVolumeStart, VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import type { TestPair, TestStation } from '../testing.test.ts';
import type { BundleOrder } from './bundle-writer.ts';
import type { ReadingEnd } from './courier.ts';

/** Smaller than the API takes, so that little is much. */
const SMALL = 1.5 * 2 ** 20;

/** Writes a bundle and fetches its volumes. */
export async function write(pair: TestPair, from: TestStation, order: Partial<BundleOrder> & { peer: string }): Promise<{ record: BundleRecord; volumes: Uint8Array[] }> {
  const { courier } = from.links;
  const { bundle } = courier.write({ volumeBytes: SMALL, ...order });
  let record = await courier.state(bundle);
  while (record.state === 'writing') {
    await pair.time.run(pair.time.elapsedMs + 1);
    record = await courier.state(bundle);
  }
  const volumes: Uint8Array[] = [];
  for (const volume of record.volumes.keys()) volumes.push(await all((await courier.volume(bundle, volume + 1, 0)).source));
  await courier.drop(bundle, false);
  return { record, volumes };
}

/** Reads one volume as a command does. */
export async function read(at: TestStation, volume: Uint8Array): Promise<ReadingEnd> {
  const { courier } = at.links;
  const startBytes = volumeStartBytes(volume.subarray(0, VOLUME_START_BYTES));
  const { reading, volume: { wasRead } } = await courier.begin(volume.subarray(0, startBytes));
  if (!wasRead) await courier.feed(reading, 0, pieces(volume.subarray(startBytes)));
  return courier.end(reading);
}

export function statementOf(volume: Uint8Array) {
  return readVolumeStart(volume.subarray(0, volumeStartBytes(volume.subarray(0, VOLUME_START_BYTES)))).statement;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const gathered: Uint8Array[] = [];
  for await (const piece of source) gathered.push(piece);
  // A Buffer's slices are no copies.
  return concat(...gathered);
}
