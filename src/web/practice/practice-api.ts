/** What the practice province tells its page: places, weather, people and their practice devices. */
import { fromUtf8, utf8, concat } from '#core/bytes.ts';
import type { HttpTransport } from '#core/outside.ts';
import { Refusal, REFUSAL_STATUS, type RefusalCode } from '#core/refusals.ts';
import type { Right } from '#wire/directory.ts';

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
  readonly header: string;
  /** The first kilobyte. */
  readonly body: string;
  readonly bodyBytes: number;
  readonly stanzas: readonly { readonly office: string; readonly bytes: number }[];
}

export class PracticeApi {
  readonly #transport: HttpTransport;
  readonly #ticket: string;

  constructor(transport: HttpTransport, ticket: string) {
    this.#transport = transport;
    this.#ticket = ticket;
  }

  state(): Promise<PracticeState> {
    return this.#call('GET', 'state');
  }

  setLink(name: string, isOpen: boolean): Promise<PracticeState> {
    return this.#call('PUT', `link/${name}`, { isOpen });
  }

  device(person: string): Promise<PracticeDevice> {
    return this.#call('GET', `device/${person}`);
  }

  keepDevice(person: string, keyring: string): Promise<unknown> {
    return this.#call('PUT', `device/${person}`, { keyring });
  }

  /** Makes room for a real station on this machine. @returns where to go */
  openSetup(): Promise<{ readonly url: string }> {
    return this.#call('POST', 'setup');
  }

  /** @returns null while the relay holds nothing of it */
  relaySight(dispatch: string): Promise<RelaySight | null> {
    return this.#call('GET', `relay/${dispatch}`);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#transport.request({
      method, path: `/practice/${path}`,
      headers: { 'x-practice': this.#ticket, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: utf8(JSON.stringify(body)) }),
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    const json = JSON.parse(fromUtf8(concat(...pieces)) ?? 'null') as T & { code?: string; detail?: Record<string, string | number> };
    if (response.status >= 300) throw new Refusal(Object.hasOwn(REFUSAL_STATUS, json.code ?? '') ? (json.code as RefusalCode) : 'internal', json.detail ?? {});
    return json;
  }
}
