/** Words of watching what happens. */
import type { watchVi } from './watch-vi.ts';

export const watchEn: typeof watchVi = {
  commands: { watch: 'tells live what happens at your offices: arrivals, acceptances, receipts, drafts, links; ids only, no content' },
  options: { after: 'begin after this index of the ledger (default: only what is new)' },
  watch: {
    closed: 'closed (sent or discarded)',
    watching: 'Watching: {offices}. Stop with Ctrl-C.',
    lost: 'The station is out of reach; trying again in {seconds|second|seconds}. {reason}',
    event: {
      'draft-step': 'draft {draft}: {step}',
      'number-issued': 'number {number} taken',
      'number-void': 'number {number} void',
      accepted: 'the station accepted dispatch {dispatch}[, number {number}]',
      arrived: 'dispatch {dispatch} arrived',
      expired: 'dispatch {dispatch} expired',
      'number-in': 'dispatch {dispatch} entered in the incoming register[, number {number}]',
      receipt: 'receipt for dispatch {dispatch}: {receipt}[ ({station})]',
      're-sealed': 'dispatch {dispatch} is sealed again, sealing {sealing}',
      redelivered: 'dispatch {dispatch} came again by sealing {sealing}: it can be opened now',
      'directory-grown': 'the directory has {size} entries now',
      link: 'link to {station}: {state}',
    },
  },
};
