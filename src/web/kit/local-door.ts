/** Asks the process on this machine that serves the page and is no station: the practice province, or what sets a station up. */
import { concat, fromUtf8, utf8 } from '#core/bytes.ts';
import type { HttpTransport } from '#core/outside.ts';
import { refusalSaid } from '#core/refusals.ts';

type Detail = Record<string, string | number>;

export class LocalDoor {
  readonly #transport: HttpTransport;
  readonly #name: 'practice' | 'setup';
  readonly #ticket: string;

  /** @param ticket what the process gave to its own page alone */
  constructor(transport: HttpTransport, name: 'practice' | 'setup', ticket: string) {
    [this.#transport, this.#name, this.#ticket] = [transport, name, ticket];
  }

  /** @throws Refusal what it refuses; `station-unreachable` */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#transport.request({
      method, path: `/${this.#name}/${path}`,
      headers: { [`x-${this.#name}`]: this.#ticket, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: utf8(JSON.stringify(body)) }),
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    const json = JSON.parse(fromUtf8(concat(...pieces)) ?? 'null') as T & { code?: string; detail?: Detail };
    if (response.status >= 300) throw refusalSaid({ code: json.code ?? '', detail: json.detail ?? {} });
    return json;
  }
}
