/**
 * Each rule of tidy catches a violation planted for it, leaves its lawful neighbour alone, and
 * the repository itself is tidy.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listLongFiles } from './tidy/sizes.ts';
import { readTree } from './tidy/file-set.ts';
import { checkHouse, formatFinding, REPOSITORY_ROOT } from './tidy.ts';

/** Plants files and asserts that exactly one finding, matching the pattern, comes back. */
function caught(planted: Record<string, string>, pattern: RegExp): void {
  const lines = checkHouse(new Map(Object.entries(planted))).map(formatFinding);
  assert.equal(lines.length, 1, `expected one finding, got:\n${lines.join('\n')}`);
  assert.match(lines[0] ?? '', pattern);
}

function allowed(planted: Record<string, string>): void {
  assert.deepEqual(checkHouse(new Map(Object.entries(planted))).map(formatFinding), []);
}

function imports(file: string, specifier: string): Record<string, string> {
  return { [file]: `import { a } from '${specifier}';\n` };
}

/** Writes a word that must not stand in any file, this one included, from its halves. */
function word(...halves: string[]): string {
  return halves.join('');
}

const mark = { note: word('TO', 'DO'), fix: word('FIX', 'ME') };

test('the repository is tidy', () => {
  assert.deepEqual(checkHouse(readTree(REPOSITORY_ROOT)).map(formatFinding), []);
});

test('layers import downwards only', () => {
  const order = ['core', 'x509', 'wire', 'model', 'client'];
  for (const [depth, lower] of order.entries()) {
    for (const upper of order.slice(depth + 1)) {
      allowed(imports(`src/${upper}/a.ts`, `#${lower}/b.ts`));
      caught(imports(`src/${lower}/a.ts`, `#${upper}/b.ts`), /must not import/);
    }
  }
  allowed(imports('src/station/a.ts', '#model/b.ts'));
  allowed(imports('src/web/a.tsx', '#client/b.ts'));
  allowed(imports('src/cli/a.ts', '../client/b.ts'));
});

test('station and the sides of the person stay apart', () => {
  for (const side of ['client', 'web', 'cli']) {
    caught(imports('src/station/a.ts', `#${side}/b.ts`), /station must not import/);
    caught(imports(`src/${side}/a.ts`, '../station/b.ts'), /must not import station/);
  }
  caught(imports('src/web/a.ts', '#cli/b.ts'), /web must not import cli/);
});

test('platform imports core and wire only, and no platform another', () => {
  allowed(imports('src/platform/node/a.ts', '#core/b.ts'));
  allowed(imports('src/platform/web/a.ts', '#wire/b.ts'));
  caught(imports('src/platform/node/a.ts', '#x509/b.ts'), /platform must not import x509/);
  caught(imports('src/platform/node/a.ts', '../web/b.ts'), /must not import another/);
  caught(imports('src/client/a.ts', '#platform/web/b.ts'), /client must not import platform/);
});

test('app imports all and is imported by none but the launcher', () => {
  for (const layer of ['core', 'station', 'platform', 'web', 'cli', 'client']) {
    allowed(imports('src/app/a.ts', `#${layer}/b.ts`));
    caught(imports(`src/${layer}/a.ts`, '#app/b.ts'), /imported by none/);
  }
  caught(imports('tools/a.ts', '../src/app/b.ts'), /imported by none/);
  allowed({ 'bin/a.mjs': "await import('../src/app/b.ts');\n" });
});

test('every form of import counts', () => {
  const forms = [
    "import '#app/b.ts';",
    "import type { B } from '#app/b.ts';",
    "export * from '#app/b.ts';",
    "export type { B } from '#app/b.ts';",
    "export const b = import('#app/b.ts');",
    "export type B = import('#app/b.ts').B;",
  ];
  for (const form of forms) caught({ 'src/core/a.ts': form }, /imported by none/);
});

test('rooms of the station meet as types, at their doors', () => {
  const room = 'src/station/pki/a.ts';
  allowed({ [room]: "import type { A } from '../people/index.ts';" });
  allowed(imports(room, '../kernel/store.ts'));
  allowed(imports(room, './policy.ts'));
  allowed(imports('src/station/compose.ts', './people/index.ts'));
  caught({ [room]: "import { type A } from '../people/index.ts';" }, /use "import type"/);
  caught({ [room]: "import type { A } from '../people/policy.ts';" }, /only door/);
  caught(imports(room, '../compose.ts'), /must not import the wiring/);
  caught(imports('src/station/kernel/a.ts', '#station/pki/index.ts'), /kernel must not import/);
});

test('names of Node stand only where Node is', () => {
  for (const place of ['platform/node', 'station/links', 'cli', 'app']) {
    allowed(imports(`src/${place}/a.ts`, 'node:fs'));
  }
  for (const place of ['core', 'x509', 'wire', 'model', 'client', 'web', 'platform/web']) {
    caught(imports(`src/${place}/a.ts`, 'node:fs'), /imports node:fs/);
  }
  caught(imports('src/station/a.ts', 'fs'), /write node:fs/);
  allowed(imports('src/core/a.test.ts', 'node:fs'));
});

test('migrations import nothing live', () => {
  const migration = 'src/station/people/migrations/0001-start.ts';
  allowed(imports(migration, 'kysely'));
  allowed(imports('src/station/people/migrations/index.ts', './0001-start.ts'));
  caught(imports(migration, '../policy.ts'), /imports kysely only/);
  caught(imports(migration, '#core/bytes.ts'), /imports kysely only/);
  caught(imports(migration, 'node:fs'), /imports kysely only/);
});

test('code for use does not import code for tests, and stands in a layer', () => {
  caught(imports('src/core/a.ts', './b.test.ts'), /only for tests/);
  caught(imports('src/core/a.ts', '../../test/b.ts'), /only for tests/);
  caught(imports('src/core/a.ts', '../../tools/b.ts'), /outside src/);
  caught({ 'src/stray.ts': '' }, /stands in no layer/);
  caught(imports('src/client/a.ts', '#model/practice.ts'), /only for tests/);
  allowed(imports('src/client/a.test.ts', '#model/practice.ts'));
  allowed(imports('src/core/a.test.ts', '#app/b.ts'));
});

test('import cycles, of types too, and of a file with itself', () => {
  caught(
    {
      'src/core/a.ts': "import type { B } from './b.ts';",
      'src/core/b.ts': "export * from './c.ts';",
      'src/core/c.ts': "import './a.ts';",
    },
    /import cycle: src\/core\/a.ts ↔ src\/core\/b.ts ↔ src\/core\/c.ts/,
  );
  caught({ 'src/core/a.ts': "import './a.ts';" }, /import cycle/);
  allowed({
    'src/core/a.ts': "import './b.ts'; import './c.ts';",
    'src/core/b.ts': "import './c.ts';",
    'src/core/c.ts': '',
  });
});

test('time, chance and the outside are parameters', () => {
  const reaches = [
    'export const a = Date.now();',
    'export const a = new Date();',
    'export const a = Date;',
    "export const a = globalThis['fetch'];",
    'export const a = () => performance.now();',
    'export const a = Math.random();',
    'export const a = crypto.randomUUID();',
    'export const a = crypto.getRandomValues(new Uint8Array(4));',
    "import { randomUUID } from 'node:crypto';",
    "import { scheduler } from 'node:timers/promises';",
    'setTimeout(() => {}, 1);',
    "export const a = fetch('/');",
    'export const a = { fetch };',
    "console.log('a');",
  ];
  for (const text of reaches) {
    caught({ 'src/station/links/a.ts': text }, /is banned here/);
    for (const place of ['src/platform/node', 'src/cli', 'src/app', 'tools', 'test']) {
      allowed({ [`${place}/a.ts`]: text });
    }
  }
});

test('what only looks like time, chance or the outside is allowed', () => {
  allowed({ 'src/core/a.ts': 'export const a = (ms: number): Date => new Date(ms);' });
  allowed({ 'src/core/a.ts': 'export const a = Date.UTC(2026, 1);' });
  allowed({ 'src/core/a.ts': 'export const a = (b: unknown) => b instanceof Date;' });
  allowed({ 'src/core/a.ts': 'export type A = { fetch: typeof fetch; setTimeout(): void };' });
  allowed({ 'src/core/a.ts': 'export const a = (carrier: any) => carrier.fetch({ fetch: 1 });' });
});

test('names of files are kebab-case and say something', () => {
  caught({ 'src/core/someBytes.ts': '' }, /not kebab-case/);
  caught({ 'src/core/some_bytes.ts': '' }, /not kebab-case/);
  caught({ 'docs/Operating/backup.md': '' }, /not kebab-case/);
  for (const name of ['utils', 'test-helpers', 'key-manager', 'common', 'misc']) {
    caught({ [`src/core/${name}.ts`]: '' }, /says nothing/);
  }
  caught({ 'src/core/utils/bytes.ts': '' }, /says nothing/);
  allowed({ 'src/x509/common-name.test.ts': '', 'docs/README.md': '', 'README.md': '' });
});

test('long files and long functions', () => {
  const long = (lines: number): string => '// a line\n'.repeat(lines);
  allowed({ 'src/core/a.ts': long(500), 'tools/a.ts': long(501) });
  caught({ 'src/core/a.ts': long(501) }, /501 lines/);
  const warned = listLongFiles(new Map([['src/core/a.ts', long(301)]]));
  assert.deepEqual(warned, [{ file: 'src/core/a.ts', lines: 301 }]);

  const body = (lines: number): string => `function a() {\n${long(lines - 2)}}\n`;
  allowed({ 'src/core/a.ts': body(100) });
  caught({ 'src/core/a.ts': body(101) }, /a has 101 lines/);
  caught({ 'tools/a.ts': `export const b = ${body(101)}` }, /a has 101 lines/);
});

test('notes to oneself and tests that do not run', () => {
  caught({ 'src/core/a.ts': `// ${mark.note}: later` }, /finish it/);
  caught({ 'docs/a.md': `${mark.fix} later` }, /finish it/);
  caught({ 'src/core/a.test.ts': "test.only('a', () => {});" }, /marked "only"/);
  caught({ 'src/core/a.test.ts': "describe.skip('a', () => {});" }, /marked "skip"/);
  caught({ 'src/core/a.test.ts': "test('a', (t) => { t.skip(); });" }, /marked "skip"/);
  caught({ 'src/core/a.test.ts': "test('a', { skip: true }, () => {});" }, /marked "skip"/);
  allowed({ 'src/core/a.ts': 'export const a = (reader: any) => reader.skip(4);' });
});

test('links between documents lead somewhere', () => {
  const target = { 'docs/protocol/envelope.md': '# Envelope' };
  caught({ 'README.md': 'see [a](docs/nowhere.md)' }, /docs\/nowhere.md leads nowhere/);
  caught({ 'docs/a.md': '[a]: ../nowhere.md' }, /leads nowhere/);
  allowed({ ...target, 'README.md': '[a](docs/protocol/envelope.md#parts) [b](docs/) [c](#d)' });
  allowed({ ...target, 'docs/b.md': '[a](/docs/protocol/envelope.md "Envelope")\n[^1]: a note' });
  allowed({ 'README.md': '[a](https://example.org/b.md)\n```\n[a](b.md)\n```\n`[c](d.md)`' });
});

test('nothing of one machine is written down', () => {
  for (const place of [word('wo', 'rk'), word('fa', 'rm'), word('ro', 'ot')]) {
    caught({ 'docs/a.md': `run /${place}/bin/a` }, /path of one machine/);
  }
  caught({ 'src/core/a.ts': `// see ../${word('sha', 'red')}/vectors` }, /reaches outside/);
  const lock = `{ "${word('resol', 'ved')}": "https://registry.example/a.tgz" }`;
  caught({ 'package-lock.json': lock }, /names a registry/);
  const elsewhere = word('wo', 'rk');
  allowed({ 'docs/a.md': `https://example.org/${elsewhere}/a and home${elsewhere}/a` });
});
