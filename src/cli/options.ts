/** Every option of every command, once: a name means the same wherever it stands. Its words are in words/. */
import type { OptionSpec } from './command-spec.ts';

const text = (value: string, short?: string): OptionSpec => ({ type: 'text', value, ...(short !== undefined && { short }) });
const texts = (value: string): OptionSpec => ({ type: 'texts', value });
const flag = (short?: string): OptionSpec => ({ type: 'flag', ...(short !== undefined && { short }) });

export const OPTIONS = {
  // Of all commands
  help: flag('h'),
  json: flag(),
  // Where things stand
  home: text('DIR'),
  data: text('DIR'),
  root: text('DIR'),
  station: text('URL'),
  'passphrase-file': text('FILE'),
  'root-passphrase-file': text('FILE'),
  'device-passphrase-file': text('FILE'),
  'new-passphrase-file': text('FILE'),
  'vouched-by': text('DIR'),
  'old-passphrase-file': text('FILE'),
  card: flag(),
  minutes: text('N'),
  foreground: flag(),
  'without-card': flag(),
  'card-file': text('FILE'),
  'code-file': text('FILE'),
  out: text('FILE'),
  // Organisation and its directory
  organisation: text('NAME'),
  code: text('CODE'),
  site: text('NAME'),
  name: text('NAME'),
  office: text('CODE'),
  'office-name': text('NAME'),
  symbol: text('TEXT'),
  position: text('CODE'),
  title: text('TEXT'),
  rights: texts('RIGHT'),
  person: text('CODE'),
  'person-name': text('NAME'),
  device: text('DIR'),
  'device-code': text('CODE'),
  pair: flag(),
  request: text('FILE'),
  offices: texts('CODE'),
  at: text('CODE|DATE'),
  invitation: text('FILE'),
  admission: text('FILE'),
  fingerprint: text('TEXT'),
  neighbour: text('CODE'),
  address: text('HOST:PORT'),
  days: text('N'),
  certificates: text('DIR'),
  // Running
  port: text('N'),
  'link-port': text('N'),
  database: text('URL'),
  'database-password-file': text('FILE'),
  log: text('WORD'),
  warn: text('N'),
  // Dispatches
  from: text('CODE'),
  to: texts('CODE[:PRECEDENCE]'),
  info: texts('CODE[:PRECEDENCE]'),
  subject: text('TEXT'),
  text: text('FILE'),
  attach: texts('FILE'),
  type: text('TEXT'),
  precedence: text('WORD'),
  classification: text('WORD'),
  exercise: flag(),
  expires: text('DATE'),
  'deliver-by': text('DATE'),
  'reply-by': text('DATE'),
  save: text('DIR'),
  again: flag(),
  note: text('TEXT'),
  in: flag(),
  sent: flag(),
  search: text('TEXT'),
  limit: text('N'),
  except: texts('CODE'),
  // Other organisations
  proposal: text('FILE'),
  terms: text('FILE'),
  file: text('FILE'),
  since: text('N'),
  // Escrow
  threshold: text('N'),
  custodians: texts('CODE'),
  'to-device': text('CODE'),
  rehearsal: flag(),
  shares: text('FILE'),
  releases: texts('FILE'),
  'all-again': flag(),
  // Backups
  folder: text('DIR'),
  recipient: text('FILE'),
  retain: text('RULE'),
  key: text('FILE'),
  'as-of': text('DATE'),
  reason: text('WORD'),
  margin: text('N'),
  // People and rights
  until: text('DATE'),
  beginning: text('DATE'),
  by: text('CODE'),
  persons: texts('CODE'),
  compromised: flag(),
  grant: text('FILE'),
  // Practice
  keep: text('DIR'),
} as const satisfies Record<string, OptionSpec>;
export type OptionName = keyof typeof OPTIONS;

/** Options that every command takes. */
export const OPTIONS_OF_ALL = ['json', 'help'] as const satisfies readonly OptionName[];
