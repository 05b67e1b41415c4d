/** A gateway of one office of `smallOffice`: its two machine accounts, its configuration, its folders. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CliContext } from '../../src/cli/context.ts';
import { tram, tramJson } from './command-line.ts';
import { PASSPHRASE, type SmallOffice } from './small-office.ts';

export interface Gateway {
  readonly config: string;
  readonly at: (...names: string[]) => string;
}

export interface GatewayRound {
  readonly sent: { file: string; number: string }[];
  readonly refused: { file: string; code: string }[];
  readonly received: { folder: string }[];
  readonly waiting: { what: string; code: string; detail?: { file?: string; reason?: string } }[];
}

export async function makeGateway(office: SmallOffice, code: string): Promise<Gateway> {
  const at = (...names: string[]) => path.join(office.folder, `cong-${code}`, ...names);
  mkdirSync(at(), { recursive: true });
  writeFileSync(at('mk'), `${PASSPHRASE}\n`);
  await tramJson([
    'service', 'add', ...office.as('anh'), '--office', code, '--code', `may-${code}`, '--name', 'Hệ thống chỉ huy', '--pair',
    '--device', at('khoa'), '--device-passphrase-file', at('mk')]);
  writeFileSync(at('cong.json'), JSON.stringify({
    office: code, homes: { author: 'khoa/author', signer: 'khoa/signer' }, passphraseFiles: { author: 'mk', signer: 'mk' },
    folders: { out: 'gui', sent: 'da-gui', refused: 'tu-choi', in: 'den' }, settleSeconds: 0, pollSeconds: 1,
  }));
  return { config: at('cong.json'), at };
}

export function putFile(gateway: Gateway, to: string, name: string, content: string | Uint8Array): void {
  mkdirSync(gateway.at('gui', to), { recursive: true });
  writeFileSync(gateway.at('gui', to, name), content);
}

/** One round, whether or not it refused files: then it ends with 1. */
export async function gatewayOnce({ config }: Gateway, context?: CliContext): Promise<GatewayRound> {
  const { code, out, error } = await tram(['gateway', '--config', config, '--once', '--json'], context);
  const round = JSON.parse(out) as Partial<GatewayRound>;
  if (round.refused === undefined) throw new Error(`tram gateway ended with ${code}: ${out}${error}`);
  assert.equal(code, round.refused.length === 0 ? 0 : 1);
  return round as GatewayRound;
}
