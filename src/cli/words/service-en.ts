/** The words of service accounts and the gateway in English. */
export const serviceEn = {
  commands: {
    'service add': 'an account for an office\'s own system: one, or a pair that drafts and signs by itself (--pair)',
    gateway: 'run a gateway: send the files of a folder, file what arrives in a folder, with nobody at a desk',
  },
  options: {
    pair: 'both accounts that sending unattended needs: one drafts, sends and receives; one approves and signs',
    config: 'the gateway\'s configuration file',
    once: 'one round and no more, for a scheduler',
  },
  service: {
    account: 'machine account',
    author: 'Machine account: drafts, sends, receives',
    signer: 'Machine account: approves, signs',
    made: 'Machine account {account} stands in position {position}; its keys are in {home}.',
    sent: 'Sent {file} to {to}: number {number}.',
    refused: 'Could not send {file} to {to}: {reason}',
    received: 'Received incoming number {number}, filed in {folder}.',
    waiting: 'Not done yet with {what}, will be tried again: {reason}',
    again: 'Not done yet, will be tried again: {reason}',
  },
};
