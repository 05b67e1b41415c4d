/** Words of what registrars and people do to the directory, in English. */
import type { actsVi } from './acts-vi.ts';

export const actsEn: typeof actsVi = {
  waiting: 'To be signed second', waitingTitle: 'Waiting for the second registrar',
  waitingWhat: 'Changes that matter need two registrars. The second signs exactly the lines below, after the first has read them the mark by telephone.',
  waitingNone: 'Nothing waits to be signed.', waitingOne: 'The organisation has one registrar so far: their signature is enough, so nothing has to wait. Add a second with tram registrar request and tram registrar add.',
  waitingOthers: 'Only registrars see changes that wait to be signed.',
  by: 'Proposed by {name}', byYou: 'Signed by you, waiting for the other',
  times: 'Since {created}, expires {expires}.', doNotSign: 'Do not sign.',
  readMark: 'Call the other registrar and read them this mark; they type what they hear:',
  signSecond: 'Sign second', signSecondTitle: 'Sign second and write into the directory',
  signSecondWhat: 'Call {name}: they read the mark of the proposal, you type what you hear. If one digit differs nothing is signed. What is in the directory cannot be erased; only a new change corrects it.',
  mark: 'Mark heard by telephone', markHint: '40 hexadecimal digits; spaces and capitals do not count.',
  signedSecond: 'If somebody left or moved, the keys of that office are made anew once whoever keeps them opens their device.',
  withdraw: 'Withdraw', refuse: 'Reject', withdrawTitle: 'Drop this proposal',
  withdrawWhat: 'The station drops the proposal and nobody can sign it any more. This cannot be undone: if it is still wanted it is proposed anew. This device remembers, and does not sign it if the station shows it again.',
  withdrawn: 'The proposal was dropped.',
};
