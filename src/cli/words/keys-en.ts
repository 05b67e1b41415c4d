/** Words about keys of offices. */
import type { keysVi } from './keys-vi.ts';

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

export const keysEn: Texts<typeof keysVi> = {
  said: {
    keysCompromised: 'Ended the compromised keys of {office}: {keys}. New ones are in force.',
    keysCompromiseSent: 'The new keys of {office} and the end of the compromised ones were sent to the station that keeps the directory, and are not back here yet. To see what came of it: tram exposed[ --home {home}] --office {office} names the keys that were ended and lists what they open. Once they are back, tram office keys[ --home {home}] --office {office} gives the new ones to other devices. Running this again ends no new key.',
    keysSpared: 'This was done already, and no more keys were ended: the keys of {office} in force ({spared}) were made at {since}, because of an earlier declaration, and no person or device that had them is gone since. Only where these new keys themselves are in others\' hands are they named (--keys, see tram compromise --help).',
    keysAnew: 'New keys of {office} were made, because somebody who had the old ones, or their device, is gone, or others may have them.',
    keysMade: 'Keys of office {office}: made {made}, gave {given} to devices that lacked them.',
    keysMakeAnew: 'Where no device has them any more, make new ones: tram compromise[ --home {home}] --office {office} --reason lost (what was sealed with the old ones then stays closed until each sender seals it again)',
    keysAllHave: 'Every device that may have them has them: {devices}.',
    keysStillLack: 'Devices that still lack some of them: {devices}.',
    keysRolled: 'Somebody who had the keys of {office}, or their device, is gone: all keys were made anew.',
    keysRewrapped: 'Sealed {count} arrived dispatches again, to the storage key.',
    keysDestroyed: 'Destroyed for good the transport keys of periods {numbers}.',
    keysUndone: 'Could not {step}; this device tries again the next time it works. {reason}',
  },
  direction: { in: 'in', out: 'out' },
  keyStep: { make: 'make keys', give: 'give keys', 're-wrap': 're-wrap what came', destroy: 'destroy old keys' },
};
