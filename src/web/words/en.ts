/** Words of the pages, English. */
import { filesEn } from './files-en.ts';
import { actsEn } from './acts-en.ts';
import { directoryEn } from './directory-en.ts';
import { ledgerEn } from './ledger-en.ts';
import { logEn } from './log-en.ts';
import { operationsEn } from './operations-en.ts';
import { registerEn } from './register-en.ts';
import { registrarEn } from './registrar-en.ts';
import { slipEn } from './slip-en.ts';
import { courierEn } from './courier-en.ts';
import { stationsEn } from './stations-en.ts';
import type { Words } from './shape.ts';
import { door } from './door-en.ts';
import { settings } from './settings-en.ts';
import { frame } from './frame-en.ts';
import { outboxEn } from './outbox-en.ts';
import { pagesEn } from './pages-en.ts';
import { trayEn } from './tray-en.ts';
import { lettersEn } from './letters-en.ts';
import { setup } from './setup-en.ts';

export { REFUSALS_EN as refusals } from '#core/refusal-words-en.ts';

export const en: Words = {
  files: filesEn,
  name: 'Trạm',
  language: 'Tiếng Việt',
  updates: { ready: 'A newer version of the pages is here. Keep what you are writing, then load it.', take: 'Load the new version' },
  toTheme: { light: 'Switch to the light theme', dark: 'Switch to the dark theme' },
  skip: 'Skip to the work',
  exercise: 'EXERCISE',
  exerciseLong: 'EXERCISE: every dispatch here is exercise traffic',
  notCertified: 'Not certified as a cipher product: for exercise traffic and work outside state secrets only.',
  loading: 'Opening…',
  needsStation: 'This is at the station and this machine does not hold it: it appears by itself when the connection is back.',
  wrong: 'That did not work',
  back: 'Back',
  undo: 'Undo',
  close: 'Close', copy: 'Copy', copied: 'Copied.', typedWhere: 'Type it in a command window of the station\'s machine, in Trạm\'s folder. Where Trạm runs from its source, put npx before it: npx tram …',
  day: { early: 'From {day} on.', late: '{day} at the latest.', hour: '{label}: time', past: 'This has passed; choose a time after now.' },
  mark: {
    precedence: { routine: 'Routine', priority: 'Priority', immediate: 'Immediate', flash: 'Flash' },
    classification: { none: 'Unclassified', confidential: 'Confidential', secret: 'Secret', 'top-secret': 'Top secret' },
    role: { action: 'for action', info: 'for information' },
  },
  rooms: { title: 'Rooms', desk: 'Desk', part: { work: 'Work', house: 'Station and device' }, office: 'Office', lock: 'Lock this device' },
  about: {
    title: 'About',
    what: 'Trạm carries an organisation’s confidential work between offices: dispatches are sealed and signed on the writer’s device, handed from station to station over any link, and opened only in the office they are addressed to.',
    trustTitle: 'Whom this page trusts',
    trust: 'A page that a station serves trusts that station: a station that was taken over could serve a false page, and no number on the page could prove otherwise. Whoever does not want to trust the station runs the pages from their own machine.',
    quietTitle: 'Nothing goes out',
    quiet: 'Trạm calls nowhere, collects no figures and uses no artificial intelligence service.',
  },
  register: registerEn,
  directory: directoryEn,
  acts: actsEn,
  registrar: registrarEn,
  slip: slipEn,
  stations: stationsEn,
  courier: courierEn,
  ledger: ledgerEn,
  log: logEn,
  operations: operationsEn,
  practice: {
    title: 'Practice province',
    what: 'Trạm carries confidential dispatches between offices: sealed on the writer’s device, signed by two persons; stations carry and cannot read.',
    how: 'Three real stations run on this machine. Send a dispatch from the Office to the Post, cut a link, and look at what the station in between sees.',
    begin: 'Send the first dispatch',
    bareAddress: 'This address lacks the part after the #. Open the very address that npm start has printed.',
    roles: 'Who you are now',
    role: { drafter: 'Drafter', signatory: 'Signatory', clerk: 'Clerk', post: 'Post' },
    step: { drafter: 'Write', signatory: 'Approve and sign', clerk: 'Number, send', post: 'Receive and open' },
    now: 'You are {name}, {title}.',
    opening: 'Unlocking {name}’s device and checking the directory…',
    openDesk: 'Open all of {name}’s desk',
    toMap: 'Map and links',
    switchTo: 'Become the {role}',
    waitFor: { drafter: 'There is no draft yet. The drafter writes first.', signatory: 'There is nothing to sign yet. The drafter writes first.', clerk: 'There is nothing to send yet. It has to be approved and signed first.', post: 'No dispatch is on its way yet.' },
  },
  draft: {
    title: 'Write a dispatch',
    from: 'From', to: 'To', subject: 'Subject', text: 'Text', classification: 'Classification', precedence: 'Precedence', files: 'Attachments',
    addFile: 'Add files', removeFile: 'Remove {name}',
    save: 'Seal and submit for signature', saving: 'Sealing…',
    saved: 'The draft is sealed for the office. The station keeps it and cannot read it. Its drafter may neither approve nor sign it: now it is the signatory’s turn.',
    sampleSubject: 'Dispatch on the flood of the river Mã',
    sampleText: 'Heavy rain since last night; the river Mã rises fast.\nSốp Cộp post is to check the villages along the streams, to be ready to bring people and goods to safety.\nReport to headquarters before 21:00 today.',
    takeUp: 'Change the one given back', filesAgain: 'Its attachments have to be added again.',
    needsSubject: 'Write a subject: the receiving office looks at it first.',
  },
  sign: {
    title: 'Approve and sign',
    what: 'You sign exactly what stands here, no more and no less:',
    author: 'Drafter', answers: 'In reply to', approve: 'Approve text and classification', approving: 'Approving…', approved: 'Approved', sign: 'Sign', signing: 'Signing…', signed: 'Signed',
    returned: 'Given back to its drafter, with the reason under your signature. The drafter changes it and submits it again.',
    next: 'Then the clerk takes a number, adds the office’s seal and sends. Both signatures travel inside, so that the receiving office checks them itself.',
    after: 'Signed under two algorithms (ECDSA P-256 and ML-DSA-65). The clerk takes a number and sends.',
  },
  send: {
    title: 'Number and send',
    what: 'All signatures are there. On sending, the station gives the outgoing number, and this device adds the office’s seal and seals it for the receiving office.',
    go: 'Send', sending: 'Sending…',
    sent: 'Sent: number {number}. The station has written it down durably and answers for it until a receipt is there.',
    askTitle: 'Send this dispatch?', askWhat: '“{subject}”, {classification}, to {offices}. The station gives the number and it goes at once, or when the connection is back; it cannot be taken back then.',
    went: 'Sent to: {offices}.',
    next: 'Next: the receiving station says that it arrived, then the office opens it, within {within} of its arrival. Who opened it and when appears here.',
    nextBy: 'Next: the receiving station says that it arrived, by {time}, then the office opens it, within {within} of its arrival. Who opened it and when appears here.',
    noWayBack: 'What has gone does not come back: if it was sent by mistake use “{followUp}” below it.',
    cutHint: 'Try to cut a link on the map before you send: the dispatch waits in front of the cut and is not lost.',
  },
  receive: {
    title: 'Incoming',
    waiting: 'A dispatch is on its way. Where a link is cut, it waits at the station before the cut.',
    arrived: 'A dispatch has arrived, still sealed.',
    open: 'Open and check', opening: 'Checking signatures and opening…',
    number: 'Incoming number', valid: 'Valid', checks: '{count} signatures are right: drafter, approver, signatory, office seal and sending station, each under two algorithms.',
    exposedSigner: 'The key that {who} signed with was declared lost or in others\' hands as of {time}. This dispatch was here before that, so it counts; where the machine was gone earlier, ask {who} before acting on it.',
    finished: 'The dispatch is open here. The receipt “opened” is still on its way home; the sender does not know yet.',
    home: 'The dispatch is open here, and the receipt “opened” has come home: “The dispatch’s journey” is what the sender knows. The carrying is done; what is left is the receiving office’s own work: the clerk hands the dispatch to who acts on it.',
    another: 'Send another dispatch',
  },
  life: {
    title: 'The dispatch’s journey',
    none: 'Once a dispatch is sent, every signed step of it shows here: who holds it, where it has come, what is awaited.',
    accepted: 'Taken over durably by the sending station', custody: 'Held by a relay', tookBack: 'Given back to the sending station', arrived: 'At the receiving station, still sealed', opened: 'Opened[, {who}]',
    'handed-over': 'Handed to who acts on it[, {who}]', acted: 'Acted on[, {who}]', expired: 'Expired, not delivered', dropped: 'A station dropped this copy', unreadable: 'The receiving office cannot open it and asks for a re-seal',
    awaited: { arrived: 'awaits the receiving station', opened: 'awaits opening', 'handed-over': 'It has arrived and is open. Left is work inside the receiving office: handing it to who acts on it', acted: 'Handed to who acts on it. Left is word that it is done', reply: 'awaits a reply', 're-seal': 'awaits a re-seal by the sender' },
    holder: 'Held by: {site}',
    at: { underway: 'underway', arrived: 'arrived, unopened', opened: 'opened', 'handed-over': 'handed to who acts on it', acted: 'done', expired: 'expired, not delivered', unreadable: 'cannot be opened' },
    forged: '{count|word|words} left out: a wrong signature, or one by a key in other hands.',
    noRoom: 'Station {site} says it has no room. The dispatch is held, not lost; it goes on when that station has room.',
    noWay: 'No way leads from {site} to station {to}: the dispatch is held at {site}, not lost. Ask a registrar to add a link; then it goes on by itself.',
    stick: 'Also on a stick: bundle {number} for {site}, written {written}, under way. It has not said yet that it has it.',
    stickLost: 'Also on a stick, which is perhaps lost: bundle {number} for {site}, written {written}. Ask the courier; another stick, written under “{stations}”, has it again.',
    late: 'Late: last seen at {site}[ since {since}].[ This station asked along its way by itself, {times|time|times}, last {at}.]',
    byExposed: 'Its key was declared to be in other hands since {since}; this station had it before.',
    unknown: 'Nothing has been heard of the receiving office. That is no non-delivery: {site} holds the last copy known.',
  },
  map: {
    title: 'Stations',
    link: 'Link {from} – {to}', open: 'up', cut: 'cut', doCut: 'Cut the link', doRestore: 'Mend the link',
    relay: 'relay', crossed: '{size} crossed',
    described: '{from} to {to}: {state}.',
  },
  relay: {
    ask: 'What does the relay see?',
    title: 'In the folder of {site}',
    what: 'Read straight from the station’s disk. Whoever steals the whole folder has no more than this.',
    header: 'The envelope: what a station needs to carry it', sealed: 'The inside: {size} that only devices of the receiving office open', nothing: 'The relay holds nothing of this dispatch yet. Send it first, or mend the link.',
    newest: 'This is the newest dispatch that went through this station, at {time}.', never: 'No dispatch has gone through this station yet. Send one.',
    from: 'From', to: 'To', precedence: 'Precedence', created: 'Made', parts: 'Attachments', sealedKeys: 'Sealed keys',
    noneOf: 'Not there: subject, text, classification, file names, names of drafter and signatories.',
    bytes: '{size}',
  },
  door,
  settings,
  frame,
  outbox: outboxEn,
  pages: pagesEn,
  tray: trayEn,
  setup,
  ...lettersEn,
};
