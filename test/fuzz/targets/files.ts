/** Files that people hand each other or write themselves. */

import { utf8 } from '#core/bytes.ts';
import { decodeRows, encodeRow } from '#app/backup/rows.ts';
import { decodeRecipient } from '#app/backup/settings.ts';
import { readIdentityText } from '#app/station-folder.ts';
import { readProposal } from '#client/directory/agreements.ts';
import { readInvitation } from '#client/directory/invitation.ts';
import { decodeKeyringFile } from '#client/keyring/keyring-file.ts';
import { readJoinRequest } from '#client/directory/station-errands.ts';
import { readDeviceRequest } from '#model/device-requests.ts';
import { readConfigurationOf } from '#station/kernel/config.ts';
import { backupRecipient, encodeRecipient, type BackupColumn } from '#wire/backup.ts';
import { Writer } from '#wire/cbor.ts';
import type { Structure } from '#wire/codec.ts';
import { agreementProposal } from '#wire/federation.ts';
import { deviceRequest, invitation, joinRequest, joinRequestStatement } from '#wire/invitation.ts';
import { keyringFile, type KeyringFile } from '#wire/keyring.ts';
import { sample, type Chance } from '../sample.ts';
import { oneForm, textOf, type Target } from '../target.ts';

const COLUMNS: readonly BackupColumn[] = [
  { name: 'id', type: 'integer', nullable: 0 }, { name: 'said', type: 'text', nullable: 1 }, { name: 'sealed', type: 'bytes', nullable: 1 },
];

/** @param golden bytes of the golden files that each structure reads */
export function fileTargets(golden: ReadonlyMap<string, readonly Uint8Array[]>): Target[] {
  return [...settingsTargets(), ...handedOver(golden)];
}

function settingsTargets(): Target[] {
  return [
    {
      name: 'station.json', measured: [{ parts: [{ file: 'src/station/kernel/config.ts', only: ['readConfigurationOf', 'withNewNames', 'shownKeys', 'parseJson'] }] }],
      calls: ['src/station/kernel/config.ts readConfigurationOf'], shape: 'text',
      seeds: () => CONFIGURATIONS.map(utf8),
      run: (input) => void readConfigurationOf(input),
    },
    {
      name: 'identity.json', measured: [{ parts: [{ file: 'src/app/station-folder.ts', only: ['readIdentityText', 'decodeAll', 'parseJson'] }] }], calls: ['src/app/station-folder.ts readIdentityText'], shape: 'text',
      seeds: () => [identity({}), identity({ term: { ed25519: 'AA', mldsa44: 'AA' } }), identity({ founding: '00' }), identity({ term: { ed25519: 'A', mldsa44: 'AA' } }), '{'].map(utf8),
      run: (input) => void readIdentityText(input),
    },
    {
      name: 'recipient of backups', measured: [{ parts: [{ file: 'src/app/backup/settings.ts', only: ['decodeRecipient'] }] }], calls: ['src/app/backup/settings.ts decodeRecipient'], shape: 'text',
      seeds: (chance) => [utf8(encodeRecipient(sample(backupRecipient, 'recipient', chance))), utf8('AAAA'), Uint8Array.of(0xff)],
      run(input) {
        oneForm(utf8(encodeRecipient(decodeRecipient(input))), utf8(textOf(input).trim()));
        decodeRecipient(textOf(input));
      },
    },
    {
      name: 'rows of a backup', measured: [{ parts: [{ file: 'src/app/backup/rows.ts', only: ['decodeRows', 'readRow', 'readValue'] }] }], calls: ['src/app/backup/rows.ts decodeRows'], shape: 'cbor',
      seeds: () => [rowsOf(2), rowsOf(30)],
      run(input) {
        const rows = decodeRows(COLUMNS, input);
        const writer = new Writer();
        writer.array(rows.length);
        oneForm(Uint8Array.of(...writer.finish(), ...rows.flatMap((row) => [...encodeRow(COLUMNS, row)])), input);
      },
    },
  ];
}

function rowsOf(count: number): Uint8Array {
  const writer = new Writer();
  writer.array(count);
  const rows = Array.from({ length: count }, (_each, id) => encodeRow(COLUMNS, { id, said: id % 2 === 0 ? null : 'Điện', sealed: id % 3 === 0 ? null : Uint8Array.of(id) }));
  return Uint8Array.of(...writer.finish(), ...rows.flatMap((row) => [...row]));
}

const CONFIGURATIONS = [
  '{}', '{"apiPort":7440,"logLevel":"info"}', '{"diskReserveMebibytes":512}', '{"diskReserveMebibytes":512,"diskPartsMebibytes":512}', '{"apiPorts":1,"\u0007":2}', '{"apiPort":"x"}', '[]', 'null', '7', '{', '{"__proto__":1}',
  `{"logFile":"${'x'.repeat(65_536)}"}`,
];

function identity(more: object): string {
  const named = (...names: string[]): object => Object.fromEntries(names.map((name) => [name, 'AAEC']));
  return JSON.stringify({
    station: 'tinh', founding: '00'.repeat(32), incarnation: '11'.repeat(16), secrets: named('p256', 'mldsa', 'link', 'ed25519', 'mldsa44'),
    certificates: named('p256', 'mldsa', 'link', 'issuer', 'root'), ...more,
  });
}

/** Structures that come as files of their own, by the functions that a device reads them with. */
function handedOver(golden: ReadonlyMap<string, readonly Uint8Array[]>): Target[] {
  const target = <T>(structure: Structure<T>, call: string, run: (input: Uint8Array) => void, more: (chance: Chance) => Uint8Array[] = () => []): Target => {
    const [file = '', name = ''] = call.split(' ');
    return {
      name: `file ${structure.name}`, measured: [{ parts: [{ file, only: [name] }] }], calls: [call], shape: 'cbor',
      seeds: (chance) => [...(golden.get(structure.name) ?? []), structure.encode(sample(structure, structure.name, chance)), ...more(chance)], run,
    };
  };
  return [
    target(invitation, 'src/client/directory/invitation.ts readInvitation', (input) => oneForm(invitation.encode(readInvitation(input)), input)),
    target(agreementProposal, 'src/client/directory/agreements.ts readProposal', (input) => oneForm(agreementProposal.encode(readProposal(input)), input)),
    target(deviceRequest, 'src/model/device-requests.ts readDeviceRequest', (input) => oneForm(deviceRequest.encode(readDeviceRequest(input)), input)),
    target(joinRequest, 'src/client/directory/station-errands.ts readJoinRequest', (input) => void readJoinRequest(input), (chance) => [
      joinRequest.encode({ ...sample(joinRequest, 'request', chance), statement: joinRequestStatement.encode(sample(joinRequestStatement, 'statement', chance)) }),
    ]),
    target(keyringFile, 'src/client/keyring/keyring-file.ts decodeKeyringFile', (input) => oneForm(keyringFile.encode(decodeKeyringFile(input)), input), (chance) => {
      const file: KeyringFile = sample(keyringFile, 'file', chance);
      return [{ ...file, slots: [] }, { ...file, slots: [], openings: undefined }].map((one) => keyringFile.encode(one));
    }),
  ];
}
