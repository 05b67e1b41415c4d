import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodersIn, exportedDecoders } from './exported.ts';
import { targets } from './targets/all.ts';

const BY_PATH = 'is given the path of a file in the own folder, not what stands in it';
const ASKS = 'is given names and asks the station; what comes is read by structures that are targets';
const THEN_JUDGES = (structure: string): string => `decodes ${structure}, a target, and then judges it`;

/** Exported decoders without a target of their own, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'src/app/audit/identity.ts readAuditedIdentity': BY_PATH,
  'src/app/backup/own-folder.ts readOrdinary': 'gives the bytes of a file, bounded, and reads nothing of them',
  'src/app/backup/settings.ts readBackupSettings': BY_PATH,
  'src/app/chores/examination.ts readExamination': BY_PATH,
  'src/app/doctor/facts.ts readFacts': BY_PATH,
  'src/app/last-backup.ts readLastBackup': BY_PATH,
  'src/app/pages/assets.ts readAssets': BY_PATH,
  'src/app/pages/secure-listener.ts readServerCertificate': 'is given two paths; what stands there is read by OpenSSL inside Node',
  'src/app/pages/secure-listener.ts readPem': BY_PATH,
  'src/app/running-file.ts readRunning': BY_PATH,
  'src/app/standby/mark.ts readMark': BY_PATH,
  'src/app/standby/term-file.ts readTerm': BY_PATH,
  'src/app/station-folder.ts readIdentity': `${BY_PATH}: that is readIdentityText`,
  'src/app/station-folder.ts readStationConfiguration': `${BY_PATH}: that is readConfigurationOf`,
  'src/cli/gateway/configuration.ts readGatewayFile': BY_PATH,
  'src/cli/homes.ts readDeviceFile': BY_PATH,
  'src/cli/homes.ts readIfDevice': BY_PATH,
  'src/cli/homes.ts readIfThere': BY_PATH,
  'src/cli/homes.ts readBytes': BY_PATH,
  'src/client/directory/agreements.ts readTerms': THEN_JUDGES('AgreementTerms'),
  'src/client/directory/entry-lines.ts readEntry': THEN_JUDGES('DirectoryEntry'),
  'src/client/directory/entry-lines.ts readStatement': THEN_JUDGES('DirectoryStatement'),
  'src/client/office-keys/escrow-errands.ts readPackage': THEN_JUDGES('EscrowPackage'),
  'src/client/dispatch/incoming.ts readDispatch': ASKS,
  'src/client/dispatch/incoming.ts readEnvelope': THEN_JUDGES('Envelope'),
  'src/client/dispatch/outgoing.ts readDraft': ASKS,
  'src/client/dispatch/outgoing.ts readDrafts': ASKS,
  'src/client/registers/register.ts readRegister': ASKS,
  'src/client/registers/register.ts readInbox': ASKS,
  'src/model/asked-statement.ts readAsked': 'decodes JoinRequestStatement or DeviceRequestStatement, which are targets',
  'src/model/pages-release.ts readSignedPages': THEN_JUDGES('SignedPages'),
  'src/platform/node/files.ts readSmall': 'gives the bytes of a file, bounded, and reads nothing of them',
  'src/web/dispatch/referred.tsx readReferred': ASKS,
  'src/x509/path-checks.ts readHalf': THEN_JUDGES('a certificate'),
};

describe('every exported decoder of bytes or text', async () => {
  const fuzzed = new Set((await targets()).flatMap(({ calls }) => calls));
  const exported = exportedDecoders();

  it('has a target, or a written reason why not', () => {
    assert.deepEqual(exported.filter((one) => !fuzzed.has(one) && EXEMPT[one] === undefined), []);
  });

  it('has no reason beside a target, and none is kept for what is gone', () => {
    assert.deepEqual(Object.keys(EXEMPT).filter((one) => fuzzed.has(one) || !exported.includes(one)), []);
    assert.deepEqual([...fuzzed].filter((one) => !exported.includes(one)), []);
  });
});

describe('the rule that finds them', () => {
  const found = (text: string): string[] => decodersIn('a.ts', text);

  it('takes what is exported, called so, and given bytes or text', () => {
    assert.deepEqual(found('export function parseInk(text: string): Ink { return text; }'), ['a.ts parseInk']);
    assert.deepEqual(found('export async function readInk(crypto: Crypto, bytes: Uint8Array | null) {}'), ['a.ts readInk']);
    assert.deepEqual(found('export const decodeInk = (bytes: Uint8Array, strict = true): Ink => inkOf(bytes);'), ['a.ts decodeInk']);
    assert.deepEqual(found('export function fromInk(text: string = ""): Ink { return text; }'), ['a.ts fromInk']);
  });

  it('takes nothing else', () => {
    assert.deepEqual(found('function parseInk(text: string) {}'), []);
    assert.deepEqual(found('export function encodeInk(bytes: Uint8Array) {} export function reading(text: string) {}'), []);
    assert.deepEqual(found('export function readInk(store: Store, count: number) {} export const parseAll = 7;'), []);
    assert.deepEqual(found('export function readInk(reader: DerReader, field: string) {}'), []);
  });
});
