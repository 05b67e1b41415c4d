/** The rows of attempts.ts for couriers' bundles. */
import { hex } from '#core/bytes.ts';
import { nodeRandom } from '#platform/node/crypto.ts';
import type { BundleRecord } from '#wire/api/bundles.ts';
import { VOLUME_START_BYTES, volumeStartBytes } from '#wire/bundle.ts';
import { CLERK, DRAFTER, HUB, POST, RELAY, STRANGER } from '../fixtures/organisation.ts';
import { type DoorWorld, jsonOf, type ServedStation } from './world.ts';

/** A bundle that lies at the station, to be fetched. */
async function written({ station, code }: ServedStation): Promise<BundleRecord> {
  const { courier } = station.links;
  await settled(station);
  const { bundle } = courier.write({ peer: code === HUB ? RELAY : HUB });
  await settled(station);
  return courier.state(bundle);
}

/** Resolves when no bundle is being written. */
async function settled({ links }: ServedStation['station']): Promise<void> {
  while ((await links.courier.list()).written.some(({ state }) => state === 'writing')) await new Promise((resolve) => setImmediate(resolve));
}

/** A volume that the relay wrote for the hub: what stands before its segments, and those. */
async function brought({ relay }: DoorWorld): Promise<{ start: Uint8Array; segments: Uint8Array }> {
  const { bundle } = await written(relay);
  const pieces: Uint8Array[] = [];
  for await (const piece of (await relay.station.links.courier.volume(bundle, 1, 0)).source) pieces.push(piece);
  const volume = Uint8Array.from(Buffer.concat(pieces));
  const at = volumeStartBytes(volume.subarray(0, VOLUME_START_BYTES));
  return { start: volume.slice(0, at), segments: volume.slice(at) };
}

/** One reading for all who try: only who may gets to it. */
let begun: Promise<{ reading: string; segments: Uint8Array }> | null = null;
async function reading(world: DoorWorld): Promise<{ reading: string; segments: Uint8Array }> {
  begun ??= (async () => {
    const { start, segments } = await brought(world);
    const { courier } = world.hub.station.links;
    // A neighbour has one reading at a time, and whoever tried to begin one has it.
    await courier.stop();
    return { reading: (await courier.begin(start)).reading, segments };
  })();
  return begun;
}

const nobodys = (): string => hex(nodeRandom.bytes(16));

/** The clerk of another office of the same station may carry too. */
const CARRIERS = { right: CLERK, wrongPerson: DRAFTER, parties: [STRANGER] } as const;

export const BUNDLE_ATTEMPTS = {
  bundles: { ...CARRIERS, prepare: async () => ({}) },
  writeBundle: { ...CARRIERS,
    prepare: async ({ hub }: DoorWorld) => {
      await settled(hub.station);
      return { body: { peer: RELAY, precedences: ['flash'] } };
    },
    wrong: [
      { says: 'for a station that is none', as: CLERK, code: 'station-unknown', asked: async () => ({ body: { peer: 'tram-la' } }) },
      { says: 'for the station itself', as: CLERK, code: 'peer-own', asked: async () => ({ body: { peer: HUB } }) },
      { says: 'for a station behind a neighbour', as: CLERK, code: 'peer-beyond', asked: async () => ({ body: { peer: POST } }) },
      { says: 'for an office that lives there', as: CLERK, code: 'peer-beyond', asked: async () => ({ body: { peer: 'muong-leo' } }) },
    ],
  },
  bundle: { ...CARRIERS,
    prepare: async ({ hub }: DoorWorld) => ({ params: { bundle: (await written(hub)).bundle } }),
    wrong: [{ says: 'one that nobody wrote', as: CLERK, code: 'bundle-unknown', asked: async () => ({ params: { bundle: nobodys() } }) }],
  },
  bundleVolume: { ...CARRIERS,
    prepare: async ({ hub }: DoorWorld) => ({ params: { bundle: (await written(hub)).bundle, volume: '1' } }),
    wrong: [
      { says: 'a volume that is not there', as: CLERK, code: 'bundle-unknown', asked: async ({ hub }: DoorWorld) => ({ params: { bundle: (await written(hub)).bundle, volume: '2' } }) },
      { says: 'beyond the end', as: CLERK, code: 'offset-differs',
        asked: async ({ hub }: DoorWorld) => ({ params: { bundle: (await written(hub)).bundle, volume: '1' }, query: { offset: '999999999' } }) },
    ],
  },
  dropBundle: { ...CARRIERS,
    prepare: async ({ hub }: DoorWorld) => ({ params: { bundle: (await written(hub)).bundle }, query: { why: 'fetched' } }),
    wrong: [{ says: 'one that nobody wrote', as: CLERK, code: 'bundle-unknown', asked: async () => ({ params: { bundle: nobodys() }, query: { why: 'stopped' } }) }],
  },
  readBundle: { ...CARRIERS,
    prepare: async (world: DoorWorld) => ({ body: (await brought(world)).start }),
    wrong: [
      { says: 'what is no volume', as: CLERK, code: 'bundle-malformed', asked: async () => ({ body: nodeRandom.bytes(5_000) }) },
      { says: 'the own stick, read at home', as: CLERK, code: 'bundle-not-for-us', asked: async ({ hub }: DoorWorld) => ({ body: await ownStart(hub) }) },
    ],
  },
  feedBundle: { ...CARRIERS,
    prepare: async (world: DoorWorld) => {
      const { reading: id, segments } = await reading(world);
      return { params: { reading: id }, query: { offset: '0' }, body: segments };
    },
    wrong: [{ says: 'a reading that nobody began', as: CLERK, code: 'bundle-unknown', asked: async () => ({ params: { reading: nobodys() }, query: { offset: '0' }, body: nodeRandom.bytes(10) }) }],
  },
  endReading: { ...CARRIERS,
    prepare: async (world: DoorWorld) => ({ params: { reading: (await reading(world)).reading } }),
    wrong: [{ says: 'a reading that nobody began', as: CLERK, code: 'bundle-unknown', asked: async () => ({ params: { reading: nobodys() } }) }],
  },
} as const;

async function ownStart(hub: ServedStation): Promise<Uint8Array> {
  const { bundle } = await written(hub);
  const token = await hub.token(CLERK);
  const { bytes, status } = await hub.ask('bundleVolume', { params: { bundle, volume: '1' } }, token);
  if (status !== 200) throw new Error(jsonOf({ bytes, status }).code);
  return bytes.slice(0, volumeStartBytes(bytes.subarray(0, VOLUME_START_BYTES)));
}
