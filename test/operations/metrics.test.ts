/** A real station's health and figures, read by a strict parser of our own and by Prometheus' promtool. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HEALTH_PATHS, liveAnswer, readyAnswer } from '#wire/api/health.ts';
import { rememberBackup } from '../../src/app/last-backup.ts';
import { closeOffice, smallOffice, type SmallOffice } from '../scenario/small-office.ts';
import { tram, tramJson } from '../scenario/command-line.ts';
import { want } from '../wants.ts';
import { parseExposition, type ParsedFamily } from './exposition-parser.ts';

const PACKAGING = path.join(import.meta.dirname, '../../packaging/prometheus');
const promtool = await want('promtool', 'metrics and alert rules checked by promtool');

describe('a running station', () => {
  let office: SmallOffice;
  let text = '';
  let families: Map<string, ParsedFamily>;
  const ask = (where: string, options: RequestInit = {}) => fetch(`http://127.0.0.1:${office.port}${where}`, options);
  const value = (name: string, labels: Record<string, string> = {}): number | undefined =>
    families.get(name)?.samples.find((sample) => Object.entries(labels).every(([key, one]) => sample.labels[key] === one))?.value;

  before(async () => {
    office = await smallOffice();
    const text64 = office.file('dien.txt', 'Mưa lũ.');
    const { draft } = await tramJson<{ draft: string }>(['draft', ...office.as('anh'), '--to', 'qs:immediate', '--subject', 'Công điện số 12', '--text', text64, '--exercise']);
    await tramJson(['approve', draft, ...office.as('khue')]);
    await tramJson(['sign', draft, ...office.as('khue')]);
    await tramJson(['send', draft, ...office.as('anh')]);
    await tram(['open', 'ffff', ...office.as('minh')]);
    await ask('/api/1/links');
    rememberBackup(office.data, { time: 1_790_000_060_000, ok: false, made: 1_790_000_000_000, everyMs: 60_000 });
    const answer = await ask('/metrics');
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    text = await answer.text();
    families = parseExposition(text);
  });
  after(() => closeOffice(office));

  test('counts what went through it, by precedence', () => {
    assert.equal(value('tram_dispatches_accepted_total', { precedence: 'immediate' }), 1);
    assert.equal(value('tram_dispatches_arrived_total', { precedence: 'immediate' }), 1);
  });

  test('tells rounds of commits, refusals by code, ledger, directory, disk, sessions, jobs, process', () => {
    assert.equal(value('tram_sessions'), 0);
    assert.ok(families.get('tram_commit_round_seconds')?.type === 'histogram');
    const rounds = families.get('tram_commit_round_works')!.samples;
    assert.ok(rounds.find(({ name }) => name.endsWith('_sum'))!.value >= rounds.find(({ name }) => name.endsWith('_count'))!.value);
    assert.equal(value('tram_refusals_total', { code: 'session-missing' }), 1);
    for (const name of ['tram_ledger_entries', 'tram_directory_entries', 'tram_disk_free_bytes', 'process_resident_memory_bytes', 'process_cpu_seconds_total']) {
      assert.ok(value(name)! > 0, name);
    }
    assert.deepEqual(families.get('tram_jobs')!.samples.map(({ labels }) => labels['kind']).filter((kind) => ['checkpoint', 'sweep'].includes(kind!)), ['checkpoint', 'sweep']);
    assert.equal(value('tram_jobs_failing', { kind: 'sweep' }), 0);
    assert.ok(value('tram_event_loop_lag_seconds', { of: 'p99' })! >= 0);
    assert.equal(value('tram_ready'), 1);
    assert.match(families.get('tram_build_info')!.samples[0]!.labels['version']!, /^\d+\.\d+\.\d+/);
  });

  test('tells as of when the newest backup is, though a later one failed, and how often one is to be', () => {
    assert.equal(value('tram_backup_timestamp_seconds'), 1_790_000_000);
    assert.equal(value('tram_backup_interval_seconds'), 60);
  });

  test('names neither persons nor offices', () => {
    for (const word of ['anh', 'khue', 'minh', 'Ánh', 'Khuê', 'vp', 'qs', 'UBND', 'Văn', 'pct', 'Mưa', 'Công']) {
      assert.doesNotMatch(text, new RegExp(`(?<![\\p{L}])${word}(?![\\p{L}])`, 'u'), word);
    }
  });

  test('is live and ready, and answers neither to another host name nor by another method', async () => {
    assert.equal(liveAnswer.parse(await (await ask('/health/live')).json()).station, 'hub');
    const ready = await ask('/health/ready');
    assert.deepEqual([ready.status, readyAnswer.parse(await ready.json()).reasons], [200, []]);
    for (const where of Object.values(HEALTH_PATHS)) {
      assert.equal((await ask(where, { method: 'POST' })).status, 404, where);
      assert.equal(await statusFor(office.port, where, 'evil.example'), 400, where);
    }
  });

  if (promtool !== null) {
    test('promtool finds no fault in the figures', () => {
      const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
    });
    test('promtool finds no fault in the alert rules', () => {
      const { status, stdout, stderr } = spawnSync(promtool, ['check', 'rules', path.join(PACKAGING, 'tram.rules.yml')], { encoding: 'utf8' });
      assert.equal(status, 0, stdout + stderr);
    });
  }

  test('every figure that the rules and the dashboard ask for is one that the station tells', () => {
    const later = ['tram_items_total', 'tram_receipts_total', 'tram_link_up', 'tram_link_stopped', 'tram_link_queued', 'tram_link_oldest_queued_seconds',
      'tram_link_last_met_timestamp_seconds', 'tram_link_channel_sent', 'tram_link_channel_received', 'tram_checkpoint_timestamp_seconds', 'tram_checkpoint_entries'];
    const told = new Set([...families.keys(), ...later]);
    for (const file of ['tram.rules.yml', 'tram-dashboard.json']) {
      const asked = readFileSync(path.join(PACKAGING, file), 'utf8').match(/\b(?:tram|process)_[a-z0-9_]+/g) ?? [];
      assert.ok(asked.length > 8, file);
      for (const name of asked) assert.ok(told.has(name.replace(/_(?:bucket|sum|count)$/, '')), `${file}: ${name}`);
    }
  });

  test('the dashboard is JSON with a panel for each of its questions', () => {
    const { panels, uid } = JSON.parse(readFileSync(path.join(PACKAGING, 'tram-dashboard.json'), 'utf8')) as { uid: string; panels: { title: string; targets: { expr: string }[] }[] };
    assert.equal(uid, 'tram-station');
    for (const { title, targets } of panels) assert.ok(title.length > 3 && targets.every(({ expr }) => expr.length > 3), title);
  });
});

function statusFor(port: number, where: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: where, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject).end();
  });
}

test('the parser refuses what it must', () => {
  for (const bad of [
    'a 1\n', '# HELP a x\n# TYPE a gauge\na 1', '# HELP a x\n# TYPE a gauge\na one\n', '# HELP a x\n# TYPE a gauge\na 1\na 1\n',
    '# HELP a x\n# TYPE a counter\na 1\n', '# HELP a x\n# TYPE a gauge\na{} 1\n', '# HELP a x\n# TYPE a gauge\na{b="c} 1\n', '# TYPE a gauge\na 1\n',
    '# HELP a_total x\n# TYPE a_total counter\na_total -1\n', '# HELP a x\n# TYPE a gauge\nb 1\n', '# HELP a x\n# TYPE a gauge\n',
    '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n', '# HELP a x\n# TYPE a gauge\na  1\n',
  ]) assert.throws(() => parseExposition(bad), Error, bad);
});
