/** The words of continuous backup and of the standby in English. */
export const standbyEn = {
  commands: {
    standby: 'follow a station\'s backups into a standby folder; serves nothing, calls nobody, gives no numbers',
    promote: 'make a standby the station when the old one is lost; or take a directory term that the root signed',
    term: 'sign the directory term of a promoted station with the root key, on a machine that needs no network',
  },
  options: {
    term: 'file of the term that the holders of the root signed with tram term',
    alone: 'take the term although no neighbour was heard within a minute; the last directory entries of the old station may be lost',
  },
  fileKind: { termRequest: 'a request for a directory term (tram promote)' },
  standby: {
    applied: '{name} ({time}): {rows|row|rows} and {blobs|attachment|attachments} more, {seconds} seconds; {lag} seconds behind the backup.',
    nothingNew: '{name} is still the newest, {lag} seconds old.',
    followFailed: 'NOT followed: {reason} It still holds the backup of {time}; it is tried again.',
    followStopped: 'Following has stopped: {applied} new backups, {failed} tries failed.',
    promoted: 'Station {station} goes on from {name} ({time}).',
    uncaught: 'The last look into the backup folder FAILED ({reason}): only what was held is there.',
    promotedNext: 'Next: be sure that the old station is off, then tram station start --data {data}; what is lost: tram station losses --data {data}',
    termNeeded: 'This station keeps the directory: dispatches go and come as ever, but the directory takes no entries until the root has signed a term. Give {file} to the holders of the root and read them the fingerprint {fingerprint}; then: tram promote --data {data} --term FILE',
    noTerm: 'This station does not keep the directory and needs no term.',
    termSigned: 'Term {number} of organisation {name} is signed for station {station}: {file}. Once it stands, every station refuses a directory that the old machine signs.',
    termTaken: 'Term {term} of station {station} is taken; start the station anew, it puts it into the directory when it has heard its neighbours.',
    termAlone: 'Term {term} of station {station} is taken; start the station anew. It listens for a minute, and where no neighbour speaks it puts the term into the directory; entries that the old station added after the backup and nobody gives back are lost.',
    gaveBack: 'The station had lost {count|directory entry|directory entries} when it was restored; this machine held them and has given them back.',
    givesBack: 'The station had lost {count|directory entry|directory entries} when it was restored and has not taken them back ({reason}); this machine holds them, works on by them, and gives them back each time it begins. Tell whoever looks after the station.',
    everyMade: '{name}: {objects} new objects, {size}, {seconds} seconds; if the machine breaks, at most {lag} seconds of work are lost.',
    everyFailed: 'NOT backed up: {reason} The newest backup is still that of {time}; it is tried again.',
    everyStopped: 'Continuous backup has stopped: {runs|backup|backups}, {failed} runs failed.',
  },
};
