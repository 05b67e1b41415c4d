/** What the pages are given of the browser, so that a test can hand in something else. */
import type { Clock, RandomSource } from '#core/clock.ts';
import type { CryptoProvider } from '#core/crypto.ts';
import type { OpaqueClient } from '#core/opaque.ts';
import type { FileSink, HttpTransport, KeyringStore, NamedStore, PartCopies } from '#core/outside.ts';
import type { WorkerEnd } from '#client/held-worker.ts';
import type { SessionDeps } from '#client/session.ts';

/** Where this browser keeps its device: sealed or public bytes, each by itself. */
export interface DeviceStores extends Readonly<Record<'place' | 'ring' | 'secret' | 'request' | 'directory' | 'peers', KeyringStore>> {
  /** Everything, the device first. */
  forget(): Promise<void>;
  /** What the device opened and what was being typed. */
  forgetOpened(): Promise<void>;
}

/** Passkeys that answer with 32 bytes that open a slot. */
export interface PasskeyDoor {
  readonly relyingParty: string;
  /** @throws Refusal `cancelled`, `passkey-unusable` */
  make(order: { readonly organisation: string; readonly device: string; readonly name: string; readonly prfInput: Uint8Array }): Promise<PasskeyOpening>;
  ask(known: readonly { readonly credential: Uint8Array; readonly prfInput: Uint8Array }[]): Promise<PasskeyOpening>;
}
export interface PasskeyOpening {
  readonly credential: Uint8Array;
  readonly output: Uint8Array;
}

export interface Outside {
  readonly clock: Clock;
  /** Loaded after the first page stands there: what seals and opens is the larger part of the script. */
  readonly cryptography: () => Promise<{ readonly crypto: CryptoProvider; readonly random: RandomSource }>;
  /** @param base where an interface begins: the page's own origin, or a path of it */
  readonly transport: (base: string) => HttpTransport;
  /** Sealing and opening of files in a worker. @param base as for transport */
  readonly parts: (base: string) => NonNullable<SessionDeps['parts']>;
  /** Opens a worker in which registers are kept and searched. */
  readonly registers: () => WorkerEnd;
  /** Sealed copies of files that are being sent, of one device; null where this browser keeps none. */
  readonly partCopies: (device: string) => Promise<PartCopies | null>;
  /** Keeps other windows from the same work. @returns what ends it; null where one is at it */
  readonly alone: (name: string) => Promise<(() => void) | null>;
  /** Does work of a name when no other window does work of that name. */
  readonly oneByOne: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Where this browser keeps, sealed, what is being typed. */
  readonly sheetStore: () => Promise<NamedStore>;
  /** Asks the person where a file shall be written; null where they think better of it. */
  readonly saveFile: (name: string, sizeBytes: number) => Promise<FileSink | null>;
  /** Where the documents are in whose frames a file is looked at. */
  readonly papers: { readonly plain: string; readonly pdf: string };
  /** What this browser keeps of a device. */
  readonly stores: () => Promise<DeviceStores>;
  readonly opaque: () => Promise<OpaqueClient>;
  /** Null where this page can have no passkeys. */
  readonly passkeys: () => Promise<PasskeyDoor | null>;
  /** Keeps the pages on this device; tells of a newer version, with what takes it. @returns ends it */
  readonly updates: (found: (take: () => void) => void) => () => void;
  /** What follows `#` in the address that was opened; it is taken out of the address and history at once. */
  readonly ticket: string;
  /** Codes of new devices whose links are opened in this tab (web/device/joining-link.ts). */
  readonly joinCodes: {
    /** The one that was opened last; null once it was taken. */
    take(): string | null;
    /** Another was opened while the page stood there. @returns ends it */
    onAsked(listener: () => void): () => void;
  };
}
