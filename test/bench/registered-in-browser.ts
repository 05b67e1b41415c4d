/** What a page measured of a long register, in milliseconds. */
export interface FilledRegister {
  readonly seconds: number;
  readonly lines: number;
  readonly sizeBytes: number;
}

export interface OpenedRegister {
  /** From asking for the room (the click on its link, or mounting the page) until its rows and the number of lines were painted. */
  readonly openMs: number;
}

export interface SearchedRegister {
  /** Of each key: from the key until its result was painted. */
  readonly paintedMs: readonly number[];
  /** Of each key: the same words looked for in as many strings by a plain loop, in this page. */
  readonly scanMs: readonly number[];
  /** The longest time that the page answered to nothing. */
  readonly longestPauseMs: number;
}
