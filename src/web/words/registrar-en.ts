/** Words of who signs changes of the directory, English. */
import type { registrarVi } from './registrar-vi.ts';

export const registrarEn: typeof registrarVi = {
  acts: 'Being a registrar',
  ask: 'Ask to be registrar', askTitle: 'Ask that {name} be registrar too',
  askWhat: 'This device makes your keys for signing the directory and downloads a file that asks for their certificates. Give the file to the registrar, then read them the fingerprint by telephone. The directory changes nothing until they register it with the root key.',
  askAgain: 'This device has asked before. Asking again makes other keys: the earlier file and fingerprint are of no use then.',
  asked: 'The keys are made and the file has been downloaded. Read this fingerprint to the registrar:',
  add: 'Make registrar', addTitle: 'Make {name} registrar too',
  twoWhat: 'From then on, changes of the directory that matter need two to sign: one proposes, the other hears the mark by telephone and signs second. One alone, or whoever gets hold of one of the two devices, lets nobody in or out and changes no right.',
  twoCost: 'The two must be able to call each other and work with the same station. While the other is away things wait, for 30 days at most.',
  addHow: '{name} opens their own entry in the directory on their device, presses “Ask to be registrar” and hands you the file. Hear the fingerprint from their own mouth, not from whoever carries the file.',
  notTheirs: 'This file was made by {asker}, not by {name}. Open the right person in the directory, or choose another file.',
  asks: '{name} asks to be registrar with device {device}.',
  added: 'A file with the certifying keys has been downloaded, which only the device of {name} opens. Give it to them: they open their own entry in the directory and press “Take the certifying keys”.',
  renew: 'Register new keys', renewTitle: 'New registrar\'s keys of {name}',
  renewWhat: 'The registrar\'s keys that this person uses now are replaced and end at once. For when they have another device, or lost the file that was handed over.',
  lacksIssuer: 'This device signs the directory but has no certifying keys yet: it takes in no person, device or station.',
  accept: 'Take the certifying keys', acceptTitle: 'Take the certifying keys on this device', acceptFile: 'Choose the file you were given',
  acceptWhat: 'Choose the file that the other registrar handed over. It is sealed to this device alone; the keys in it are compared with the directory before they are kept.',
  accepted: 'This device certifies now: it takes in persons, devices and stations.',
  end: 'End as registrar', endTitle: '{name} is no longer registrar',
  endWhat: '{name} signs no change of the directory any more, what waits included. Positions and devices stay as they are.',
  endOneLeft: 'One registrar is left then: one signature is enough for every change.',
  endNobodyLeft: 'NOBODY is registrar then: nobody can take people in, change rights or stop a device any more. Make somebody else registrar first.',
  rootWhat: 'The root key signs this. Plug in the stick on which it is kept and choose its file (khoa-goc-….cbor, or root.cbor; under any name that you gave it). The page opens the key only while it signs, and keeps neither file nor passphrase.',
  rootFile: 'Choose the root key\'s file',
};
