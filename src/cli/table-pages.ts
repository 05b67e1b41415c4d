/** Commands of the pages: their rows of the table. */
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';

const DEVICE = ['home', 'passphrase-file'] as const;

export const PAGES_COMMANDS = {
  desk: {
    operands: [],
    options: ['home', 'station', 'root-certificate', 'port'],
    examples: ['tram desk', 'tram desk --station https://tram.tinh.example:7443 --root-certificate root.p256.pem'],
  },
  'pages verify': {
    operands: ['URL'],
    options: ['home', 'root-certificate'],
    examples: ['tram pages verify https://tram.tinh.example:7443', 'tram pages verify http://127.0.0.1:7440 --json'],
  },
  'pages key': {
    operands: [],
    options: ['data', 'out'],
    examples: ['tram pages key --out pages.pub', 'tram pages key --data /var/lib/tram --out pages.pub'],
  },
  'pages certificate': {
    operands: [],
    options: [...DEVICE, 'data', 'host', 'request', 'fingerprint', 'out'],
    examples: [
      'tram pages certificate --host tram.tinh.example --host 10.0.0.5',
      'tram pages certificate --request pages.pub --fingerprint "…" --host 10.1.0.5 --out pages.pem',
    ],
  },
  'pages open': {
    operands: [],
    options: [...DEVICE, 'data', 'host', 'certificate', 'key', 'address', 'port'],
    values: { address: 'IP' },
    examples: [
      'tram pages open --host tram.tinh.example --host 10.0.0.5',
      'tram pages open --data /var/lib/tram/hub --certificate pages.pem',
      'tram pages open --certificate /etc/ssl/tram.pem --key /etc/ssl/tram.key',
    ],
  },
  'pages close': {
    operands: [],
    options: ['data'],
    examples: ['tram pages close', 'tram pages close --data /var/lib/tram/hub'],
  },
} as const satisfies Readonly<Record<string, CommandSpec<OptionName>>>;
