import type { Words } from './shape.ts';

/** Words of the desk, of writing and of reading. */
export const lettersEn: Pick<Words, 'desk' | 'compose' | 'drafts' | 'dispatch'> = {
  desk: {
    title: 'Desk: {office}', tallies: 'What waits', looking: 'Looking what waits…',
    toOpen: 'to open', toApprove: 'for you to approve', toSign: 'for you to sign', toSend: 'for you to send', late: 'late',
    arrivals: 'Arrived, not finished', drafts: 'Drafts', underway: 'Sent, not everywhere yet',
    emptyTitle: 'Nothing waits', empty: 'New arrivals, drafts to approve, sign or send, and dispatches still on their way will stand here, the most urgent first.',
    more: '{count} more', numberIn: 'In {number}', numberOut: 'No. {number}',
    yours: { approve: 'For you to approve', sign: 'For you to sign', send: 'For you to send' },
    others: { approve: 'Awaits approval', sign: 'Awaits a signature', send: 'Awaits the clerk' },
  },
  compose: {
    begin: 'Write a dispatch', title: 'New dispatch', changeTitle: 'Change the draft', replyTitle: 'Reply',
    addTo: 'Add a recipient', allOffices: 'All recipients', needsTo: 'Choose at least one recipient.',
    kind: { office: 'office', peer: 'another organisation', list: 'list' },
    roleOf: 'Role of {name}', precedenceOf: 'Precedence for {name}', except: 'Of this list, not to:',
    marks: 'Marks and dates', documentType: 'Kind of document',
    date: { deliverBy: 'Must arrive by', replyBy: 'Must be answered by', expires: 'Void after' }, dateHint: 'For example 23/11/2026 05:21; leave empty for none',
    exercise: 'Exercise', sealing: 'Sealing {name}: {done} of {all}', stop: 'Stop',
    kept: 'What you type is kept on this device, sealed, until it is submitted.',
    filesLeft: 'Too large to be carried over while you change it; add again: {names}',
  },
  drafts: {
    title: 'Drafts', one: 'Draft', opening: 'Opening the draft…', emptyTitle: 'No drafts', empty: 'Drafts that were submitted in this office stand here until they are sent or discarded.',
    choose: 'Choose {subject}', chosen: 'Chosen drafts', count: '{count} chosen', doing: '{done} of {all} done',
    approveAll: 'Approve {count} drafts', signAll: 'Sign {count} drafts',
    isSent: 'This draft was sent.', toDispatch: 'See the dispatch',
    change: 'Change', discard: 'Discard', discardTitle: 'Discard this draft?', discardWhat: 'The draft “{subject}” and the signatures on it can no longer be used. It cannot be brought back.',
    next: { approve: 'Your turn: read closely, then approve.', sign: 'Your turn: read closely, then sign.', send: 'All signatures are there: your turn to number and send it.' },
    waits: { approve: 'Awaits somebody who may approve and did not write it.', sign: 'Approved; awaits somebody who may sign.', send: 'Signed; awaits the clerk who numbers and sends.' },
    signatures: 'Signatures', did: { author: 'Wrote', approve: 'Approved', sign: 'Signed' },
  },
  dispatch: {
    title: 'Dispatch', loading: 'Checking signatures…', notHere: 'This dispatch is not of the office chosen, or the station no longer holds it.',
    sealed: 'Still sealed', sealedWhat: 'Nobody here has read it. When you open it every signature is checked, it gets its number in the register, and the sender is told who opened it and when.',
    mayNotOpen: 'Somebody who may receive for the office will open it.',
    saidUnreadable: 'The office has told the sender that it cannot open this. Once the sender seals it again it comes once more, the same dispatch.',
    sayUnreadable: 'Tell the sender that it cannot be opened', unreadableTitle: 'Say that it cannot be opened?', unreadableWhat: 'The sender will be asked to seal it again to the keys that the office uses now. Say so only when no device of the office opens it.',
    deliverBy: 'Must arrive by', replyBy: 'Must be answered by', parts: '{count} attachments', fetching: 'Fetching and checking attachments: {done} of {all}',
    handOver: 'Record as handed over', handOverWhat: 'The sender is told that it was given to who acts on it, by whom and when.',
    act: 'Record as done', actWhat: 'The sender is told that what it asks has been done. It leaves the list of what is not finished.',
    note: 'Note to the sender, optional', noteLong: 'The note is too long; shorten it.',
    reply: 'Reply', inStead: 'This office receives in the stead of: {offices}',
    cannotOpen: 'Cannot open this dispatch: {offices}', reseal: 'Seal it again for them',
    standIn: '{office} is shut: {alternate} receives in its stead', withoutStandIn: '{office}: {alternate} does not get this in its stead',
  },
};
