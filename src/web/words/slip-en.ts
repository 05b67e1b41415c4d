/** Words of the sheet that a registrar gives to a newcomer, English. */
import type { slipVi } from './slip-vi.ts';

export const slipEn: typeof slipVi = {
  ask: 'Sheet for the newcomer', askFor: 'Sheet for {name}', what: 'What a newcomer has to know to come in. Print it, or copy it into a message to them.',
  address: 'Address', addressUnknown: '{blank} (ask who looks after the station {site})', addressHow: 'There is no address for other machines yet. It is made in Stations and links:', organisation: 'Organisation', seat: 'Position', seal: 'Code of the position with the office seal',
  go: 'Open the address above in the browser of the machine that you will use.',
  make: 'Press “{makeNew}”, write your name and code[, and “{seal}”,] as they stand above, choose a passphrase that only you know, and press “{make}”.',
  give: 'Press “{download}” and give the file to {registrars}. Nothing in it is secret.',
  read: 'Call {registrars} and read out the fingerprint that the page shows.',
  wait: 'Leave the page open: it goes in by itself once you are admitted.',
  unlock: 'Open the address above in the very browser that made the device, type your passphrase and press “{unlock}”.',
  askSeal: 'Go to the Directory, open the position {title}, press “{sealAsk}”, give the file to {registrars} and read out the fingerprint: without the seal nothing can be sent or opened.',
  desk: 'What waits for you stands on the Desk.',
  card: 'Go to Settings, print the recovery card and try it: it brings you back after a lost machine or passphrase.',
  help: 'For help ask {registrars}, who keeps the directory.',
  noSecret: 'Nothing on this sheet is secret. Nobody may ask for your passphrase.',
  print: 'Print',
};
