/** How it stands with the station, seen from what calls say: reached, out of reach, or reached by an old session. */
import type { HttpRequest, HttpResponse, HttpTransport } from '#core/outside.ts';
import { Refusal } from '#core/refusals.ts';

export type LinkState = 'reached' | 'away' | 'expired';

const UNAUTHORIZED = 401;
const UNAVAILABLE = 503;

export class StationLink implements HttpTransport {
  readonly #transport: HttpTransport;
  readonly #listeners = new Set<() => void>();
  #state: LinkState = 'reached';
  /** Sessions begun so far. */
  #sessions = 0;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  get state(): LinkState {
    return this.#state;
  }

  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** Another session was begun. */
  renewed(): void {
    this.#sessions += 1;
    this.#become('reached');
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const asked = this.#sessions;
    try {
      const answer = await this.#transport.request(request);
      // What was asked in an older session says nothing of this one.
      const isSession = request.headers['authorization'] !== undefined && asked === this.#sessions;
      if (answer.status === UNAUTHORIZED && isSession) this.#become('expired');
      else if (answer.status === UNAVAILABLE) this.#become('away');
      // Whatever keeps the session going, such as the stream of events, may have begun it again.
      else if (this.#state === 'away' || isSession) this.#become('reached');
      return answer;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'station-unreachable') this.#become('away');
      throw error;
    }
  }

  #become(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const changed of this.#listeners) changed();
  }
}
