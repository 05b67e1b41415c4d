/** Words about keyrings, recovery cards and unlocking, in English. */
export const keyringEn = {
  commands: {
    passphrase: 'change the passphrase of the device; a forgotten one is replaced with the recovery card (--card)',
    slots: 'the ways to open the device\'s keyring: passphrase, station, passkey, card',
    'slots remove': 'remove one way to open the keyring',
    'card make': 'make a recovery card; an earlier card ends at once',
    'card try': 'try the recovery card by typing its code; until then it does not count',
  },
  options: {
    'new-passphrase-file': 'file with the new passphrase',
    card: 'open with the recovery card instead of the passphrase',
    'card-file': 'file with the code of the recovery card',
  },
  said: {
    askCard: 'Code of the recovery card of device {name} (not shown as you type): ',
    passphraseSet: 'Changed the passphrase of device {device}. The old one opens nothing any more; the recovery card still works.',
    cardMissing: 'There is no recovery card: a forgotten passphrase would mean lost keys. Make one: tram card make.',
    slot: { passphrase: 'passphrase', opaque: 'passphrase by way of the station', passkey: 'passkey', card: 'recovery card' },
    slotSince: 'since {time}',
    slotRemoved: 'Removed: {kind}.',
    cardTried: 'card number {number}, tried {time}',
    cardUntried: 'card number {number} NOT TRIED, so it does not count; run tram card try',
    cardMade: 'Made the recovery card number {number}; earlier cards have ended. Next: put it away, then try it with tram card try.',
    cardPage: 'The page to print is {file}; delete the file when it is printed.',
    cardWorks: 'Card number {number} opens the keyring. Put it back under lock.',
    card: {
      title: 'RECOVERY CARD',
      number: 'Card number {number}, made {date}',
      holder: 'Of {name}, device {device}',
      instruction: 'If the passphrase is forgotten or the machine lost, sit at a machine with Trạm, type tram recover --station {station} and then this code; keep the card under lock, take no picture of it, give it to nobody.',
    },
  },
} as const;
