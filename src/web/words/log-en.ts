/** Words of the station's log: each thing, room and field of its closed list. */
export const logEn = {
  said: {
    request: 'a request to the interface', 'answer-cut': 'an answer was cut', 'request-failed': 'a request met a fault of the station',
    'pages-missing': 'the pages are missing', 'configuration-key-renamed': 'the configuration uses a key\'s old name',
    'not-reopened': 'the restored folder was not reopened', 'jobs-not-read': 'the list of jobs could not be read',
    'job-failed': 'a job failed, and is tried again', 'chore-asked': 'a chore was asked for', 'chore-cancelled': 'a chore was stopped',
    'chore-done': 'a chore is done', 'chore-refused': 'a chore was refused', 'term-taken': 'a new term was taken', term: 'taking a term met a fault',
    'term-refused': 'a term was refused', claimed: 'keeping how far the directory was heard met a fault',
    superseded: 'another folder took this station\'s place', dispatch: 'dispatches met a fault', 'handshake-failed': 'a handshake failed',
    'peer-refused': 'whoever called is no neighbour', 'link-up': 'link up', 'link-down': 'link down', 'call-failed': 'a call failed',
    followed: 'the other is a reopened one, to be proved', 'peer-superseded': 'the other\'s place was taken', 'stopped-by-peer': 'the other stopped',
    'room-again-there': 'the other has room again', 'no-room-there': 'the other has no room', 'numbers-missing': 'numbers are missing',
    'numbers-missing-there': 'numbers are missing there', 'checkpoint-refused': 'the other\'s checkpoint was refused',
    'item-refused': 'refused there', 'item-not-taken': 'not taken', 'data-unreadable': 'what is to be sent could not be read',
    'data-forged': 'what came is not what was announced', 'returned-unshown': 'what was lost came back, unshown',
    'disclosure-refused': 'a disclosure was refused', 'directory-refused': 'the other\'s directory was refused',
    'bundle-failed': 'writing a stick met a fault', 'courier-refused': 'a stick was refused',
  },
  room: {
    http: 'interface', jobs: 'jobs', people: 'directory', health: 'care', links: 'links', incarnations: 'reopening',
  },
  field: {
    room: 'part', kind: 'chore', route: 'route', method: 'method', reason: 'reason', key: 'key', now: 'now', refusal: 'refusal', error: 'error',
    assertion: 'assertion', frames: 'at', state: 'state', version: 'version', station: 'station', office: 'office', peer: 'other', carrier: 'carrier',
    precedence: 'precedence', dispatch: 'dispatch', fault: 'fault', incarnation: 'incarnation', blob: 'blob', status: 'status',
    errorNumber: 'error number', port: 'port', size: 'size', index: 'index', count: 'count', bytes: 'bytes', attempts: 'attempts',
    tookMs: 'took (ms)', dueMs: 'due (ms)',
  },
};
