/** What every language of the command line must say. Vietnamese is written first; the others have exactly the same. */
import type { vi } from './vi.ts';

/** The same keys with any text. */
type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

export type Words = Texts<typeof vi>;
