/** Words of the settings, English. */
import type { Words } from './shape.ts';

export const settings: Words['settings'] = {
  title: 'Settings',
  look: 'This page', language: 'Language', theme: 'Theme', themes: { light: 'Light', dark: 'Dark' }, languages: { vi: 'Tiếng Việt', en: 'English' },
  idle: 'Lock when nobody uses it', idleChoice: { 5: 'After 5 minutes', 15: 'After 15 minutes', 60: 'After 60 minutes' },
  device: 'This device', deviceIs: '{device} of {name}, at station {station}',
  practice: 'A practice device: its keys are nobody’s. A real device has here its ways to be opened, its recovery card and its passkeys.',
  ways: 'Ways to open the keyring', way: { passphrase: 'Passphrase', opaque: 'Passphrase, log-in through the station', passkey: 'Passkey: {label}', card: 'Recovery card number {number}' },
  since: 'since {date}', tried: 'tried {date}', untried: 'not tried: does not count yet', remove: 'Remove', removeWhat: 'Remove {what}', removed: 'Removed {what}. Whoever could open by it opens nothing written from now on.',
  noCard: 'There is no recovery card that was tried. A lost machine or a forgotten passphrase loses this keyring.', toCard: 'Make a recovery card',
  card: 'Recovery card', cardWhat: 'Print it or write it down, and keep it away from this machine. Whoever has the card can open your keyring.',
  cardMake: 'Make a new card', cardTitle: 'TRẠM – recovery card number {number}', cardOf: '{name}, device {device}, station {station}, made {date}', cardUse: 'Machine lost or passphrase forgotten: open the station’s page, choose “Restore with a card”, type this code.',
  cardPrint: 'Print the card', cardTry: 'Type the code from the paper to try the card', cardTryDo: 'Try the card', cardTrying: 'Trying…', cardWorks: 'Card number {number} opens. The card before it, if any, counts no more.',
  passkey: 'Passkey', passkeyWhat: 'Unlock with a security key, a fingerprint or the machine’s own code, without a passphrase. Passphrase and card go on working.',
  passkeyName: 'Name to know it by', passkeySample: 'This machine’s passkey', passkeyAdd: 'Add a passkey', passkeyAdded: 'The passkey was added.', passkeyNone: 'The page was opened by a bare address, or this browser has no passkeys: open the page by the station’s name.',
  passphrase: 'Change the passphrase', passphraseNow: 'Present passphrase', passphraseNew: 'New passphrase', passphraseDo: 'Change the passphrase', passphraseChanging: 'Changing…', passphraseSet: 'Changed. The old passphrase opens nothing written from now on.',
  vouch: 'Vouch for a new machine', vouchWhat: 'A new machine of your own: this one signs for it, and the registrar need not hear a fingerprint.', vouchPick: 'Choose the new machine’s request file',
  vouchAsk: 'New machine {device} of {name}. The fingerprint on the new machine’s screen must be:', vouchDo: 'It is: vouch, and download the file', vouchNot: 'It is not', vouched: 'Vouched for. Give the file just downloaded to the registrar.',
  vouchCode: 'Code on the new machine’s screen', vouchCodeHint: 'Five groups of four characters, as in 7KQ2-M0XD-91TA-B3CD-4EFG', vouchFind: 'Find the new machine',
  vouchAskCode: 'New machine {device} of {name} asks to come in. Vouch only if you have just made it yourself and its screen shows exactly this code; if somebody sent you a code or a link, it is not yours.', vouchDoCode: 'It is mine: vouch', vouchLater: 'Later', vouchNotCode: 'Not mine: turn it down', vouchRefused: 'The request of {device} was turned down.[ No way leads now to {stations}: tell the registrar there.]',
  vouchedLeft: 'Vouched for {device}. The request waits for the registrar at {stations}; once admitted the new machine goes in by itself.',
  vouchedNowhere: 'Vouched for {device}, but the request has gone to no registrar: no way leads to one now. Download the file and hand it to them, or vouch again once the network is back.', vouchAdmit: 'Admit it to the directory now', vouchFile: 'Download a file to carry instead', vouchIn: 'The directory has {device}. The new machine can use the office keys that this one has.',
  kept: 'Registers and letters kept on this machine', keptWhat: 'Register lines that were opened and letters that were looked at are kept, sealed under a key that is there only while the device is open: they are found and read even when the station is out of reach.',
  keptNot: 'This browser keeps no register lines: there is no place for them, or another window keeps them. Registers are read from the station.',
  keptIs: 'Keeps {count} register lines ({size}) and {letters} letters that were looked at.', keptForget: 'Erase what is kept',
};
