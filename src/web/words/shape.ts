/** What both languages have. */
import type { vi } from './vi.ts';

type Same<T> = T extends string ? string : { readonly [K in keyof T]: Same<T[K]> };
export type Words = Same<typeof vi>;
