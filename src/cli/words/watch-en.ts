/** Words of watching what happens. */
import { EVENT_WORDS } from '#core/event-words.ts';
import type { watchVi } from './watch-vi.ts';

export const watchEn: typeof watchVi = {
  commands: { watch: 'follow live what happens at your offices: arrivals, acceptances, receipts, drafts, links; ids only, no content' },
  options: { after: 'begin after this index of the ledger (default: only what is new)' },
  watch: {
    closed: 'closed (sent or discarded)',
    watching: 'Watching: {offices}. Stop with Ctrl-C.',
    lost: 'The station is out of reach; trying again in {seconds|second|seconds}. {reason}',
    event: EVENT_WORDS.en,
  },
};
