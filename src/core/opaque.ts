/**
 * OPAQUE (RFC 9807) as the rooms ask for it: a device proves a passphrase to its station, which never sees it, and gets
 * an export key that the station cannot derive. Ristretto255 with SHA-512, 3DH, Argon2id with 64 MiB, 3 passes and one
 * lane; the adapter stands in platform/wasm. It draws on the platform's own randomness, which a simulator does not
 * replay. Source: docs/protocol/log-in.md.
 */

/** Who the two sides are; both are bound into the key exchange. */
export interface OpaqueNames {
  readonly client: string;
  readonly server: string;
}

/** A device's half, which may be done by another thread. States are opaque text that never leaves the machine. */
export interface OpaqueClient {
  startRegistration(passphrase: string): Promise<{ readonly state: string; readonly request: Uint8Array }>;
  /** @throws Refusal `request-malformed` where the answer is none. The record is for the station, the 64-byte export key for nobody. */
  finishRegistration(passphrase: string, state: string, response: Uint8Array, names: OpaqueNames): Promise<{ readonly record: Uint8Array; readonly exportKey: Uint8Array }>;
  startLogIn(passphrase: string): Promise<{ readonly state: string; readonly request: Uint8Array }>;
  /** @returns null for a wrong passphrase, another station, or a device that the station does not know */
  finishLogIn(passphrase: string, state: string, response: Uint8Array, names: OpaqueNames): Promise<{ readonly finish: Uint8Array; readonly exportKey: Uint8Array } | null>;
}

/** A station's half. Malformed input is a Refusal `request-malformed`. */
export interface OpaqueServer {
  /** Keys of a station, for as long as its records live. */
  createSetup(): Uint8Array;
  register(setup: Uint8Array, device: string, request: Uint8Array): Uint8Array;
  /** @param record null for a device that has none: the answer looks like any other */
  startLogIn(setup: Uint8Array, device: string, record: Uint8Array | null, request: Uint8Array, names: OpaqueNames): { readonly state: string; readonly response: Uint8Array };
  /** Whether the device proved its passphrase. */
  finishLogIn(state: string, finish: Uint8Array, names: OpaqueNames): boolean;
}

export interface Opaque {
  readonly client: OpaqueClient;
  readonly server: OpaqueServer;
}
