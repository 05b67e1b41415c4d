/**
 * The only link of a post ends while it is away and something is under way to it, and another is added: by the commands, each place says
 * where that lies and what to do, and the stick of the new neighbour brings the directory and the rest. Source: docs/protocol/bundles.md §Reading.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type KeptProvince, keptProvince, STATIONS } from '../fixtures/kept-province.ts';
import { until } from '../fixtures/until.ts';
import { quietContext, tram, tramJson } from './command-line.ts';

describe('a post whose only link is replaced', () => {
  let province: KeptProvince;
  let dispatch: string;
  before(async () => {
    province = await keptProvince();
    for (const code of STATIONS.filter((one) => one !== 'don')) await province.start(code);
  });
  after(() => province.close());

  const anh = (...words: string[]): string[] => [...words, ...province.as('anh')];
  const said = async (argv: string[]): Promise<string> => (await tram(argv, quietContext('en'))).out;

  it('what the end of the link cut off is said to lie where it lies, and to want a link', async () => {
    ({ dispatch } = await province.send('Công điện số 14'));
    await until(async () => (await said(anh('trace', dispatch))).includes('last custodian: Trạm trung chuyển'));
    await tramJson(anh('link', 'end', 'chuyen-tiep', 'don'));
    assert.match(await said(anh('trace', dispatch)), /Held at Trạm trung chuyển [^\n]+, and no way leads from there to station Đồn [^\n]+: ask a registrar to add a link/);
    await until(async () => (await said(['status', '--data', province.data('chuyen-tiep')])).includes('No way to don'));
    assert.match(await said(['doctor', '--data', province.data('chuyen-tiep')]), /1 dispatch is held here.* and no way leads from here to station don/);
  });

  it('the stick of its new neighbour brings it the directory, and by that the dispatch', async () => {
    await tramJson(anh('link', 'add', 'don', 'trung-tam', '--address', '127.0.0.1:1'));
    await until(async () => (await tramJson<{ links: { peer: string; queued: object }[] }>(anh('links'))).links
      .some(({ peer, queued }) => peer === 'don' && Object.values(queued).some((count) => count > 0)));
    const stick = path.join(province.folder, 'the-nho');
    mkdirSync(stick);
    await tramJson(anh('bundle', 'export', '--neighbour', 'don', '--out', stick));
    await province.start('don');
    const { volumes } = await tramJson<{ volumes: { isRead: boolean; taken: number }[] }>(['bundle', 'import', stick, ...province.as('thao')]);
    assert.deepEqual(volumes.map(({ isRead, taken }) => [isRead, taken]), [[true, 1]]);
    assert.equal((await province.lines('inbox', ...province.as('thao'))).some((line) => line.dispatch === dispatch), true);
  });
});
