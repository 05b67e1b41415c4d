/** Changes items of CBOR and writes counts and lengths around them anew, so that the change reaches the field. */

import { concat, utf8 } from '#core/bytes.ts';
import { Writer } from '#wire/cbor.ts';
import type { Chance } from './sample.ts';

interface Item {
  major: number;
  /** Of a number, `false` (20) or `true` (21). */
  value: number;
  content: Uint8Array;
  /** Of an array or map, keys and values by turns. */
  members: Item[];
}

const MAJOR = { uint: 0, bytes: 2, text: 3, array: 4, map: 5, simple: 7 } as const;
const NUMBERS = [0, 1, 2, 3, 4, 5, 7, 23, 24, 40, 255, 256, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000, Number.MAX_SAFE_INTEGER];
const TEXTS = ['', 'a', 'A', ' ', 'e\u0302', '\u0000', 'x'.repeat(600), '2026', '/x', 'a/b', 'Điện'].map(utf8);
const LENGTHS = [0, 1, 15, 16, 31, 32, 33, 64, 255, 256, 1_025, 4_097, 65_536];
const DEPTH_MAX = 32;

/** Null where the bytes are no CBOR of the profile. */
export function mutateCbor(bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array | null {
  const root = readWhole(bytes);
  if (root === null) return null;
  const items = allOf(root);
  const item = items[chance(items.length)]!;
  CHANGES[chance(CHANGES.length)]!(item, chance, allOf(readWhole(other) ?? readWhole(bytes)!));
  return encodeItem(root);
}

type Change = (item: Item, chance: Chance, strangers: readonly Item[]) => void;

const CHANGES: readonly Change[] = [
  (item, chance) => void (item.value = NUMBERS[chance(NUMBERS.length)]!),
  (item, chance) => void (item.value = NUMBERS[chance(NUMBERS.length)]!),
  (item, chance) => void (item.content = item.major === MAJOR.text ? TEXTS[chance(TEXTS.length)]! : new Uint8Array(LENGTHS[chance(LENGTHS.length)]!)),
  (item, chance) => void (item.content = item.content.map((byte) => (chance(8) === 0 ? chance(256) : byte))),
  (item, chance) => void (item.major = [0, 2, 3, 4, 5, 7][chance(6)]!),
  (item, chance, strangers) => void Object.assign(item, strangers[chance(strangers.length)]),
  (item, chance) => void item.members.splice(memberAt(item, chance), step(item)),
  (item, chance) => void item.members.splice(memberAt(item, chance), step(item)),
  (item, chance) => {
    const at = memberAt(item, chance);
    item.members.splice(memberAt(item, chance), 0, ...item.members.splice(at, step(item)));
  },
  (item, chance) => {
    const at = memberAt(item, chance);
    const again = item.members.slice(at, at + step(item));
    for (let i = chance(2) === 0 ? 1 : 1 + chance(70); i > 0; i--) item.members.splice(at, 0, ...again);
  },
];

/** Members of a map come by twos. */
function step({ major }: Item): number {
  return major === MAJOR.map ? 2 : 1;
}

function memberAt(item: Item, chance: Chance): number {
  return step(item) * chance(Math.floor(item.members.length / step(item)) + 1);
}

function allOf(item: Item): Item[] {
  return [item, ...item.members.flatMap(allOf)];
}

function readWhole(bytes: Uint8Array): Item | null {
  const at = { offset: 0 };
  const item = readItem(bytes, at, 0);
  return at.offset === bytes.length ? item : null;
}

function readItem(bytes: Uint8Array, at: { offset: number }, depth: number): Item | null {
  const first = bytes[at.offset++] ?? 0xff;
  const [major, short] = [first >> 5, first & 31];
  if (short > 27 || depth > DEPTH_MAX) return null;
  const width = short < 24 ? 0 : 1 << (short - 24);
  let value = short < 24 ? short : 0;
  for (const byte of bytes.subarray(at.offset, (at.offset += width))) value = value * 256 + byte;
  const item: Item = { major, value, content: new Uint8Array(), members: [] };
  if (major === MAJOR.bytes || major === MAJOR.text) {
    if (value > bytes.length - at.offset) return null;
    item.content = bytes.slice(at.offset, (at.offset += value));
  }
  const count = major === MAJOR.array ? value : major === MAJOR.map ? 2 * value : 0;
  for (let i = 0; i < count; i++) {
    const member = readItem(bytes, at, depth + 1);
    if (member === null) return null;
    item.members.push(member);
  }
  return item;
}

function encodeItem({ major, value, content, members }: Item): Uint8Array {
  const writer = new Writer();
  if (major === MAJOR.simple) writer.bool(value % 2 === 1);
  else if (major === MAJOR.uint) writer.uint(Math.min(value, Number.MAX_SAFE_INTEGER));
  else if (major === MAJOR.array) writer.array(members.length);
  else if (major === MAJOR.map) writer.map(members.length >> 1);
  else return headed(major, content);
  const even = major === MAJOR.map ? members.slice(0, members.length & ~1) : major === MAJOR.array ? members : [];
  return concat(writer.finish(), ...even.map(encodeItem));
}

/** A byte string, or a text whose bytes may be no UTF-8. */
function headed(major: number, content: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.bytes(content);
  const whole = writer.finish();
  whole[0] = (whole[0]! & 0x1f) | (major << 5);
  return whole;
}
