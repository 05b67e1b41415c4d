/** What the people room is given, narrowed to what it uses. */

import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { Opaque } from '#core/opaque.ts';
import type { CertificateAuthority } from '#model/certificate-authority.ts';
import type { LogSigner } from '#model/directory-log.ts';
import type { Ledger } from '#station/kernel/ledger.ts';
import type { Store, Transaction } from '#station/kernel/store.ts';

export interface PeopleDeps {
  readonly store: Store;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly provider: CryptoProvider;
  /** Code of this station. */
  readonly station: string;
  /** Of the data folder, 16 bytes: devices name it in their receipts. */
  readonly incarnation: () => Uint8Array;
  /** SHA-256 of the founding entry: the trust anchor, from the station's configuration. */
  readonly founding: Uint8Array;
  /** This station's log keys; they sign the directory's checkpoints while it is the sequencer. */
  readonly logSigner: LogSigner;
  /** Of this station alone (model/verified-log.ts markKey): what it has verified of the directory is marked under it. Without one everything is verified at each start. */
  readonly markKey?: Uint8Array;
  /** Whether this station may sequence now; absent where it always may. */
  readonly lead?: {
    /**
     * @param held entries of the log here
     * @param mayBegin whether who asks may give the first entry its index after a restore (policy.ts)
     * @throws Refusal `directory-unheard`
     */
    demand(held: number, mayBegin: boolean): void;
    /** A registrar's device has given back what it had seen. */
    registrarHeard(): void;
    /** With the commit that gives an entry its index. */
    led(tx: Transaction): Promise<void>;
    /** Whether a term that the root signed for this folder waits here for its index. */
    readonly isTermHere: boolean;
  };
  /** Of the disk, and what must stay free beneath what is put into the log; absent where nobody looks. */
  readonly room?: { freeBytes(): number; readonly floorBytes: number };
  /** Sends entries to the sequencer, as a note. @throws Refusal `no-route` */
  readonly forward: (sequencer: string, entries: readonly Uint8Array[]) => Promise<void>;
  /** Sends the request of a new device to another station in that commit, as a note. @returns false where there is no way now */
  readonly carryRequest: (tx: Transaction, station: string, request: Uint8Array) => Promise<boolean>;
  /** Of the program, for whoever asks. */
  readonly version: string;
  /** How long a log-in lasts without being used; half an hour by default. */
  readonly sessionIdleMs?: number;
  /** Loaded when somebody first asks; a simulated station has none, and answers `route-unknown`. */
  readonly opaque?: () => Promise<Opaque>;
  /** Deliveries of an office that only this transport key opens: while there are any, it is not destroyed. */
  readonly waitingFor: (tx: Transaction, office: string, number: number) => Promise<number>;
  /** Past a transport key's time by so much it may be destroyed; fourteen days by default, for what is still on its way. */
  readonly keyGraceMs?: number;
  /** Defaults to x509Authority. */
  readonly authority?: CertificateAuthority;
}
