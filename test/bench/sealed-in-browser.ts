/** What a page says of a file that it sealed and sent: shared by the page and whoever measures it. */
export interface SealedInBrowser {
  readonly measureSeconds: number;
  readonly uploadSeconds: number;
  /** The longest time that the page's own thread was not free. */
  readonly longestPauseMs: number;
}
