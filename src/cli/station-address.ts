/** What this device's station says of where other machines reach it. */
import { gather } from '#client/api.ts';
import { addressForOthers } from '#client/station-address.ts';
import { fromUtf8 } from '#core/bytes.ts';
import { SECOND_MS } from '#core/clock.ts';
import type { CliContext } from './context.ts';
import { pinnedRoot } from './pinned-root.ts';

/** A card is made without the station too: it is asked, not waited for. */
const ASKED_MS_MAX = 2 * SECOND_MS;
/** A few words. */
const ANSWER_BYTES_MAX = 4_096;

/** @param url how this device reaches it @returns null where neither the device nor the station knows an address for others */
export async function stationAddress(context: CliContext, home: string, url: string): Promise<string | null> {
  const known = addressForOthers(url, null);
  return known ?? addressForOthers(url, await toldElsewhere(context, home, url).catch(() => null));
}

async function toldElsewhere(context: CliContext, home: string, url: string): Promise<unknown> {
  const root = url.startsWith('https:') ? await pinnedRoot(context, home, null) : null;
  const transport = context.host.transport(url, root);
  const late = new AbortController();
  const cancel = context.clock.after(ASKED_MS_MAX, () => late.abort());
  try {
    const { body } = await transport.request({ method: 'GET', path: '/here', headers: {}, signal: late.signal });
    return (JSON.parse(fromUtf8(await gather(body, ANSWER_BYTES_MAX)) ?? 'null') as { elsewhere?: unknown } | null)?.elsewhere;
  } finally {
    cancel();
    transport.close();
  }
}
