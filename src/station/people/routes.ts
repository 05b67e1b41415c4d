/** This room's part of the HTTP API (wire/api/routes.ts). Every noun here demands its right by itself; peer-routes.ts demands in the route. Source: docs/protocol/api.md. */

import { z } from 'zod';
import { base64url, fromUtf8, hex, utf8 } from '#core/bytes.ts';
import { Refusal } from '#core/refusals.ts';
import { type Route, routesFor } from '#station/kernel/http-routes.ts';
import { bytesOf } from '#station/kernel/request-bytes.ts';
import { PROPOSED_MAX } from '#wire/api/directory.ts';
import { ROUTES } from '#wire/api/routes.ts';
import { codeText } from '#wire/api/session.ts';
import type { PeopleDeps } from './deps.ts';
import type { DirectoryReplica } from './directory-replica.ts';
import type { KeyWraps } from './key-wraps.ts';
import type { Caller } from './policy.ts';
import type { Sessions } from './sessions.ts';

export interface PeopleNouns {
  readonly directory: DirectoryReplica;
  readonly sessions: Sessions;
  readonly wraps: KeyWraps;
}

const ENTRIES_ANSWERED_MAX = 256;
/** Of entries in one answer, before base64. */
const ENTRY_BYTES_ANSWERED_MAX = 8 * 2 ** 20;
/** Read at a time: what a reader who does not read costs. */
const ENTRIES_READ = 8;
/** 64 entries of 64 KiB, and 256 wraps, in base64. */
const BODY_BYTES_MAX = 6 * 2 ** 20;

const office = z.object({ office: codeText });
const from = z.strictObject({ from: z.string().regex(/^(?:0|[1-9]\d{0,14})$/).optional() });

export function peopleRoutes(deps: Pick<PeopleDeps, 'station' | 'version' | 'clock' | 'incarnation'>, nouns: PeopleNouns): Route[] {
  return [...openRoutes(deps, nouns), ...sessionRoutes(nouns)];
}

/** What anyone may ask: it is signed, or it is how one gets in. */
function openRoutes(deps: Pick<PeopleDeps, 'station' | 'version' | 'clock' | 'incarnation'>, { directory, sessions }: PeopleNouns): Route[] {
  const route = routesFor<Caller>();
  return [
    route({
      ...place('station'), access: 'public',
      handler: async () => {
        const view = directory.view();
        const { id, founding } = view.organisation;
        const { station, version } = deps;
        const site = view.station(station)?.site ?? '';
        const incarnation = hex(deps.incarnation());
        return { json: { station, site, organisation: hex(id), founding: hex(founding), incarnation, version, now: deps.clock.now() } };
      },
    }),
    route({ ...place('challenge'), access: 'public', handler: async () => ({ json: sessions.challenge() }) }),
    route({
      ...place('logIn'), access: 'public', body: ROUTES.logIn.body,
      handler: async ({ body }) => ({ json: await sessions.logIn(body) }),
    }),
    route({
      ...place('directory'), access: 'public', query: from,
      handler: async ({ query }) => ({
        chunks: await entriesAnswer(directory, Number(query.from ?? 0)), contentType: 'application/json; charset=utf-8',
      }),
    }),
  ];
}

function sessionRoutes({ directory, sessions, wraps }: PeopleNouns): Route[] {
  const route = routesFor<Caller>();
  return [
    route({
      ...place('logOut'), access: 'session',
      handler: async ({ session }) => {
        sessions.logOut(session);
        return {};
      },
    }),
    sized(route({
      ...place('propose'), access: 'session', body: ROUTES.propose.body,
      handler: async ({ session, body: { entries, checkpoint } }) => {
        if (checkpoint !== undefined) return { json: await directory.takeBack(entries.map((one) => bytesOf(one)), utf8(checkpoint), { device: session.device }) };
        if (entries.length > PROPOSED_MAX) throw new Refusal('request-malformed', { field: 'entries', reason: 'too_big' });
        return { json: await directory.propose(entries.map((one) => bytesOf(one)), { device: session.device }) };
      },
    })),
    route({
      ...place('wraps'), access: 'session', params: office,
      handler: async ({ session, params }) => {
        const held = await wraps.list(session, params.office);
        return { json: { office: params.office, wraps: held.map(base64url) } };
      },
    }),
    sized(route({
      ...place('putWraps'), access: 'session', params: office, body: ROUTES.putWraps.body,
      handler: async ({ session, params, body }) => {
        await wraps.put(session, params.office, body.wraps.map((one) => bytesOf(one)));
        return {};
      },
    })),
  ];
}

type RouteHere = 'station' | 'challenge' | 'logIn' | 'logOut' | 'directory' | 'propose' | 'wraps' | 'putWraps';

function place<const N extends RouteHere>(name: N): Pick<(typeof ROUTES)[N], 'method' | 'path'> {
  const { method, path } = ROUTES[name];
  return { method, path };
}

function sized(route: Route): Route {
  return { ...route, jsonBytesMax: BODY_BYTES_MAX };
}

/**
 * A `directoryEntriesAnswer` as it goes, a few entries in memory at a time, since anybody may ask and then not read. Entries never
 * change: what is read later is what the checkpoint, read first, covers. As many whole ones as an answer takes, at least one.
 */
async function entriesAnswer(directory: DirectoryReplica, first: number): Promise<AsyncIterable<Uint8Array>> {
  const { size, checkpoint } = await directory.entriesFrom(first, 0);
  const end = Math.min(size, first + ENTRIES_ANSWERED_MAX);
  return (async function* () {
    yield utf8(`{"size":${size},"checkpoint":${JSON.stringify(fromUtf8(checkpoint)!)},"entries":[`);
    let total = 0;
    for (let next = first; next < end; next += ENTRIES_READ) {
      const { entries } = await directory.entriesFrom(next, Math.min(ENTRIES_READ, end - next));
      const fitting = entries.filter((entry, i) => (total += entry.length) <= ENTRY_BYTES_ANSWERED_MAX || next + i === first);
      yield utf8(fitting.map((entry, i) => `${next + i === first ? '' : ','}"${base64url(entry)}"`).join(''));
      if (fitting.length < entries.length) break;
    }
    yield utf8(']}');
  })();
}
