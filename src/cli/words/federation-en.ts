/** Words of exchanging dispatches with another organisation. */
import { ENTRY_WORDS } from '#core/entry-words.ts';
import type { federationVi } from './federation-vi.ts';

export const federationEn: typeof federationVi = {
  commands: {
    'federation propose': 'propose an agreement to exchange dispatches with another organisation: write the proposal file',
    'federation accept': 'compare a fingerprint and sign an agreement: answer a proposal, or take the answer',
    'federation list': 'agreements with other organisations',
    'federation end': 'end an agreement; what was exchanged can still be checked',
    'federation show': 'write the part of the directory that the other organisation may see',
    'federation take': 'check and keep the part of its directory that the other organisation shows',
  },
  options: {
    proposal: 'the other side\'s proposal file',
    terms: 'the other side\'s answer to your own proposal',
    file: 'directory file that the other side handed over',
    since: 'entries that the other side has already, to prove that the log only grew',
  },
  fileKind: { disclosure: 'a part of another organisation\'s directory' },
  federation: {
    proposed: 'The proposal is in {file}; hand this file to the other side.',
    readAloud: 'Read this fingerprint aloud for the other side to compare: {fingerprint}',
    answered: 'The answer is in {file}; hand this file back to the other side.',
    signed: 'The agreement with {name} is signed; here it is called {code}.',
    next: 'Next, show the other side your part of the directory: tram federation show --code {code}[ --home {home}] --out FILE.',
    none: 'There is no agreement with any organisation.',
    ended: 'The agreement with {name} has ended. What was exchanged can still be checked.',
    endWaits: 'The agreement with {name} counts until the other registrar has signed.',
    asked: 'What you are about to sign:',
    theirOffices: 'Their offices',
    compare: 'Fingerprint that the other side reads aloud (not shown while you type): ',
    shown: 'In {file} is the part of the directory that {name} may see: the agreed offices only.',
    peerRefused: 'NOTE: what {peer} shows of its directory now was not taken: {reason}',
    taken: 'The directory of {name} is right and has {size} entries. Offices:',
    counts: 'The agreement is in force on both sides.',
    countsNot: 'ATTENTION: the agreement does not count yet: {reason}.',
    reason: { ours: 'this side has not signed it or it has run out', theirs: 'the other side has not signed or has ended it', 'terms-differ': 'the two sides signed different terms' },
    offices: 'Own offices',
    stations: 'Stations',
    highest: 'Highest precedence',
    from: 'From',
    until: 'Until',
    terms: ENTRY_WORDS.en.terms,
    endedAt: 'Ended',
  },
};
