/** Words about keys of offices. */
import type { keysVi } from './keys-vi.ts';

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

export const keysEn: Texts<typeof keysVi> = {
  said: {
    keysCompromised: 'Ended the compromised keys of {office}: {keys}. New ones are in force.',
    keysCompromiseSent: 'The new keys of {office} and the end of the compromised ones are on their way to the sequencer; run this again to see the outcome.',
    keysMade: 'Keys of office {office}: made {made}, gave {given} to devices that lacked them.',
    keysRolled: 'Somebody who had the keys of {office}, or their device, is gone: all keys were made anew.',
    keysRewrapped: 'Sealed {count} arrived dispatches again, to the storage key.',
    keysDestroyed: 'Destroyed for good the transport keys of periods {numbers}.',
    keysUndone: 'Could not {step}; this device tries again the next time it works. {reason}',
  },
  direction: { in: 'in', out: 'out' },
  keyStep: { make: 'make keys', give: 'give keys', 're-wrap': 're-wrap what came', destroy: 'destroy old keys' },
};
