/** Commands of people, positions and what stands in the directory: their rows of the table. */
import type { CommandSpec } from './command-spec.ts';
import type { OptionName } from './options.ts';

const DEVICE = ['home', 'passphrase-file'] as const;

export const PEOPLE_COMMANDS = {
  'person join': {
    operands: [],
    options: [...DEVICE, 'person', 'name', 'position', 'request', 'fingerprint', 'device', 'device-code', 'device-passphrase-file'],
    needs: ['position'],
    ways: [['request'], ['person', 'name', 'device']],
    examples: ['tram person join --position pct --request minh.thiet-bi --fingerprint "…"'],
  },
  'person move': {
    operands: ['PERSON'],
    options: [...DEVICE, 'from', 'to', 'yes'],
    values: { to: 'CODE' },
    examples: ['tram person move anh --from vp-vt --to pct'],
  },
  'person leave': {
    operands: ['PERSON'],
    options: [...DEVICE, 'compromised', 'yes'],
    examples: ['tram person leave minh', 'tram person leave minh --compromised'],
  },
  'holder until': {
    operands: ['PERSON'],
    options: [...DEVICE, 'position', 'until', 'yes'],
    needs: ['position', 'until'],
    examples: ['tram holder until minh --position pct --until 31/12/2026'],
  },
  'position end': {
    operands: ['POSITION'],
    options: [...DEVICE, 'yes'],
    examples: ['tram position end pct'],
  },
  'position alternates': {
    operands: ['POSITION'],
    options: [...DEVICE, 'persons', 'yes'],
    examples: ['tram position alternates ct --persons minh', 'tram position alternates ct'],
  },
  delegate: {
    operands: ['PERSON'],
    options: [...DEVICE, 'position', 'rights', 'beginning', 'until', 'note', 'by', 'code'],
    needs: ['position', 'until', 'note'],
    examples: ['tram delegate minh --position ct --rights duyet,ky --until 30/11/2026 --note "Giấy ủy quyền số 12/UQ-UBND"'],
  },
  'delegation end': {
    operands: ['DELEGATION'],
    options: [...DEVICE, 'yes'],
    examples: ['tram delegation end uq-1'],
  },
  'device vouch': {
    operands: ['CODE'],
    options: [...DEVICE, 'device-code', 'wait', 'refuse', 'out'],
    examples: ['tram device vouch 7KQ2-M0XD-91TA-B3CD-4EFG', 'tram device vouch 7KQ2-M0XD-91TA-B3CD-4EFG --device-code minh-2 --wait'],
  },
  'device waiting': {
    operands: [],
    options: [...DEVICE],
    examples: ['tram device waiting'],
  },
  'device admit': {
    operands: ['CODE'],
    options: [...DEVICE, 'refuse'],
    examples: ['tram device admit 7KQ2-M0XD-91TA-B3CD-4EFG', 'tram device admit 7KQ2-M0XD-91TA-B3CD-4EFG --refuse'],
  },
  'device end': {
    operands: ['DEVICE'],
    options: [...DEVICE, 'compromised', 'yes'],
    examples: ['tram device end minh-may --compromised'],
  },
  'office move': {
    operands: ['OFFICE'],
    options: [...DEVICE, 'at'],
    values: { at: 'CODE' },
    examples: ['tram office move qs --at don'],
  },
  'office alternate': {
    operands: ['OFFICE'],
    options: [...DEVICE, 'to'],
    values: { to: 'CODE' },
    examples: ['tram office alternate don --to vp', 'tram office alternate don'],
  },
  'office end': {
    operands: ['OFFICE'],
    options: [...DEVICE],
    examples: ['tram office end qs'],
  },
  'station end': {
    operands: ['STATION'],
    options: [...DEVICE, 'compromised'],
    examples: ['tram station end don'],
  },
  'list end': {
    operands: ['LIST'],
    options: [...DEVICE],
    examples: ['tram list end bien-gioi'],
  },
  'link add': {
    operands: ['CALLER', 'ANSWERER'],
    options: [...DEVICE, 'address'],
    examples: ['tram link add don hub --address 10.0.0.1:7441'],
  },
  'link end': {
    operands: ['STATION', 'STATION'],
    options: [...DEVICE, 'yes'],
    examples: ['tram link end don hub'],
  },
  'seal request': {
    operands: [],
    options: [...DEVICE, 'position', 'out'],
    needs: ['position', 'out'],
    examples: ['tram seal request --position vp-vt --out anh.dau'],
  },
  'seal add': {
    operands: [],
    options: [...DEVICE, 'position', 'request', 'fingerprint'],
    needs: ['position', 'request', 'fingerprint'],
    examples: ['tram seal add --position vp-vt --request anh.dau --fingerprint "…"'],
  },
  'registrar request': {
    operands: [],
    options: [...DEVICE, 'out'],
    examples: ['tram registrar request --home ~/.tram-minh --out minh.dang-ky'],
  },
  'registrar add': {
    operands: [],
    options: [...DEVICE, 'root', 'root-passphrase-file', 'request', 'fingerprint', 'out'],
    needs: ['request', 'fingerprint', 'out'],
    examples: ['tram registrar add --root /media/usb/root --request minh.dang-ky --fingerprint "…" --out minh.trao'],
  },
  'registrar accept': {
    operands: [],
    options: [...DEVICE, 'grant'],
    examples: ['tram registrar accept --home ~/.tram-minh --grant minh.trao'],
  },
  'registrar end': {
    operands: ['PERSON'],
    options: [...DEVICE, 'root', 'root-passphrase-file', 'compromised'],
    examples: ['tram registrar end minh --root /media/usb/root'],
  },
  'registrar pending': {
    operands: [],
    options: [...DEVICE],
    examples: ['tram registrar pending'],
  },
  'registrar countersign': {
    operands: ['PROPOSAL'],
    options: [...DEVICE, 'mark'],
    examples: ['tram registrar countersign 4f1c09d2b7a36e58', 'tram registrar countersign 4f1c09d2b7a36e58 --mark "1f2e 3d4c …"'],
  },
  'registrar withdraw': {
    operands: ['PROPOSAL'],
    options: [...DEVICE, 'reason'],
    values: { reason: 'TEXT' },
    examples: ['tram registrar withdraw 4f1c09d2b7a36e58 --reason "Người ấy đã chuyển cơ quan"'],
  },
  'who-can': {
    operands: ['RIGHT'],
    options: [...DEVICE, 'office', 'at'],
    values: { at: 'DATE' },
    examples: ['tram who-can sign --office vp', 'tram who-can ky --office vp --at 1/12/2026'],
  },
  'what-can': {
    operands: ['PERSON'],
    options: [...DEVICE, 'at'],
    values: { at: 'DATE' },
    examples: ['tram what-can minh', 'tram what-can minh --at 1/12/2026 --json'],
  },
} as const satisfies Record<string, CommandSpec<OptionName>>;
