/**
 * A device's sealed keyring and what stands beside it, in this browser's IndexedDB. Only sealed or public bytes are
 * written, but for the device's secret: that one stands under a key that scripts can use and not read, where the browser
 * allows it. Whoever copies the browser's profile has both. Source: docs/protocol/keyring.md §In a browser.
 */
import type { KeyringStore } from '#core/outside.ts';
import { tableIn } from './database.ts';
import { inTurn } from './one-window.ts';
import { ownBytes } from './subtle.ts';

const within = tableIn('tram-device', 'kept');
const NONCE_BYTES = 12;

/** By their names within the database. */
export interface WebDeviceStores {
  /** Where the station is and who the device is: public, JSON. */
  readonly place: KeyringStore;
  readonly ring: KeyringStore;
  readonly secret: KeyringStore;
  /** A request for certificates, until they came. */
  readonly request: KeyringStore;
  readonly directory: KeyringStore;
  readonly peers: KeyringStore;
  /** Forgets the device: everything, at once. */
  forget(): Promise<void>;
}

export function webDeviceStores(): WebDeviceStores {
  return {
    place: plainStore('place'), ring: { ...plainStore('ring'), alone: (work) => inTurn('tram-keyring', work) }, request: plainStore('request'),
    directory: plainStore('directory'), peers: plainStore('peers'), secret: guardedStore('secret'),
    forget: () => within('readwrite', (table) => table.clear()).then(() => undefined),
  };
}

function plainStore(name: string): KeyringStore {
  return {
    read: async () => {
      const found = await within('readonly', (table) => table.get(name));
      return found instanceof Uint8Array ? found : null;
    },
    // A copy: what is handed in may be a view into something larger.
    write: async (bytes) => void await within('readwrite', (table) => table.put(bytes.slice(), name)),
  };
}

interface Guarded {
  readonly key: CryptoKey;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

function guardedStore(name: string): KeyringStore {
  return {
    read: async () => {
      const found = await within('readonly', (table) => table.get(name));
      if (found instanceof Uint8Array) return found;
      if (!isGuarded(found)) return null;
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: ownBytes(found.nonce) }, found.key, ownBytes(found.sealed)));
    },
    write: async (bytes) => {
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, ownBytes(bytes)));
      const guarded: Guarded = { key, nonce, sealed };
      try {
        await within('readwrite', (table) => table.put(guarded, name));
      } catch (error) {
        // A browser that keeps no keys, as some do in a private window.
        if (!(error instanceof DOMException && error.name === 'DataCloneError')) throw error;
        await within('readwrite', (table) => table.put(bytes.slice(), name));
      }
    },
  };
}

function isGuarded(found: unknown): found is Guarded {
  return typeof found === 'object' && found !== null && 'key' in found && found.key instanceof CryptoKey;
}
