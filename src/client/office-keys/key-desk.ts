/** What work on an office's keys needs of a session; session.ts itself begins that work, so it cannot be named here. */
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Peers } from '#model/directories.ts';
import type { DirectoryState } from '#model/directory-state.ts';
import type { StationApi } from '../api.ts';
import type { DirectorySync } from '../directory/directory-sync.ts';
import type { OpenKeyring } from '../keyring/keyring.ts';

export interface KeyDesk {
  readonly crypto: CryptoProvider;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly ring: OpenKeyring;
  readonly api: StationApi;
  readonly directory: DirectorySync;
  readonly view: DirectoryState;
  readonly peers: Peers;
  now(): number;
}
