/** Which files can be looked at here, by their names and sizes; what does not turn out to be one is not shown. */
import type { CorePart } from '#wire/core.ts';

export type PaperKind = 'text' | 'image' | 'pdf';

const MIB = 1024 * 1024;
const KINDS: readonly { readonly kind: PaperKind; readonly name: RegExp; readonly bytesMax: number }[] = [
  { kind: 'text', name: /\.(?:txt|csv|md|log|json|xml)$/i, bytesMax: 8 * MIB },
  { kind: 'image', name: /\.(?:png|jpe?g|gif|webp|bmp)$/i, bytesMax: 64 * MIB },
  { kind: 'pdf', name: /\.pdf$/i, bytesMax: 128 * MIB },
];

/** Null for what only a program of its own shows. */
export function paperKind({ name, size }: Pick<CorePart, 'name' | 'size'>): PaperKind | null {
  return KINDS.find((one) => one.name.test(name) && size > 0 && size <= one.bytesMax)?.kind ?? null;
}
