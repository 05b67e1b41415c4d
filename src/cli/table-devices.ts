/** Commands of a person's device, which is opened, kept and found again: their rows of the table. */
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';

const DEVICE = ['home', 'passphrase-file'] as const;

export const DEVICE_COMMANDS = {
  recover: {
    operands: [],
    options: [...DEVICE, 'station', 'root-certificate', 'card-file', 'without-card', 'device-code'],
    examples: ['tram recover --station https://tram.tinh.example:7443 --root-certificate root.p256.pem', 'tram recover --station http://127.0.0.1:7440', 'tram recover --without-card --home ~/.tram'],
  },
  unlock: {
    operands: [],
    options: [...DEVICE, 'minutes', 'foreground'],
    examples: ['tram unlock', 'tram unlock --minutes 30'],
  },
  lock: {
    operands: [],
    options: ['home'],
    examples: ['tram lock'],
  },
  passphrase: {
    operands: [],
    options: [...DEVICE, 'new-passphrase-file', 'card', 'card-file'],
    examples: ['tram passphrase', 'tram passphrase --card'],
  },
  slots: {
    operands: [],
    options: [...DEVICE, 'card', 'card-file'],
    examples: ['tram slots', 'tram slots --card'],
  },
  'slots remove': {
    operands: ['SLOT'],
    options: [...DEVICE, 'card', 'card-file'],
    examples: ['tram slots remove card', 'tram slots remove 3'],
  },
  'card make': {
    operands: [],
    options: [...DEVICE, 'out', 'yes'],
    examples: ['tram card make', 'tram card make --out the.html'],
  },
  'card try': {
    operands: [],
    options: ['home', 'card-file'],
    examples: ['tram card try'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;
