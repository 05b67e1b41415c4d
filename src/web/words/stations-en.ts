/** Words of the stations and links, English. */
export const stationsEn = {
  title: 'Stations and links',
  from: 'Seen from {site}; incarnation {incarnation}; version {version}.',
  stale: 'The station is out of reach: this is what was seen last.',
  alone: 'This station is linked to no other. A registrar invites one: tram station invite.',
  described: '{from} to {to}: {state}.',
  state: { up: 'up', down: 'down', stopped: 'stopped', unseen: 'not seen from here' },
  stoppedWhy: 'One side was restored from a copy: open a new incarnation by tram station reopen.',
  table: 'Links of this station',
  column: { site: 'Station', state: 'State', queue: 'Waiting', oldest: 'Oldest waits', numbers: 'Last sent / received', rate: 'Rate', met: 'Last met', incarnation: 'Incarnation' },
  queued: '{count} {precedence}', nothing: 'nothing waits', never: 'never',
  rate: '{sent} out, {received} in a minute',
  unseen: '{count} links between other stations are drawn from the directory: whether they are up is not seen from here.',
  border: 'Another organisation: the agreement counts on both sides.',
  borderRefused: 'Refused: {why}',
  disk: {
    low: 'The station’s disk is filling: {free} left.',
    'no-parts': '{free} left on the disk: the station refuses new attachments.',
    'no-dispatches': '{free} left on the disk: the station refuses new dispatches too.',
  },
};
