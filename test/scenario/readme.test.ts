/** The walkthrough of the README, command by command as it stands there: what is shown works. */
import assert from 'node:assert/strict';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeHost } from '../../src/app/compose-node.ts';
import type { RunningStation } from '../../src/cli/station-host.ts';
import { tramJson } from './command-line.ts';
import { freePort } from './small-office.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Every `npx tram …` of the shell blocks, its lines joined. */
function commandsOf(readme: string): string[] {
  const blocks = readFileSync(path.join(ROOT, readme), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, block]) => block!.replaceAll(/\\\n\s*/g, '').split('\n')).filter((line) => line.startsWith('npx tram'));
}

describe('the walkthrough', () => {
  let folder: string;
  const stations: RunningStation[] = [];
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'tram-readme-'))));
  after(async () => {
    for (const station of stations.toReversed()) await station.stop();
    rmSync(folder, { recursive: true });
  });

  it('is the same in both languages', () => assert.deepEqual(commandsOf('README.vi.md'), commandsOf('README.md')));

  it('carries a dispatch from one station to the other', async () => {
    const at = (name: string): string => path.join(folder, name);
    for (const [name, content] of [['dien.txt', 'Nước lên nhanh.\n'], ['ban-do.pdf', 'x'.repeat(100_000)], ['passphrase', 'mật khẩu thực hành']] as const) writeFileSync(at(name), content);
    const values: Record<string, string> = {};
    // Other tests may run beside this one: each port of the text becomes a free one.
    const ports = Object.fromEntries(await Promise.all(['7440', '7441', '7450', '7451'].map(async (port) => [port, String(await freePort())] as const)));
    // The README is read on days that its dates do not know.
    const nextMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10).split('-').toReversed().join('/');
    for (const command of commandsOf('README.md')) {
      const argv = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(2).filter((word) => word !== '&');
      const filled = argv.map((word, i) => {
        const named = word.replaceAll(/\$([A-Z]+)/g, (_, name: string) => values[name]!).replaceAll(/\b74[45][01]\b/g, (port) => ports[port]!).replaceAll(/\b\d\d\/\d\d\/\d{4}\b/g, nextMonth);
        return /^--(data|home|root|out|invitation|request|admission|text|attach|save|device|certificates)$/.test(argv[i - 1] ?? '') ? at(named) : named;
      });
      if (filled[1] === 'start') {
        stations.push(await nodeHost.start(filled[3]!, {}));
        continue;
      }
      if (filled[1] === 'keys') await known(at, 'son');
      const answer = await tramJson<Record<string, string>>([...filled, ...secretsFor(filled, at), ...(filled[1] === 'init' ? ['--port', ports['7440']!, '--link-port', ports['7441']!] : [])]);
      if (answer['code'] !== undefined) writeFileSync(at('code'), answer['code']);
      if (['join', 'request'].includes(filled[1]!) && answer['fingerprint'] !== undefined) values['FINGERPRINT'] = answer['fingerprint'];
      if (['draft', 'reply'].includes(filled[0]!) && answer['draft'] !== undefined) values['DRAFT'] = answer['draft'].slice(0, 12);
      if (filled[0] === 'send') {
        values['DISPATCH'] = answer['dispatch']!.slice(0, 12);
        await arrival(at);
      }
    }
    assert.equal(readFileSync(path.join(folder, 'den', 'ban-do.pdf'), 'utf8'), 'x'.repeat(100_000));
  });
});

/** What a person would type when asked. */
function secretsFor(argv: readonly string[], at: (name: string) => string): string[] {
  const [first, second] = argv;
  if (first === 'audit') return [];
  const secrets = argv.includes('--admission') ? [] : ['--passphrase-file', at('passphrase')];
  if (second === 'init') secrets.push('--root-passphrase-file', at('passphrase'));
  if (second === 'join' && argv.includes('--invitation')) secrets.push('--code-file', at('code'));
  if (argv.includes('--device')) secrets.push('--device-passphrase-file', at('passphrase'));
  return secrets;
}

async function arrival(at: (name: string) => string): Promise<void> {
  for (let looks = 0; looks < 60; looks++) {
    const { lines } = await tramJson<{ lines: unknown[] }>(['inbox', '--home', at('thao'), '--passphrase-file', at('passphrase')]);
    if (lines.length > 0) return;
  }
  assert.fail('nothing arrived');
}

/** Until the post's own directory has a person that the hub's registrar added. */
async function known(at: (name: string) => string, code: string): Promise<void> {
  for (let looks = 0; looks < 60; looks++) {
    const { persons } = await tramJson<{ persons: { person: string }[] }>(['directory', '--home', at('thao'), '--passphrase-file', at('passphrase')]);
    if (persons.some(({ person }) => person === code)) return;
  }
  assert.fail('the directory did not arrive');
}
