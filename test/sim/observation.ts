/** What can be seen of a world from outside, as plain data: the checkers read this and nothing else. */
import { hex } from '#core/bytes.ts';
import type { LinkTables } from '#station/links/tables.ts';
import { event as eventCodec, eventFields, type EventFields } from '#wire/event.ts';
import { decodeCheckpoint } from '#wire/checkpoint.ts';
import { decodeNote } from '#wire/note.ts';
import { MARKER } from './desk.ts';
import { OFFICES } from './places.ts';
import type { Site, World } from './world.ts';

export interface SeenEvent {
  readonly kind: string;
  readonly subject: string | null;
  readonly facts: EventFields;
}

export interface SeenStation {
  readonly code: string;
  readonly office: string;
  /** Size and root of its ledger. */
  readonly head: string;
  readonly events: readonly SeenEvent[];
  /** Names of the sealed blobs. */
  readonly blobs: ReadonlySet<string>;
  /** By neighbour. */
  readonly links: readonly { readonly peer: string; readonly lastSent: number; readonly received: number; readonly queued: number }[];
  /** Checkpoints of the neighbours' ledgers that it kept, each with the root that the neighbour itself has at that size. */
  readonly witnessed: readonly { readonly origin: string; readonly kept: string; readonly own: string }[];
  /** Places that hold the plaintext marker. */
  readonly plaintext: readonly string[];
}

export interface Observation {
  readonly sent: readonly {
    readonly id: string; readonly from: string; readonly to: readonly string[]; readonly accepted: boolean; readonly parts: readonly string[];
  }[];
  readonly promised: readonly { readonly station: string; readonly peer: string; readonly id: string; readonly lost: boolean }[];
  readonly stations: readonly SeenStation[];
}

export async function observe(world: World): Promise<Observation> {
  const stations: SeenStation[] = [];
  for (const site of world.sites.values()) stations.push(await observeStation(world, site));
  return {
    sent: world.sent.map(({ id, from, to, accepted, parts }) => ({
      id: hex(id), from, to: to.map((code) => OFFICES[code]), accepted, parts: parts.map(({ root }) => hex(root)),
    })),
    promised: world.promised.map(({ station, peer, id, lost }) => ({ station, peer, id: hex(id), lost })),
    stations,
  };
}

async function observeStation(world: World, site: Site): Promise<SeenStation> {
  const { store, ledger, blobs } = site.station!;
  const [entries, head] = await store.read(async (db) => [await ledger.entries(db, 0, Number.MAX_SAFE_INTEGER), await ledger.head(db)] as const);
  const names = new Set<string>();
  for await (const name of blobs.names()) names.add(name);
  const states = await store.read((db) => store.of<LinkTables>().in(db).selectFrom('link_state').selectAll().execute());
  const queued = await store.read((db) => store.of<LinkTables>().in(db).selectFrom('link_queue').selectAll().execute());
  return {
    code: site.code,
    office: OFFICES[site.code],
    head: `${head.size} ${hex(head.root)}`,
    events: entries.map(({ kind, subject, bytes }) => ({
      kind, subject: subject === null ? null : hex(subject), facts: eventFields.decode(eventCodec.decode(bytes).fields),
    })),
    blobs: names,
    links: states.map(({ peer, last_sent: lastSent, received }) => ({
      peer, lastSent, received, queued: queued.filter((row) => row.peer === peer).length,
    })),
    witnessed: await witnessed(world, site),
    plaintext: await plaintext(site),
  };
}

async function witnessed(world: World, site: Site): Promise<SeenStation['witnessed']> {
  const { store } = site.station!;
  const rows = await store.read((db) =>
    store.of<{ checkpoint: { origin: string; note: Uint8Array } }>().in(db).selectFrom('checkpoint').select('note').execute());
  const seen: SeenStation['witnessed'][number][] = [];
  for (const { note } of rows) {
    const { origin, size, root } = decodeCheckpoint(decodeNote(note).text);
    const speaker = [...world.sites.values()].find(({ code }) => code !== site.code && origin.includes(`/ledger/${code}/`));
    if (speaker === undefined) continue;
    const { store: theirs, ledger } = speaker.station!;
    const own = await theirs.read((db) => ledger.head(db, size));
    seen.push({ origin, kept: `${size} ${hex(root)}`, own: `${own.size} ${hex(own.root)}` });
  }
  return seen;
}

/** Looks for the marker in every value of every table and in every file. */
async function plaintext({ disk }: Site): Promise<string[]> {
  const found: string[] = [];
  const marker = Buffer.from(MARKER);
  for (const { name } of disk.inspect(`select name from sqlite_master where type = 'table'`)) {
    for (const row of disk.inspect(`select * from "${String(name)}"`)) {
      const holds = Object.values(row).some((value) =>
        value instanceof Uint8Array ? Buffer.from(value).includes(marker) : typeof value === 'string' && Buffer.from(value).includes(marker));
      if (holds) found.push(`table ${String(name)}`);
    }
  }
  const folders = ['staging', ...Array.from({ length: 256 }, (_, byte) => `blobs/${byte.toString(16).padStart(2, '0')}`)];
  for (const folder of folders) {
    for (const file of await disk.blobs.list(folder)) {
      const bytes = await disk.blobs.read(`${folder}/${file}`, 0, Number.MAX_SAFE_INTEGER);
      if (bytes !== null && Buffer.from(bytes).includes(marker)) found.push(`file ${folder}/${file}`);
    }
  }
  return found;
}
