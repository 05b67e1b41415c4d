/** What the practice province tells its page: places, weather, people and their practice devices. */
import type { HttpTransport } from '#core/outside.ts';
import type { Right } from '#wire/directory.ts';
import { LocalDoor } from '../kit/local-door.ts';

export interface PracticeStationSeen {
  readonly code: string;
  readonly site: string;
  /** The name of the office that lives there; null for a relay. */
  readonly office: string | null;
}

export interface PracticeLink {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly isOpen: boolean;
  readonly wireBytes: number;
}

export interface PracticePersonSeen {
  readonly person: string;
  readonly name: string;
  readonly title: string;
  readonly rights: readonly Right[];
  readonly office: string;
  readonly officeName: string;
  readonly station: string;
}

export interface PracticeState {
  readonly organisation: string;
  readonly stations: readonly PracticeStationSeen[];
  readonly links: readonly PracticeLink[];
  readonly people: readonly PracticePersonSeen[];
}

/** Bytes as base64url. */
export interface PracticeDevice {
  readonly device: string;
  readonly founding: string;
  readonly keyring: string;
  readonly deviceSecret: string;
  readonly passphrase: string;
}

export interface RelaySight {
  /** When the relay took it. */
  readonly taken: number;
  readonly header: string;
  /** The first kilobyte. */
  readonly body: string;
  readonly bodyBytes: number;
  readonly stanzas: readonly { readonly office: string; readonly bytes: number }[];
}

export class PracticeApi {
  readonly #door: LocalDoor;

  constructor(transport: HttpTransport, ticket: string) {
    this.#door = new LocalDoor(transport, 'practice', ticket);
  }

  state(): Promise<PracticeState> {
    return this.#door.call('GET', 'state');
  }

  setLink(name: string, isOpen: boolean): Promise<PracticeState> {
    return this.#door.call('PUT', `link/${name}`, { isOpen });
  }

  device(person: string): Promise<PracticeDevice> {
    return this.#door.call('GET', `device/${person}`);
  }

  keepDevice(person: string, keyring: string): Promise<unknown> {
    return this.#door.call('PUT', `device/${person}`, { keyring });
  }

  /** Makes room for a real station on this machine. @returns where to go */
  openSetup(): Promise<{ readonly url: string }> {
    return this.#door.call('POST', 'setup');
  }

  /** @param dispatch null for the newest that the relay has taken @returns null while it holds nothing of it */
  relaySight(dispatch: string | null): Promise<RelaySight | null> {
    return this.#door.call('GET', dispatch === null ? 'relay' : `relay/${dispatch}`);
  }
}
