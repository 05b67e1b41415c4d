/** Words of mail by courier, English. */
export const courierEn = {
  title: 'Mail by stick',
  what: 'While the link is down a courier carries a memory stick (USB) with the same dispatches, still sealed. Reading it again does no harm. Receipts come home on the same stick, or over the link when it is back.',
  write: {
    ask: 'Carry by stick', title: 'Write a stick for {site}', what: 'The station writes what waits, the most urgent first; receipts and the directory go along. Dispatches stay queued until the other side says that it has them.',
    which: 'What goes', isNone: 'Choose at least one precedence.',
    stick: 'One stick takes', sticks: { 16: '16 MiB', 64: '64 MiB', 512: '512 MiB', 1024: '1 GiB', 2048: '2 GiB', 4096: '4 GiB or more' },
    most: 'Write at most so many MB', mostHint: 'empty: all that waits, on several sticks if need be', mostShape: 'A whole number from 1.',
    again: 'Also what is under way on another stick',
  },
  writtenTitle: 'Sticks written',
  writing: 'The station writes a stick for {site}: {items|dispatch|dispatches}, {size}', failed: 'The stick for {site} could not be written.',
  written: 'Bundle {number} for {site}, written {time}: {items|dispatch|dispatches}, {size}, {waiting} without a receipt:',
  state: { 'under-way': 'under way', missing: 'perhaps lost', done: 'arrived', withdrawn: 'taken off its way', empty: 'nothing to wait for' },
  withdrawn: '{count|item was|items were} taken off this way before {site} answered[, {requeued} of them waiting again, this way or another].',
  left: {
    underWay: 'Not written again, for it is under way on bundle {bundles}: {count|dispatch|dispatches} or receipts.', precedence: 'Still waiting, of another precedence: {count}.',
    size: 'Left out, for the bundle would have been too large, and still waiting: {count}.',
  },
  volume: 'Stick {volume} of {volumes}: {size}', save: 'Copy to a stick', saveWhat: 'Copy to stick {volume}', saved: 'Copied.',
  eject: 'Eject a stick before you pull it out.', fetched: 'All copied', drop: 'Do not carry this bundle', stop: 'Stop writing',
  read: 'Read sticks', reading: 'Reading…',
  came: {
    wasRead: 'Was read before (bundle {number} of {site}, stick {volume} of {volumes}): nothing changes.',
    read: 'Bundle {number} of {site}, stick {volume} of {volumes}: {taken|dispatch|dispatches} taken, {held} here already, {refused} refused.',
    settled: '{site} says that it has {count|dispatch|dispatches} of this station.',
    unfinished: 'Note: {count|dispatch|dispatches} not whole, or not to be taken yet. What came is kept, the rest comes by another stick or over the link.',
    damaged: 'Note: the stick is damaged at segments {segments}. Copy this file again and read it once more, or wait for the next bundle.',
    notes: '{count|receipt|receipts} came with it.', cut: 'Note: the file is cut short: {size} of {of}. What is whole of it was taken; copy this file again and read it once more.',
    toCome: 'Still to come of this bundle: stick {volumes}.', goesOn: 'Read; a dispatch goes on on another stick. Still to come of this bundle: stick {volumes}.',
    continues: 'Note: this stick goes on with a dispatch from stick {before}, and that part is not here. Read stick {before} first, then this one again.', notRead: 'This stick does not count as read yet.',
  },
  next: {
    open: '{taken|new dispatch waits|new dispatches wait} on the desk to be opened.', openFlash: '{taken|new dispatch waits|new dispatches wait} on the desk to be opened, {flash} of them FLASH.',
    home: 'The answers to {site}: press Carry by stick beside that link, and let the courier wait for it.',
  },
  lackingTitle: 'Still missing', begun: 'Bundle {number} of {site}, written {time}: read in part, still to be read: stick {volumes}.', notSeen: 'Bundle {number} of {site}: no stick of it was seen.',
} as const;
