/**
 * Changes elements of DER and writes all lengths around them anew, so that the change reaches what reads the element and
 * does not end at the first length that lies.
 */

import { concat, utf8 } from '#core/bytes.ts';
import { allOf, DER_TAG, derNode, encodeNode, readDer, refilled, type DerNode } from './der-tree.ts';
import type { Chance } from './sample.ts';

const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa3];
const TEXTS = [
  '', ' ', ' a', 'a  b', '\u0000', '\u202e', 'e\u0302', 'x'.repeat(65), 'vn', 'VN', 'V', 'Số 12', '*.vn', 'tram:x', 'http://x', `tram:${'x'.repeat(255)}`,
  '260101000000Z', '491231235959Z', '500101000000Z', '260230000000Z', '2601010000Z', '20500101000000Z', '20491231235959Z', '19490101000000Z', '99991231235959Z', '20500101000000.5Z',
].map(utf8);
const OCTETS = [
  [], [0], [0x7f], [0x80], [0xff], [0, 0x7f], [0, 0x80], [2], [0x0f, 0xff, 0xff, 0xff, 0xff], [7, 0x80], [0, 1], [1, 0x86], [5, 0xa0], [0x55, 0x1d, 0x13],
  [0x80, 1], [0x81], [0x28, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [4], Array<number>(32).fill(7), Array<number>(33).fill(0x2a),
  [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x12], [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
].map((octets) => Uint8Array.from(octets));
const DICTIONARY = [...TEXTS, ...OCTETS];
/** Whole ones: a tag with what it may well hold, at a place where it may not. */
const ELEMENTS: readonly (readonly [tag: number, content: Uint8Array])[] = [
  [0x01, Uint8Array.of(0xff)], [0x01, Uint8Array.of(0)], [0x01, Uint8Array.of(1)], [0x02, Uint8Array.of(1)], [0x05, new Uint8Array()],
  [0x18, utf8('20260101000000Z')], [0x18, utf8('20500101000000Z')], [0x17, utf8('500101000000Z')], [0x0c, utf8('Điện')], [0x13, utf8('VN')],
  [0x86, utf8('tram:x')], [0x82, utf8('a.vn')], [0x87, Uint8Array.of(127, 0, 0, 1)], [0x04, new Uint8Array(33)], [0x03, Uint8Array.of(7, 0x80)],
];

/** Null where the bytes are no DER. */
export function mutateDer(bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array | null {
  const roots = readDer(bytes);
  if (roots === null || roots.length === 0) return null;
  if (chance(3) === 0) refill(allOf(...roots), chance);
  else changeList(roots, allOf(...(readDer(other) ?? [])), chance);
  return concat(...roots.map(encodeNode));
}

/** One of the elements of some type, with what an element of that type may wrongly hold. */
function refill(nodes: readonly DerNode[], chance: Chance): void {
  const tags = [...new Set(nodes.map(({ tag }) => tag))];
  const tag = tags[chance(tags.length)]!;
  const alike = nodes.filter((node) => node.tag === tag);
  const node = alike[chance(alike.length)]!;
  // The same time in the other form.
  if (tag === DER_TAG.utcTime && chance(2) === 0) Object.assign(node, derNode(DER_TAG.generalizedTime, concat(utf8('20'), node.content)));
  else refilled(node, DICTIONARY[chance(DICTIONARY.length)]!);
}

function changeList(roots: DerNode[], strangers: readonly DerNode[], chance: Chance): void {
  const lists = [roots, ...allOf(...roots).flatMap(({ members }) => (members === null ? [] : [members]))].filter((list) => list.length > 0);
  const list = lists[chance(lists.length)]!;
  const at = chance(list.length);
  CHANGES[chance(CHANGES.length)]!(list, at, chance, strangers);
}

type Change = (list: DerNode[], at: number, chance: Chance, strangers: readonly DerNode[]) => void;

const CHANGES: readonly Change[] = [
  (list, at) => void list.splice(at, 1),
  (list, at) => void list.splice(at, 0, list[at]!),
  (list, at, chance) => void list.splice(chance(list.length), 0, ...list.splice(at, 1)),
  (list, at, chance) => void (list[at]!.tag = TAGS[chance(TAGS.length)]!),
  (list, at, chance, strangers) => {
    if (strangers.length > 0) list[at] = strangers[chance(strangers.length)]!;
  },
  (list, at, chance) => refilled(list[at]!, DICTIONARY[chance(DICTIONARY.length)]!),
  (list, at, chance) => {
    const { content } = list[at]!;
    refilled(list[at]!, chance(2) === 0 ? content.slice(0, chance(content.length + 1)) : concat(content, content.slice(0, 40), Uint8Array.of(chance(256))));
  },
  (list, at, chance) => void list.splice(at, chance(2), derNode(...ELEMENTS[chance(ELEMENTS.length)]!)),
  (list, at, chance) => void list.splice(at, 0, ...Array.from({ length: 1 + chance(40) }, () => list[at]!)),
  (list, at, chance) => {
    let wrapped = list[at]!;
    for (let i = chance(20); i >= 0; i--) wrapped = { ...derNode(DER_TAG.sequence, new Uint8Array()), members: [wrapped] };
    list[at] = wrapped;
  },
];
