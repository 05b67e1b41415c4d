/**
 * Whoever may write a gateway's `out`, and acts while it works, gets nothing that they did not put there themselves:
 * links, second names and folders that change between a look and a move.
 */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CliContext } from '../../src/cli/context.ts';
import { quietContext, tram, tramJson } from './command-line.ts';
import { type Gateway, gatewayOnce, makeGateway, putFile } from './office-gateway.ts';
import { closeOffice, smallOffice, type SmallOffice } from './small-office.ts';

describe('a gateway whose `out` somebody else writes', () => {
  let office: SmallOffice;
  let vp: Gateway;
  before(async () => {
    office = await smallOffice();
    vp = await makeGateway(office, 'vp');
    await tramJson(['office', 'keys', ...office.as('minh')]);
  });
  after(() => closeOffice(office));

  const subjects = async () => (await tramJson<{ lines: { content: { subject: string } }[] }>(['register', ...office.as('anh'), '--sent', '--office', 'vp']))
    .lines.map(({ content }) => content.subject);

  it('moves and sends nothing out of its own home where a folder becomes a link to it', async () => {
    putFile(vp, 'aaa', 'Trước.txt', 'đi trước');
    putFile(vp, 'qs', 'riêng.txt', 'một tệp thường');
    writeFileSync(vp.at('khoa', 'author', 'riêng.txt'), 'của cổng nối');
    const round = await gatewayOnce(vp, acting(() => {
      rmSync(vp.at('gui', 'qs'), { recursive: true });
      symlinkSync(vp.at('khoa', 'author'), vp.at('gui', 'qs'));
    }));
    assert.equal(readFileSync(vp.at('khoa', 'author', 'riêng.txt'), 'utf8'), 'của cổng nối', 'stands where it stood');
    assert.deepEqual([round.sent, round.refused.map(({ file, code }) => [file, code])], [[], [['Trước.txt', 'office-unknown'], ['riêng.txt', 'file-missing']]]);
    assert.ok(!readdirSync(vp.at('tu-choi'), { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('riêng.txt')));
    rmSync(vp.at('gui', 'qs'));
  });

  for (const [what, put] of [
    ['a link', (from: string, to: string) => symlinkSync(from, to)],
    ['a second name of a file', (from: string, to: string) => linkSync(from, to)],
  ] as const) {
    it(`sends no passphrase where a file becomes ${what}`, async () => {
      putFile(vp, 'aaa', 'Trước.txt', 'đi trước');
      putFile(vp, 'qs', 'a.pdf', 'một tệp thường');
      const round = await gatewayOnce(vp, acting(() => {
        put(vp.at('mk'), vp.at('gui', 'b'));
        renameSync(vp.at('gui', 'b'), vp.at('gui', 'qs', 'a.pdf'));
      }));
      assert.deepEqual([round.sent, round.refused.at(-1)], [[], { file: 'a.pdf', to: 'qs', code: 'file-is-link', detail: { file: 'a.pdf' } }]);
      assert.deepEqual(await subjects(), []);
    });
  }

  it('says of a file under two names that it does not go', async () => {
    writeFileSync(vp.at('bản-sao'), 'một tệp thường');
    mkdirSync(vp.at('gui', 'qs'), { recursive: true });
    linkSync(vp.at('bản-sao'), vp.at('gui', 'qs', 'hai-tên.txt'));
    const { refused } = await gatewayOnce(vp);
    assert.deepEqual(refused.map(({ file, code }) => [file, code]), [['hai-tên.txt', 'file-is-link']]);
    const [folder] = readdirSync(vp.at('tu-choi')).filter((name) => existsSync(vp.at('tu-choi', name, 'tep', 'hai-tên.txt')));
    assert.match(readFileSync(vp.at('tu-choi', folder!, 'ly-do.txt'), 'utf8'), /^file-is-link: .*hai-tên\.txt/u);
  });

  it('believes no order that lies in `out`', async () => {
    const planted = (where: string) => {
      const folder = path.join(where, '0123456789abcdef0123456789abcdef');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'order.json'), JSON.stringify({ to: '../khoa/author', file: 'keyring.cbor', claimed: 0 }));
    };
    planted(vp.at('gui', '.dang-gui'));
    mkdirSync(vp.at('gui', 'aaa'), { recursive: true });
    assert.deepEqual(await gatewayOnce(vp), { sent: [], refused: [], received: [], waiting: [] });
    assert.ok(existsSync(vp.at('khoa', 'author', 'keyring.cbor')));
  });

  it('does not begin where others write what it has taken', async () => {
    for (const folder of [['da-gui'], ['da-gui', '.dang-gui']]) {
      chmodSync(vp.at(...folder), 0o770);
      const { code, out } = await tram(['gateway', '--config', vp.config, '--once', '--json']);
      assert.equal(code, 1);
      assert.match(out, /"configuration-malformed","detail":\{"field":"folders.sent","reason":"writable-by-others"/);
      chmodSync(vp.at(...folder), 0o700);
    }
    renameSync(vp.at('da-gui', '.dang-gui'), vp.at('da-gui', 'khác'));
    symlinkSync(vp.at('gui'), vp.at('da-gui', '.dang-gui'));
    await assert.rejects(gatewayOnce(vp), /writable-by-others/);
    rmSync(vp.at('da-gui', '.dang-gui'));
    renameSync(vp.at('da-gui', 'khác'), vp.at('da-gui', '.dang-gui'));
  });

  it('goes on sending what is in order', async () => {
    putFile(vp, 'qs', 'Công điện.txt', 'gửi đi');
    const { sent } = await gatewayOnce(vp);
    assert.deepEqual([sent.map(({ file }) => file), await subjects()], [['Công điện.txt'], ['Công điện']]);
  });
});

/** What another program does while the first file is under way at the station. */
function acting(act: () => void): CliContext {
  const context = quietContext();
  let isDone = false;
  return {
    ...context,
    host: {
      ...context.host,
      transport: (url) => {
        const inner = context.host.transport(url);
        return {
          close: () => inner.close(),
          request: (request) => {
            if (!isDone && request.path.includes('/drafts/')) {
              isDone = true;
              act();
            }
            return inner.request(request);
          },
        };
      },
    },
  };
}
