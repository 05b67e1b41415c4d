/** What the machine that will be the station does for the page that founds: its own keys, its folder, its start. */
import { base64url, fromBase64url, hex } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import type { HttpTransport } from '#core/outside.ts';
import type { FoundedHere } from '#client/directory/founding-errand.ts';
import type { StationKeys } from '#client/directory/join-request.ts';
import { refusalSaid } from '#core/refusals.ts';
import { askHere } from '../device/here.ts';
import type { Outside } from '../outside.ts';
import { LocalDoor } from '../kit/local-door.ts';

const LOOK_EVERY_MS = SECOND_MS / 2;

export interface SetupState {
  readonly data: string;
  /** Where the page stands from which somebody came here, or null. */
  readonly first: string | null;
  /** Where the station will listen; `taken` is the usual port where another program has it. */
  readonly ports: { readonly api: number; readonly link: number; readonly taken: number | null };
  /** Command that starts this station another time, in the folder of Trạm. */
  readonly again: string;
  /** What has its folder already and does not run yet, or null. */
  readonly created: Created | null;
  /** Whether its first backup was made. */
  readonly isBackedUp: boolean;
  /** Its folder; null where none was made since these pages run. */
  readonly backups: string | null;
  /** What waits for its admission, or null. */
  readonly joining: Joining | null;
  readonly fault: { readonly code: string; readonly detail: Record<string, string | number> } | null;
}

export interface Created {
  readonly station: string;
  readonly founding: string;
  /** To an organisation that was there: its registrar works at another station. */
  readonly isJoined: boolean;
}

export interface Joining {
  readonly station: string;
  /** What people will call the station; null where it asked before that was kept. */
  readonly site: string | null;
  readonly organisation: string;
  /** Encoded JoinRequest, unpadded base64url. */
  readonly request: string;
  readonly fingerprint: string;
}

export class SetupApi {
  readonly #door: LocalDoor;

  constructor(transport: HttpTransport, ticket: string) {
    this.#door = new LocalDoor(transport, 'setup', ticket);
  }

  state(): Promise<SetupState> {
    return this.#door.call('GET', 'state');
  }

  async stationKeys(): Promise<Pick<StationKeys, 'keys' | 'link' | 'logKeys'>> {
    const told = await this.#door.call<Record<string, string>>('POST', 'keys');
    const of = (name: string): Uint8Array => fromBase64url(told[name] ?? '') ?? new Uint8Array(0);
    return { keys: { p256: of('p256'), mldsa: of('mldsa') }, link: of('link'), logKeys: { ed25519: of('ed25519'), mldsa44: of('mldsa44') } };
  }

  create(station: string, { founding, entries }: Pick<FoundedHere, 'founding' | 'entries'>): Promise<unknown> {
    return this.#door.call('POST', 'create', { station, founding: hex(founding), entries: entries.map(base64url) });
  }

  /** Asks to join: the station proves its keys over the statement. */
  join(invitation: Uint8Array, statement: Uint8Array, mac: Uint8Array): Promise<SetupState> {
    return this.#door.call('POST', 'join', { invitation: base64url(invitation), statement: base64url(statement), mac: base64url(mac) });
  }

  /** Takes back what was asked for. */
  withdraw(): Promise<SetupState> {
    return this.#door.call('POST', 'withdraw');
  }

  admit(admission: Uint8Array): Promise<unknown> {
    return this.#door.call('POST', 'admit', { admission: base64url(admission) });
  }

  /** The first backup. @param folder absolute, on the station's machine @param recipient the key's public half, as one line */
  backUp(folder: string, recipient: string): Promise<unknown> {
    return this.#door.call('POST', 'backup', { folder, recipient });
  }

  /** Starts the station in this page's place, and waits until it answers. */
  async start(outside: Pick<Outside, 'transport' | 'clock' | 'ticket'>): Promise<void> {
    await this.#door.call('POST', 'start');
    await untilStation(outside);
  }
}

/** The setup's pages go, the station's come: between the two nothing answers. */
async function untilStation({ transport, clock, ticket }: Pick<Outside, 'transport' | 'clock' | 'ticket'>): Promise<void> {
  for (;;) {
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
    const here = await askHere(transport('')).catch(() => null);
    if (here?.kind === 'station') return;
    const state = here?.kind === 'setup' ? await new SetupApi(transport(''), ticket).state().catch(() => null) : null;
    if (state?.fault) throw refusalSaid(state.fault);
  }
}
