/** What every language of the command line must say. Vietnamese is written first; the others have exactly the same. */
import type { vi } from './vi.ts';

/** The same keys with any text. */
export type Wording = Texts<typeof vi>;
type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] extends readonly string[] ? readonly string[] : Texts<T[K]> };

/** As commands say it: a sentence that carries the folders on to the next command is filled with them, or does not compile. */
export type Words = Said<typeof vi>;
type Said<T> = { readonly [K in keyof T]: T[K] extends string ? (T[K] extends Carrying ? PlacedText : string) : T[K] extends readonly string[] ? readonly string[] : Said<T[K]> };
type Carrying = `${string}[ --data {data}]${string}` | `${string}[ --home {home}]${string}`;

/** placed.ts `placedLine` makes a text of it. */
export interface PlacedText {
  readonly carries: 'the folders that were named';
}
