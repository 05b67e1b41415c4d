/** What a command is given of the world, so that the practice province and tests run commands without a process. */
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Opaque } from '#core/opaque.ts';
import type { Locale } from '#core/refusal-words.ts';
import type { Environment } from './locale.ts';
import type { Placed } from './placed.ts';
import type { StationHost } from './station-host.ts';
import type { Words } from './words/shape.ts';

/** Where words go while a command works; results go through its Outcome. */
export interface Output {
  /** One line for a person; silent under `--json`. */
  say(line: string): void;
  /** A line that replaces itself on a terminal; on a pipe only the last of it is written. */
  progress(line: string): void;
  /** One line of JSON at once, for supervisors (station start). */
  emit(value: unknown): void;
}

/** Asks a person. Secrets are never echoed, logged or passed on a command line. */
export interface PassphrasePrompt {
  /**
   * @param answer `hidden` for a secret, and unless given; `shown` for a yes or a fingerprint, which whoever types wants to see
   * @returns null without a terminal
   */
  ask(question: string, answer?: 'hidden' | 'shown'): Promise<string | null>;
}

/**
 * Standard input. It is read where an option says `-`, and nowhere else: what a loop or a supervisor has there would else
 * be taken for a dispatch, or waited for.
 */
export interface Input {
  /** Whether somebody put a pipe or a file there. */
  readonly isPiped: () => boolean;
  readonly read: () => Uint8Array;
}

export interface CliContext {
  /** Of this program. */
  readonly version: string;
  readonly provider: CryptoProvider;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly environment: Environment;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly words: Words;
  /** What its sentences carry on to the next command. */
  readonly placed: Placed;
  readonly output: Output;
  readonly prompt: PassphrasePrompt;
  readonly input: Input;
  /** What only the composition root can do: make, run and audit stations. */
  readonly host: StationHost;
  /** Loaded when it is needed: half a megabyte of WebAssembly. */
  readonly opaque: () => Promise<Opaque>;
  readonly practice: PracticeProvince;
  /** Ends long work; Ctrl-C. */
  readonly stop: AbortSignal;
}

/** Three stations on this machine and one dispatch among them. */
export interface PracticeProvince {
  run(context: CliContext, order: PracticeOrder): Promise<PracticeResult>;
  /** Runs it and leaves the stations running until the context's stop. */
  keep(context: CliContext, data: string): Promise<void>;
}

export interface PracticeOrder {
  readonly text: string | null;
  readonly attach: readonly string[];
  readonly subject: string | null;
  readonly keep: string | null;
}

export interface PracticeResult {
  readonly json: unknown;
  readonly holds: boolean;
}
