/**
 * Every option of every command, once. A name means the same kind of thing wherever it stands; what it is to one command, that
 * command says itself (OWN_OPTIONS). Its words are in words/.
 */
import type { CommandSpec, OptionSpec } from './command-spec.ts';

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
  'key-passphrase-file': text('FILE'),
  'vouched-by': text('DIR'),
  'old-passphrase-file': text('FILE'),
  refuse: flag(),
  wait: flag(),
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
  config: text('FILE'),
  once: flag(),
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
  // Pages
  host: texts('NAME'),
  certificate: text('FILE'),
  'root-certificate': text('FILE'),
  // Running
  port: text('N'),
  'link-port': text('N'),
  database: text('URL'),
  'database-password-file': text('FILE'),
  log: text('WORD'),
  warn: text('N'),
  // Dispatches
  as: text('WORD'),
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
  'given-to': text('NAME'),
  content: text('HEX'),
  in: flag(),
  sent: flag(),
  search: text('TEXT'),
  limit: text('N'),
  except: texts('CODE'),
  after: text('N'),
  // Other organisations
  proposal: text('FILE'),
  terms: text('FILE'),
  file: text('FILE'),
  'gone-since': text('DATE'),
  since: text('N'),
  // Couriers
  'volume-size': text('SIZE'),
  'max-bytes': text('SIZE'),
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
  every: text('SPAN'),
  term: text('FILE'),
  alone: flag(),
  key: text('FILE'),
  'as-of': text('DATE'),
  founding: text('DIGEST'),
  reason: text('WORD|TEXT'),
  margin: text('N'),
  // People and rights
  until: text('DATE'),
  beginning: text('DATE'),
  by: text('CODE'),
  persons: texts('CODE'),
  compromised: flag(),
  yes: flag(),
  holdings: flag(),
  keys: texts('KEY'),
  grant: text('FILE'),
  mark: text('MARK'),
  // Practice
  keep: text('DIR'),
} as const satisfies Record<string, OptionSpec>;
export type OptionName = keyof typeof OPTIONS;

/** Those of which no one sentence is right for all commands that take them: each says its own, in words/option-*.ts. */
export const OWN_OPTIONS = [
  'name', 'code', 'out', 'request', 'fingerprint', 'device', 'offices', 'at', 'from', 'to', 'note', 'reason', 'every', 'expires', 'precedence', 'neighbour', 'address', 'again',
] as const satisfies readonly OptionName[];
export type OwnOption = (typeof OWN_OPTIONS)[number];

/** Options that every command takes. */
export const OPTIONS_OF_ALL = ['json', 'help'] as const satisfies readonly OptionName[];

/** What stands for the value in one command's help, such as DIR; null for a flag. */
export function valueOf({ values = {} }: CommandSpec<OptionName>, option: OptionName): string | null {
  return values[option] ?? (OPTIONS[option] as OptionSpec).value ?? null;
}

/** What one command says of an option: its own words, or those that are the same for all. */
export function optionText({ options, optionsOf }: OptionWords, command: string, option: OptionName): string {
  return optionsOf[command]?.[option] ?? options[option] ?? '';
}

interface OptionWords {
  readonly options: Readonly<Record<string, string>>;
  readonly optionsOf: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
}
