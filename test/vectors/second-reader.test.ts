/**
 * The protocol's pages are enough to read what we write: a reader in another language, sharing no code, reads the
 * golden files, and refuses them at the right place with one byte changed, or written as no encoder would write them.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { hex } from '#core/bytes.ts';
import { type Envelope, envelope } from '#wire/envelope.ts';
import type { StandIn } from '#wire/names.ts';
import { makeGolden } from './golden/make.ts';
import { want } from '../wants.ts';

const READER = path.join(import.meta.dirname, 'second-reader.py');
const GOLDEN = path.join(import.meta.dirname, 'golden/golden.json');
const python = await want('python3');

interface Golden {
  directory: { entries: string[]; checkpoint: string };
  envelope: string;
  letter: string;
  receipts: string[];
  part: { leaves: string };
  ledger: { events: string[]; checkpoint: string };
}

/** What is changed, where, and the place that the refusal names. */
const CHANGES: Readonly<Record<string, readonly [(golden: Golden) => void, RegExp]>> = {
  'the header': [(g) => { g.envelope = flip(g.envelope, 60); }, /^refused: header/],
  'a signed time': [(g) => { g.envelope = flip(g.envelope, 339); }, /^refused: sealing: signature wrong/],
  'the sealing\'s P-256 signature': [
    (g) => { g.envelope = flip(g.envelope, 470); }, /^refused: sealing: signature wrong/,
  ],
  'a stanza': [(g) => { g.envelope = flip(g.envelope, 5_000); }, /^refused: stanza\[0\]/],
  'the body': [(g) => { g.envelope = flip(g.envelope, -4); }, /^refused: envelope\.body/],
  'the text of the core': [(g) => { g.letter = flip(g.letter, 200); }, /^refused: header\.core/],
  'the author\'s signature': [
    (g) => { g.letter = flip(g.letter, 760); }, /^refused: endorsement\[0\]: signature wrong/,
  ],
  'the ML-DSA half of an approval': [
    (g) => { g.letter = flip(g.letter, 6_000); }, /^refused: seal: another core or endorsements/,
  ],
  'the office\'s seal': [(g) => { g.letter = flip(g.letter, 11_660); }, /^refused: seal: signature wrong/],
  'a part\'s key': [(g) => { g.letter = flip(g.letter, -1); }, /^refused: core\.parts\[0\]: key commitment/],
  'a part\'s leaf list': [(g) => { g.part.leaves = flip(g.part.leaves, 40); }, /^refused: core\.parts\[0\]: leaf list/],
  'a receipt\'s detail': [
    (g) => { g.receipts[1] = flip(g.receipts[1]!, 3_000); }, /^refused: receipt\[1\]: signature wrong/,
  ],
  'a receipt\'s signature': [
    (g) => { g.receipts[0] = flip(g.receipts[0]!, 5_000); }, /^refused: receipt\[0\]: signature wrong/,
  ],
  'a certificate of the root': [
    (g) => { g.directory.entries[0] = flip(g.directory.entries[0]!, 300); }, /^refused: directory\[0\]/,
  ],
  'a registrar\'s entry': [
    (g) => { g.directory.entries[9] = flip(g.directory.entries[9]!, 80); }, /^refused: directory\[9\]/,
  ],
  'the newest entry, in its ML-DSA half': [
    (g) => { g.directory.entries[23] = flip(g.directory.entries[23]!, -9); }, /^refused: directory\.checkpoint/,
  ],
  'the log without its newest entry': [(g) => { g.directory.entries.pop(); }, /^refused: directory\.checkpoint/],
  'the size in the directory\'s checkpoint': [
    (g) => { g.directory.checkpoint = g.directory.checkpoint.replace('\n24\n', '\n25\n'); },
    /^refused: directory\.checkpoint/,
  ],
  'the log\'s Ed25519 signature': [
    (g) => { g.ledger.checkpoint = spoil(g.ledger.checkpoint, 0); }, /^refused: ledger\.checkpoint: signature wrong/,
  ],
  'the witness\'s Ed25519 signature': [
    (g) => { g.ledger.checkpoint = spoil(g.ledger.checkpoint, 2); }, /^refused: ledger\.checkpoint: signature wrong/,
  ],
  'an event': [(g) => { g.ledger.events[1] = flip(g.ledger.events[1]!, 70); }, /^refused: ledger\.checkpoint/],
  'a version in two bytes': [
    (g) => { g.envelope = g.envelope.replace(/^a50101/, 'a5011801'); },
    /^refused: envelope\.version: not in shortest form/,
  ],
  'a map without a length': [
    (g) => { g.envelope = `bf${g.envelope.slice(2)}ff`; }, /^refused: envelope: another type, or indefinite/,
  ],
  'a field twice': [
    (g) => { g.envelope = g.envelope.replace(/^a50101/, 'a601010101'); }, /^refused: envelope\.version: repeated or out of order/,
  ],
  'a field out of order': [
    (g) => { g.receipts[0] = g.receipts[0]!.replace(/^a201/, 'a202'); }, /^refused: receipt\[0\]\.signature/,
  ],
  'a byte after the end': [(g) => { g.letter += '00'; }, /^refused: letter: bytes after the end/],
  'a byte missing at the end': [
    (g) => { g.letter = g.letter.slice(0, -2); }, /^refused: letter\.part_keys\[0\]: ends early/,
  ],
};

if (python !== null) {
  let folder = '';
  before(async () => { folder = await mkdtemp(path.join(tmpdir(), 'tram-reader-')); });
  after(() => rm(folder, { recursive: true }));

  test('a second reader verifies the golden files', async () => {
    const { code, stdout, stderr } = await run(python, GOLDEN);
    assert.equal(code, 0, stderr);
    const read = JSON.parse(stdout) as Record<string, unknown>;
    const { subject, endorsements, number, receipts, directoryEntries, events } = read;
    assert.equal(subject, 'Ứng phó mưa lũ trên sông Mã');
    assert.deepEqual(endorsements, ['author', 'approve', 'sign']);
    assert.equal(number, '12/UBND-VP');
    assert.deepEqual(receipts, ['opened', 'opened']);
    assert.deepEqual([directoryEntries, events], [24, 3]);
  });

  test('a second reader verifies what was sealed again, and refuses it without its evidence or a month too early', async () => {
    const golden = await makeGolden({ resealed: true });
    const read = async (change: (value: Envelope) => Envelope) => {
      const file = path.join(folder, 'resealed.json');
      await writeFile(file, JSON.stringify({ ...golden, envelope: hex(envelope.encode(change(envelope.decode(Buffer.from(golden.envelope, 'hex'))))) }));
      return run(python, file);
    };
    const { code, stderr } = await read((value) => value);
    assert.equal(code, 0, stderr);
    assert.match((await read(({ resealed: _, ...rest }) => rest)).stderr, /^refused: envelope\.resealed/);
    assert.match((await read((value) => ({ ...value, resealed: { ...value.resealed!, first: value.sealing } }))).stderr, /^refused: resealed\.first: number or time/);
    assert.match((await read((value) => ({ ...value, resealed: { ...value.resealed!, office: value.sealing } }))).stderr, /^refused: resealed\.office/);
  });

  test('a second reader verifies in whose stead an office receives, and refuses pairs that are none', async () => {
    const read = async (...standIns: StandIn[]) => {
      const file = path.join(folder, 'stand-ins.json');
      await writeFile(file, JSON.stringify(await makeGolden({ standIns })));
      return run(python, file);
    };
    const { code, stdout, stderr } = await read({ of: 0, at: 1, isNamed: false });
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as { stanzas: number }).stanzas, 3);
    assert.match((await read({ of: 1, at: 1, isNamed: false })).stderr, /^refused: header\.stand_ins: not two addressees/);
    assert.match((await read({ of: 0, at: 2, isNamed: false })).stderr, /^refused: header\.stand_ins: not two addressees/);
    assert.match((await read({ of: 1, at: 0, isNamed: false }, { of: 0, at: 1, isNamed: false })).stderr, /^refused: header\.stand_ins: not ascending/);
  });

  for (const [what, [change, place]] of Object.entries(CHANGES)) {
    test(`a second reader refuses a change: ${what}`, async () => {
      const golden = JSON.parse(await readFile(GOLDEN, 'utf8')) as Golden;
      change(golden);
      const file = path.join(folder, `${hex(new TextEncoder().encode(what))}.json`);
      await writeFile(file, JSON.stringify(golden));
      const { code, stdout, stderr } = await run(python, file);
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, place);
    });
  }
}

/** Changes one bit of a byte; from the end where `at` is negative. */
function flip(text: string, at: number): string {
  const bytes = Buffer.from(text, 'hex');
  const index = at < 0 ? bytes.length + at : at;
  bytes[index]! ^= 1;
  return hex(bytes);
}

/** Changes the last byte of a note's signature line. */
function spoil(note: string, line: number): string {
  const start = note.indexOf('\n\n') + 2;
  const lines = note.slice(start).split('\n');
  const [dash, name, encoded] = lines[line]!.split(' ') as [string, string, string];
  const bytes = Buffer.from(encoded, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  lines[line] = [dash, name, bytes.toString('base64')].join(' ');
  return note.slice(0, start) + lines.join('\n');
}

function run(program: string, file: string): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(program, [READER, file], { env, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code ?? 'killed', stdout, stderr });
    });
  });
}
