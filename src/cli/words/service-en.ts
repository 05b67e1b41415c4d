/** The words of service accounts and the gateway in English. */
export const serviceEn = {
  commands: {
    'service add': 'an account for an office\'s own system: one, or a pair that drafts and signs by itself (--pair)',
  },
  options: {
    pair: 'both accounts that sending unattended needs: one drafts, sends and receives; one approves and signs',
  },
  service: {
    account: 'machine account',
    author: 'Machine account: drafts, sends, receives',
    signer: 'Machine account: approves, signs',
    made: 'Machine account {account} stands in position {position}; its keys are in {home}.',
  },
};
