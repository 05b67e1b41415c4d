/** The commands of `tram`, in the order of their help. What each says of itself is in words/, what it does in commands/. */
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';
import { BACKUP_COMMANDS } from './table-backups.ts';
import { DEVICE_COMMANDS } from './table-devices.ts';
import { DISPATCH_COMMANDS } from './table-dispatches.ts';
import { PAGES_COMMANDS } from './table-pages.ts';
import { PEOPLE_COMMANDS } from './table-people.ts';

const DEVICE = ['home', 'passphrase-file'] as const;

export const COMMANDS = {
  start: {
    operands: [],
    options: ['data'],
    examples: ['tram start', 'tram start --data /var/lib/tram'],
  },
  demo: {
    operands: [],
    options: ['text', 'attach', 'subject', 'keep'],
    examples: ['tram demo', 'tram demo --json --text dien.txt --attach ban-do.pdf --keep /tmp/tinh'],
  },
  'station init': {
    operands: [],
    options: [
      'data', 'home', 'root', 'passphrase-file', 'root-passphrase-file', 'organisation', 'code', 'site', 'office',
      'office-name', 'symbol', 'position', 'title', 'rights', 'person', 'person-name', 'port', 'link-port',
      'database', 'database-password-file',
    ],
    needs: ['root', 'organisation', 'code', 'site', 'office', 'office-name', 'symbol', 'person', 'person-name'],
    examples: [
      'tram station init --organisation "UBND tỉnh" --code hub --site "Sở chỉ huy" --office vp --office-name "Văn phòng UBND tỉnh" --symbol UBND-VP --person anh --person-name "Nguyễn Thị Ánh" --root /media/usb/root',
    ],
  },
  'station start': {
    operands: [],
    options: ['data', 'port', 'link-port', 'log'],
    examples: ['tram station start', 'tram station start --log info', 'tram station start --data ~/.tram-station --port 7440 --link-port 7441'],
  },
  'station invite': {
    operands: [],
    options: [...DEVICE, 'code', 'site', 'neighbour', 'address', 'days', 'out'],
    needs: ['code', 'site', 'out'],
    examples: ['tram station invite --code don --site "Đồn Sốp Cộp" --address 10.0.0.1:7441 --out don.moi'],
  },
  'station join': {
    operands: [],
    options: [
      'data', 'home', 'passphrase-file', 'invitation', 'code-file', 'office', 'position', 'person', 'person-name',
      'device-code', 'port', 'link-port', 'database', 'database-password-file', 'address', 'admission', 'out',
    ],
    ways: [['invitation', 'out'], ['admission']],
    examples: [
      'tram station join --invitation don.moi --person khue --person-name "Đặng Ngọc Khuê" --out don.xin',
      'tram station join --admission don.nhan',
    ],
  },
  'station admit': {
    operands: [],
    options: [
      ...DEVICE, 'request', 'fingerprint', 'office', 'office-name', 'symbol', 'position', 'title', 'rights', 'out',
    ],
    examples: [
      'tram station admit --request don.xin --fingerprint "…" --office don --office-name "Đồn Sốp Cộp" --symbol ĐBP-SC --out don.nhan',
    ],
  },
  'office add': {
    operands: [],
    options: [...DEVICE, 'office', 'name', 'symbol', 'at'],
    values: { at: 'CODE' },
    needs: ['office', 'name', 'symbol'],
    examples: ['tram office add --office qs --name "Ban Quân sự" --symbol BQS --at hub'],
  },
  'office keys': {
    operands: [],
    options: [...DEVICE, 'office'],
    examples: ['tram office keys --office vp'],
  },
  compromise: {
    operands: [],
    options: [...DEVICE, 'device', 'person', 'holdings', 'office', 'keys', 'reason', 'gone-since', 'yes'],
    values: { device: 'CODE', reason: 'WORD' },
    examples: ['tram compromise --device minh-may --reason stolen --gone-since "23/11/2026 05:21"', 'tram compromise --person minh --reason stolen', 'tram compromise --office vp'],
  },
  exposed: {
    operands: [],
    options: [...DEVICE, 'office'],
    examples: ['tram exposed --office vp', 'tram exposed --office vp --json'],
  },
  'position add': {
    operands: [],
    options: [...DEVICE, 'position', 'office', 'title', 'rights'],
    needs: ['position', 'office', 'title'],
    examples: ['tram position add --position pct --office vp --title "Phó Chủ tịch" --rights approve,sign,flash'],
  },
  'person add': {
    operands: [],
    options: [...DEVICE, 'person', 'name', 'position', 'request', 'fingerprint', 'device', 'device-code', 'device-passphrase-file'],
    needs: ['position'],
    ways: [['request'], ['person', 'name', 'device']],
    examples: [
      'tram person add --position pct --request minh.thiet-bi --fingerprint "…"',
      'tram person add --position pct --person minh --name "Lò Văn Minh" --device ~/.tram-minh',
    ],
  },
  'service add': {
    operands: [],
    options: [...DEVICE, 'office', 'code', 'name', 'position', 'pair', 'device', 'device-passphrase-file', 'request', 'fingerprint'],
    needs: ['code', 'name', 'office'],
    examples: [
      'tram service add --office qs --code may --name "Hệ thống chỉ huy" --pair --device ~/.tram-may --device-passphrase-file may.mk',
      'tram service add --office qs --code may-nhan --name "Máy nhận điện" --position qs-may --device ~/.tram-may-nhan',
      'tram service add --office don --code may-don --name "Hệ thống chỉ huy" --position don-may --request may-don.thiet-bi --fingerprint "…"',
    ],
  },
  gateway: {
    operands: [],
    options: ['config', 'once'],
    examples: ['tram gateway --config cong.json', 'tram gateway --config cong.json --once'],
  },
  'list add': {
    operands: [],
    options: [...DEVICE, 'code', 'name', 'offices'],
    needs: ['code', 'name', 'offices'],
    examples: ['tram list add --code bien-gioi --name "Các đồn biên giới" --offices don,don-2'],
  },
  ...PEOPLE_COMMANDS,
  'device request': {
    operands: [],
    options: [...DEVICE, 'station', 'root-certificate', 'person', 'name', 'position', 'device-code', 'out', 'vouched-by', 'old-passphrase-file'],
    needs: ['station', 'person', 'name', 'out'],
    examples: [
      'tram device request --station http://127.0.0.1:7440 --person minh --name "Lò Văn Minh" --device-code minh-2 --out minh.thiet-bi --vouched-by ~/.tram-cu',
      'tram device request --station http://127.0.0.1:7440 --person minh --name "Lò Văn Minh" --out minh.thiet-bi',
      'tram device request --station http://127.0.0.1:7440 --person po --name "Lò Thị Pó" --position vt --out po.thiet-bi'],
  },
  ...DEVICE_COMMANDS,
  directory: {
    operands: [],
    options: [...DEVICE, 'certificates'],
    examples: ['tram directory', 'tram directory --certificates ./chung-thu'],
  },
  ...DISPATCH_COMMANDS,
  links: {
    operands: [],
    options: [...DEVICE],
    examples: ['tram links'],
  },
  watch: {
    operands: [],
    options: [...DEVICE, 'office', 'after'],
    examples: ['tram watch', 'tram watch --office vp', 'tram watch --json --after 120'],
  },
  'federation propose': {
    operands: [],
    options: [...DEVICE, 'offices', 'at', 'address', 'precedence', 'expires', 'out'],
    values: { at: 'CODE' },
    examples: ['tram federation propose --offices vp,qs --address 10.0.0.1:7441 --out bo-doi.de-nghi'],
  },
  'federation accept': {
    operands: [],
    options: [...DEVICE, 'code', 'proposal', 'terms', 'fingerprint', 'offices', 'at', 'address', 'out'],
    values: { at: 'CODE' },
    examples: [
      'tram federation accept --code tinh --proposal bo-doi.de-nghi --fingerprint "…" --offices don --out bo-doi.tra-loi',
      'tram federation accept --code bo-doi --terms bo-doi.tra-loi --fingerprint "…"',
    ],
  },
  'federation list': {
    operands: [],
    options: [...DEVICE],
    examples: ['tram federation list', 'tram federation list --json'],
  },
  'federation end': {
    operands: [],
    options: [...DEVICE, 'code'],
    examples: ['tram federation end --code bo-doi'],
  },
  'federation show': {
    operands: [],
    options: [...DEVICE, 'code', 'since', 'out'],
    needs: ['code', 'out'],
    examples: ['tram federation show --code bo-doi --out tinh.danh-ba', 'tram federation show --code bo-doi --since 42 --out tinh.danh-ba'],
  },
  'federation take': {
    operands: [],
    options: [...DEVICE, 'code', 'file'],
    needs: ['code', 'file'],
    examples: ['tram federation take --code bo-doi --file bo-doi.danh-ba'],
  },
  'escrow set': {
    operands: [],
    options: [...DEVICE, 'office', 'threshold', 'custodians'],
    needs: ['office', 'threshold', 'custodians'],
    examples: ['tram escrow set --office don --threshold 2 --custodians anh,minh,khue'],
  },
  'escrow deposit': {
    operands: [],
    options: [...DEVICE, 'office', 'all-again', 'out'],
    examples: ['tram escrow deposit --office don', 'tram escrow deposit --office don --out don.manh'],
  },
  'escrow status': {
    operands: [],
    options: [...DEVICE, 'office'],
    examples: ['tram escrow status --office don'],
  },
  'escrow release': {
    operands: [],
    options: [...DEVICE, 'office', 'to-device', 'rehearsal', 'shares', 'out'],
    examples: ['tram escrow release --office don --to-device son-may', 'tram escrow release --office don --to-device son-may --shares don.manh --out anh.tra'],
  },
  'escrow recover': {
    operands: [],
    options: [...DEVICE, 'office', 'releases'],
    examples: ['tram escrow recover --office don', 'tram escrow recover --office don --releases anh.tra --releases minh.tra'],
  },
  'escrow rehearse': {
    operands: [],
    options: [...DEVICE, 'office', 'releases'],
    examples: ['tram escrow rehearse --office don'],
  },
  ...BACKUP_COMMANDS,
  audit: {
    operands: [],
    options: ['data'],
    examples: ['tram audit --data ~/.tram-station', 'tram audit --data ./ban-sao --json'],
  },
  'bundle export': {
    operands: [],
    options: [...DEVICE, 'neighbour', 'out', 'precedence', 'volume-size', 'max-bytes', 'again'],
    values: { out: 'DIR', precedence: 'WORD,…' },
    needs: ['neighbour', 'out'],
    examples: [
      'tram bundle export --neighbour don --out /media/usb',
      'tram bundle export --neighbour don --out /media/usb --precedence hoa-toc,thuong-khan --max-bytes 500M',
      'tram bundle export --neighbour don --out /media/usb --volume-size 2G --again',
    ],
  },
  'bundle import': {
    operands: ['FILE…'],
    options: [...DEVICE],
    examples: ['tram bundle import /media/usb', 'tram bundle import /media/usb/hub-don-3-1.tram --json'],
  },
  'bundle drop': {
    operands: ['NUMBER'],
    options: [...DEVICE, 'neighbour'],
    needs: ['neighbour'],
    examples: ['tram bundle drop 3 --neighbour don'],
  },
  'bundle list': {
    operands: [],
    options: [...DEVICE],
    examples: ['tram bundle list', 'tram bundle list --json'],
  },
  ...PAGES_COMMANDS,
  status: {
    operands: [],
    options: ['data'],
    examples: ['tram status', 'tram status --data /var/lib/tram/hub --json'],
  },
  doctor: {
    operands: [],
    options: ['data', 'home', 'warn'],
    examples: ['tram doctor', 'tram doctor --data /var/lib/tram/hub --warn 60', 'tram doctor --data ~/.tram-station --home ~/.tram --json'],
  },
  completion: {
    operands: ['SHELL'],
    options: [],
    examples: ['tram completion bash', 'tram completion zsh', 'tram completion fish'],
  },
  man: {
    operands: ['FOLDER'],
    options: [],
    examples: ['tram man ./man'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;
export type CommandName = keyof typeof COMMANDS;

/** Finds the command that begins an argument list: two words before one. */
export function findCommand(argv: readonly string[]): { name: CommandName; rest: readonly string[] } | null {
  const [first = '', second = ''] = argv;
  for (const [name, length] of [[`${first} ${second}`, 2], [first, 1]] as const) {
    if (Object.hasOwn(COMMANDS, name)) return { name: name as CommandName, rest: argv.slice(length) };
  }
  return null;
}
