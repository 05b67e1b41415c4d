/**
 * OPAQUE by @serenity-kit/opaque (opaque-ke in WebAssembly), in Node and in browsers alike. Passphrases go in as NFC: the
 * same Vietnamese words from another keyboard are the same passphrase.
 */
import * as library from '@serenity-kit/opaque';
import { base64url, fromBase64url } from '#core/bytes.ts';
import type { Opaque, OpaqueClient, OpaqueNames, OpaqueServer } from '#core/opaque.ts';
import { Refusal } from '#core/refusals.ts';

/** What Argon2id costs a device at each proof. */
export interface Stretching {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** As keyring slots are stretched (RFC 9106's second recommendation). */
const STRETCHING: Stretching = { memoryKiB: 65_536, passes: 3 };

/**
 * Waits for the module to be compiled, once.
 * @param stretching other than ours only where nobody's secret is at stake: it stands nowhere, so who proves must have it as it was when the device registered
 */
export async function loadOpaque(stretching = STRETCHING): Promise<Opaque> {
  await library.ready;
  return { client: clientThatStretches(stretching), server };
}

function clientThatStretches({ memoryKiB, passes }: Stretching): OpaqueClient {
  const keyStretching = { 'argon2id-custom': { memory: memoryKiB, iterations: passes, parallelism: 1 } };
  return {
    async startRegistration(passphrase) {
      const { clientRegistrationState: state, registrationRequest } = library.client.startRegistration({ password: nfc(passphrase) });
      return { state, request: bytes(registrationRequest) };
    },
    async finishRegistration(passphrase, clientRegistrationState, response, identifiers) {
      const { registrationRecord, exportKey } = demandForm(() => library.client.finishRegistration({
        password: nfc(passphrase), clientRegistrationState, registrationResponse: base64url(response), identifiers: named(identifiers), keyStretching,
      }));
      return { record: bytes(registrationRecord), exportKey: bytes(exportKey) };
    },
    async startLogIn(passphrase) {
      const { clientLoginState: state, startLoginRequest } = library.client.startLogin({ password: nfc(passphrase) });
      return { state, request: bytes(startLoginRequest) };
    },
    async finishLogIn(passphrase, clientLoginState, response, identifiers) {
      const done = demandForm(() => library.client.finishLogin({
        password: nfc(passphrase), clientLoginState, loginResponse: base64url(response), identifiers: named(identifiers), keyStretching,
      }));
      return done === undefined ? null : { finish: bytes(done.finishLoginRequest), exportKey: bytes(done.exportKey) };
    },
  };
}

const server: OpaqueServer = {
  createSetup: () => bytes(library.server.createSetup()),
  register(setup, userIdentifier, request) {
    const asked = { serverSetup: base64url(setup), userIdentifier, registrationRequest: base64url(request) };
    return bytes(demandForm(() => library.server.createRegistrationResponse(asked)).registrationResponse);
  },
  startLogIn(setup, userIdentifier, record, request, identifiers) {
    const { serverLoginState, loginResponse } = demandForm(() => library.server.startLogin({
      serverSetup: base64url(setup), userIdentifier, registrationRecord: record === null ? null : base64url(record),
      startLoginRequest: base64url(request), identifiers: named(identifiers),
    }));
    return { state: serverLoginState, response: bytes(loginResponse) };
  },
  finishLogIn(serverLoginState, finish, identifiers) {
    try {
      library.server.finishLogin({ serverLoginState, finishLoginRequest: base64url(finish), identifiers: named(identifiers) });
      return true;
    } catch {
      // The library throws for a proof that is wrong as for one that is none.
      return false;
    }
  },
};

function named({ client: device, server: station }: OpaqueNames): { client: string; server: string } {
  return { client: device, server: station };
}

function nfc(passphrase: string): string {
  return passphrase.normalize('NFC');
}

/** The library throws for bytes that are no message of the protocol; what it says of them is nobody's business. */
function demandForm<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Refusal('request-malformed', { field: 'opaque' }, { cause });
  }
}

function bytes(text: string): Uint8Array {
  const decoded = fromBase64url(text);
  if (decoded === null) throw new Refusal('request-malformed', { field: 'opaque' });
  return decoded;
}
