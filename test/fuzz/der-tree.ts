/** DER as a tree that can be changed and written again, with all lengths as they then are. */

import { concat } from '#core/bytes.ts';

export interface DerNode {
  tag: number;
  /** What stands before the members: the unused bits of a BIT STRING. */
  before: Uint8Array;
  content: Uint8Array;
  /** Null where the contents are no elements. */
  members: DerNode[] | null;
}

export const DER_TAG = { boolean: 0x01, bitString: 0x03, octetString: 0x04, oid: 0x06, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30 } as const;
const DEPTH_MAX = 20;

export function derNode(tag: number, content: Uint8Array): DerNode {
  return { tag, before: new Uint8Array(), content, members: null };
}

export function refilled(node: DerNode, content: Uint8Array): void {
  Object.assign(node, derNode(node.tag, content));
}

/** These and all that is inside them. */
export function allOf(...nodes: readonly DerNode[]): DerNode[] {
  return nodes.flatMap((node) => [node, ...allOf(...(node.members ?? []))]);
}

/** Null where the bytes are not elements from one end to the other. */
export function readDer(bytes: Uint8Array, depth = 0): DerNode[] | null {
  const nodes: DerNode[] = [];
  for (let at = 0; at < bytes.length; ) {
    const head = readHead(bytes, at);
    if (head === null) return null;
    nodes.push(nodeOf(bytes[at]!, bytes.slice(head.from, head.to), depth));
    at = head.to;
  }
  return nodes;
}

function nodeOf(tag: number, content: Uint8Array, depth: number): DerNode {
  const before = tag === DER_TAG.bitString ? content.slice(0, 1) : new Uint8Array();
  const inside = content.subarray(before.length);
  const mayHold = (tag & 0x20) !== 0 || ((tag === DER_TAG.octetString || tag === DER_TAG.bitString) && inside.length > 1);
  const members = mayHold && depth < DEPTH_MAX ? readDer(inside, depth + 1) : null;
  return { tag, before: members === null ? new Uint8Array() : before, content, members };
}

function readHead(bytes: Uint8Array, at: number): { from: number; to: number } | null {
  const first = bytes[at + 1] ?? 0x80;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || count > 3) return null;
  const from = at + 2 + count;
  let length = count === 0 ? first : 0;
  for (const octet of bytes.subarray(at + 2, from)) length = length * 256 + octet;
  return from + length > bytes.length ? null : { from, to: from + length };
}

export function encodeNode({ tag, before, content, members }: DerNode): Uint8Array {
  const inside = members === null ? content : concat(before, ...members.map(encodeNode));
  const { length } = inside;
  const octets = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : length < 0x1_0000 ? [0x82, length >> 8, length & 0xff] : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return concat(Uint8Array.of(tag, ...octets), inside);
}
