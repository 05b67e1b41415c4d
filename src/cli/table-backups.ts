/** Commands of copies of a station, and of a station that was lost: their rows of the table. */
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';

export const BACKUP_COMMANDS = {
  'backup key': {
    operands: [],
    options: ['out', 'key-passphrase-file'],
    examples: ['tram backup key --out /media/usb/sao-luu.cbor'],
  },
  backup: {
    operands: [],
    options: ['data', 'folder', 'recipient', 'retain', 'every'],
    examples: [
      'tram backup --data /var/lib/tram --folder /mnt/sao-luu --recipient sao-luu.cbor.pub',
      'tram backup --data /var/lib/tram --folder /mnt/sao-luu --retain 24h7d5w12m',
      'tram backup --data /var/lib/tram --folder /mnt/sao-luu --retain 24h7d5w12m --every 5m',
    ],
  },
  'backup list': {
    operands: [],
    options: ['folder'],
    examples: ['tram backup list --folder /mnt/sao-luu'],
  },
  'backup verify': {
    operands: [],
    options: ['folder', 'key', 'key-passphrase-file', 'as-of', 'founding'],
    needs: ['folder', 'key'],
    examples: ['tram backup verify --folder /mnt/sao-luu --key /media/usb/sao-luu.cbor'],
  },
  restore: {
    operands: [],
    options: ['folder', 'key', 'key-passphrase-file', 'as-of', 'founding', 'data', 'database', 'database-password-file'],
    needs: ['folder', 'key', 'data'],
    examples: [
      'tram restore --folder /mnt/sao-luu --key /media/usb/sao-luu.cbor --data /var/lib/tram-moi',
      'tram restore --folder /mnt/sao-luu --key /media/usb/sao-luu.cbor --data /var/lib/tram-moi --database "postgres://tram@localhost/tram?host=/var/run/postgresql"',
    ],
  },
  'station losses': {
    operands: [],
    options: ['data'],
    examples: ['tram station losses --data /var/lib/tram-moi'],
  },
  'station reopen': {
    operands: [],
    options: ['data', 'reason', 'margin'],
    values: { reason: 'WORD' },
    examples: ['tram station reopen --data /var/lib/tram-moi --reason disk-lost'],
  },
  standby: {
    operands: [],
    options: ['folder', 'key', 'key-passphrase-file', 'data', 'every', 'once'],
    examples: ['tram standby --folder /mnt/sao-luu --key /media/usb/sao-luu.cbor --data /var/lib/tram-du-phong'],
  },
  promote: {
    operands: [],
    options: ['data', 'key', 'key-passphrase-file', 'margin', 'term', 'alone'],
    examples: [
      'tram promote --data /var/lib/tram-du-phong --key /media/usb/sao-luu.cbor',
      'tram promote --data /var/lib/tram-du-phong --term nhiem-ky.muc',
      'tram promote --data /var/lib/tram-du-phong --term nhiem-ky.muc --alone',
    ],
  },
  term: {
    operands: [],
    options: ['root', 'root-passphrase-file', 'request', 'fingerprint', 'out'],
    needs: ['request', 'fingerprint', 'out'],
    examples: ['tram term --root /media/usb/root --request term.request --fingerprint "…" --out nhiem-ky.muc'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;
