/** Words of bundles that a courier carries: writing, reading, what is missing. */
import type { bundleVi } from './bundle-vi.ts';

export const bundleEn: typeof bundleVi = {
  commands: {
    'bundle export': 'write a bundle for a neighbouring station onto a stick: what waits for it, by precedence',
    'bundle import': 'read bundles from a stick; reading one again does no harm',
    'bundle list': 'bundles written and under way, and those that were not read whole',
  },
  options: {
    'volume-size': 'the most that a volume may have, 16M to 4G (default 4G); more is split over several',
    'max-bytes': 'write at most so much: 500M, 8G (default everything)',
  },
  bundle: {
    writing: 'The station is writing: {items} dispatches, {size}',
    fetching: 'Copying volume {volume}/{volumes}: {done} / {total}',
    reading: 'Reading {file}: {done} / {total}',
    written: 'Bundle {number} for {peer}: {items} dispatches, {size}, {volumes} volumes.',
    empty: 'Bundle {number} for {peer} has no dispatch: only answers and the directory ({size}).',
    file: '  {file}  {size}',
    leftOut: '{count} dispatches did not go into this bundle: too large, or more than was allowed; they wait on.',
    next: 'Eject the stick safely before you pull it out. Dispatches stay queued until the other side has them: tram bundle list[ --home {home}]',
    wasRead: '{file}: read before (bundle {number} of {peer}, volume {volume}/{volumes}); nothing changes.',
    read: '{file}: bundle {number} of {peer}, volume {volume}/{volumes}: {taken} dispatches taken, {held} were here, {refused} refused.',
    settled: '  {peer} says it has {count} dispatches of this station.',
    unfinished: '  ATTENTION: {count} dispatches are incomplete or could not be taken ({codes}); what came is kept, the rest comes by another volume or a connection.',
    damaged: '  ATTENTION: the stick is damaged in segment {segments}; copy this volume again and read it once more, or wait for the next bundle.',
    lacking: '  Volume {volumes} of this bundle is still missing.',
    notRead: '  This volume does not count as read.',
    refused: '{file}: {reason}',
    none: 'There is no bundle yet.',
    row: 'Bundle {number} for {peer}, written {written}: {state}; {waiting}/{items} dispatches wait',
    state: { writing: 'being written', failed: 'failed', 'under-way': 'under way', missing: 'PERHAPS LOST', done: 'arrived' },
    begun: 'Bundle {number} of {peer}: read in part, volume {volumes} is missing',
    missing: 'Bundle {number} of {peer}: no stick of it was seen',
  },
};
