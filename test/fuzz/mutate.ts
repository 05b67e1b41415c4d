/** Damages bytes in the ways that decoders fear: flips, cuts, insertions, splices, lengths that lie; and by their own format. */

import { mutateCbor } from './mutate-cbor.ts';
import { mutateDer } from './mutate-der.ts';
import { mutateText } from './mutate-text.ts';
import type { Chance } from './sample.ts';
import type { Target } from './target.ts';

const LIES = [0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1f, 0x3b, 0x5b, 0x5f, 0x7b, 0x7f, 0x9b, 0x9f, 0xbb, 0xbf, 0xd8, 0xf6, 0xfb, 0xff, 0x30, 0x80, 0x84, 0x0a];

const BY_SHAPE = { cbor: mutateCbor, der: mutateDer, text: mutateText } as const;

/** Half of all inputs stay well-formed around what was changed: bytes alone seldom get past the first length. */
export function mutate(seed: Uint8Array, other: Uint8Array, shape: Target['shape'], chance: Chance): Uint8Array {
  return (chance(2) === 0 ? mutateShape(seed, other, shape, chance) : null) ?? mutateBytes(seed, other, chance);
}

function mutateShape(seed: Uint8Array, other: Uint8Array, shape: Target['shape'], chance: Chance): Uint8Array | null {
  let bytes: Uint8Array | null = seed;
  for (let times = 1 + chance(3); times > 0 && bytes !== null; times--) bytes = BY_SHAPE[shape](bytes, other, chance);
  return bytes;
}

function mutateBytes(seed: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  let bytes: Uint8Array = seed.slice();
  const times = 1 + chance(4);
  for (let i = 0; i < times; i++) bytes = MUTATIONS[chance(MUTATIONS.length)]!(bytes, other, chance);
  return bytes;
}

type Mutation = (bytes: Uint8Array, other: Uint8Array, chance: Chance) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  (bytes, _other, chance) => replace(bytes, chance(bytes.length + 1), 1, Uint8Array.of(chance(256))),
  (bytes, _other, chance) => replace(bytes, chance(bytes.length + 1), 1, Uint8Array.of(LIES[chance(LIES.length)]!)),
  (bytes, _other, chance) => flip(bytes, chance(Math.max(1, bytes.length * 8))),
  (bytes, _other, chance) => bytes.slice(0, chance(bytes.length + 1)),
  (bytes, _other, chance) => replace(bytes, chance(bytes.length + 1), 0, Uint8Array.from({ length: 1 + chance(9) }, () => chance(256))),
  (bytes, _other, chance) => replace(bytes, chance(bytes.length + 1), chance(16), new Uint8Array()),
  (bytes, other, chance) => replace(bytes, chance(bytes.length + 1), chance(64), piece(other, chance)),
  (bytes, _other, chance) => replace(bytes, chance(bytes.length + 1), 0, piece(bytes, chance)),
];

function replace(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + remove));
  const result = new Uint8Array(at + insert.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(rest, at + insert.length);
  return result;
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  if (bytes.length > 0) bytes[bit >> 3]! ^= 1 << (bit & 7);
  return bytes;
}

function piece(bytes: Uint8Array, chance: Chance): Uint8Array {
  const start = chance(bytes.length + 1);
  return bytes.slice(start, start + chance(64));
}
