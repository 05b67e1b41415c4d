/** How whoever asked for work on a part watches and stops it. */
export interface Watch {
  readonly signal?: AbortSignal | undefined;
  /** Plain bytes done of this part, after each chunk. */
  readonly progress?: ((bytes: number) => void) | undefined;
}
