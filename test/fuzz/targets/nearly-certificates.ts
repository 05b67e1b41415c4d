/** Certificates that are valid but for one thing in one of their extensions. */

import { concat } from '#core/bytes.ts';
import { allOf, DER_TAG, derNode, encodeNode, readDer, refilled, type DerNode } from '../der-tree.ts';

/** Each change at each extension, of certificates that have many between them. */
export function nearlyValid(certificates: readonly Uint8Array[]): Uint8Array[] {
  return certificates.flatMap((certificate) => {
    const count = extensionsIn(readDer(certificate)!).length;
    return Array.from({ length: count }, (_each, at) => FAULTS.map((spoil) => spoiled(certificate, at, spoil))).flat();
  });
}

function spoiled(certificate: Uint8Array, at: number, spoil: Fault): Uint8Array {
  const roots = readDer(certificate)!;
  spoil(extensionsIn(roots), at);
  return concat(...roots.map(encodeNode));
}

/** Certificate → tbsCertificate → [3] → Extensions. */
function extensionsIn(roots: readonly DerNode[]): DerNode[] {
  return roots[0]!.members![0]!.members!.at(-1)!.members![0]!.members!;
}

type Fault = (extensions: DerNode[], at: number) => void;

const FAULTS: readonly Fault[] = [
  (extensions, at) => void extensions.splice(at, 1),
  (extensions, at) => void extensions.splice(at, 0, extensions[at]!),
  (extensions, at) => {
    const members = extensions[at]!.members!;
    if (members[1]!.tag === DER_TAG.boolean) members.splice(1, 1);
    else members.splice(1, 0, derNode(DER_TAG.boolean, Uint8Array.of(0xff)));
  },
  (extensions, at) => refilled(valueOf(extensions[at]!), new Uint8Array()),
  (extensions, at) => refilled(valueOf(extensions[at]!), new Uint8Array(33)),
  (extensions, at) => refilled(valueOf(extensions[at]!), Uint8Array.of(5, 0xa0)),
  (extensions, at) => firstOf(extensions[at]!, (members) => refilled(members[0]!, Uint8Array.of(0))),
  (extensions, at) => firstOf(extensions[at]!, (members) => refilled(members.at(-1)!, Uint8Array.of(0x2a, 3, 4))),
  (extensions, at) => firstOf(extensions[at]!, (members) => void members.splice(1, members.length, members[0]!)),
  (extensions, at) => {
    const named = allOf(valueOf(extensions[at]!)).find(({ tag }) => tag === DER_TAG.oid);
    if (named !== undefined) refilled(named, Uint8Array.of(0x2a, 3, 4));
  },
];

/** What stands in the OCTET STRING. */
function valueOf({ members }: DerNode): DerNode {
  const octets = members!.at(-1)!;
  return octets.members?.[0] ?? octets;
}

function firstOf(extension: DerNode, change: (members: DerNode[]) => void): void {
  const { members } = valueOf(extension);
  if (members !== null && members.length > 0) change(members);
}
