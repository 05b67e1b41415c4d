/** A courier's volume as far as it is read before anything in it is believed, and a segment whose digest was right. */

import { concat } from '#core/bytes.ts';
import { bundleHead, bundleStatement, framed, framesOf, readVolumeStart, volumeStart, type BundleStatement } from '#wire/bundle.ts';
import { frame } from '#wire/frames.ts';
import { sample, type Chance } from '../sample.ts';
import { oneForm, type Target } from '../target.ts';
import { samplesOf } from './structures.ts';

const FILE = 'src/wire/bundle.ts';
const SEEDS = 4;

export function bundleTargets(): Target[] {
  return [
    {
      name: 'volume',
      measured: [{ parts: [{ file: FILE, only: ['volumeStartBytes', 'readVolumeStart', 'readUint32be'] }] }],
      calls: [`${FILE} readVolumeStart`],
      shape: 'cbor',
      seeds: (chance) => [...Array.from({ length: SEEDS }, () => volume(chance, {})), ...UNSOUND.map((said) => volume(chance, said))],
      run: (input) => oneForm(volumeStart(readVolumeStart(input).head), input),
    },
    {
      name: 'segment',
      measured: [{ parts: [{ file: FILE, only: ['framesOf', 'readUint32be'] }] }],
      calls: [],
      shape: 'cbor',
      seeds: (chance) => Array.from({ length: SEEDS }, () => concat(...samplesOf(frame, chance).slice(0, 3).map((one) => framed(frame.encode(one as never))))),
      run: (input) => oneForm(concat(...Array.from(framesOf(input), (one) => framed(frame.encode(one)))), input),
    },
  ];
}

/** What no writer says, and what only some say. */
const UNSOUND: readonly Partial<BundleStatement>[] = [
  { number: 9, waiting: [1, 2, 5] },
  { number: 9, waiting: [2, 2] },
  { number: 9, waiting: [9] },
  { volume: 2, volumes: 1 },
  { first: undefined, last: undefined },
  { first: 4, last: undefined },
  { first: 4, last: 3 },
];

function volume(chance: Chance, said: Partial<BundleStatement>): Uint8Array {
  const statement = { ...sample(bundleStatement, 'statement', chance), volume: 1, volumes: 2, waiting: [], ...said };
  return volumeStart({ ...sample(bundleHead, 'head', chance), statement: bundleStatement.encode(statement) });
}
