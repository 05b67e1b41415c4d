/** What a recovery card says of the organisation's root: where it comes from only with what it is compared with. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardLines, cardPage } from './card-page.ts';
import type { CliContext } from './context.ts';
import { wordsOf } from './words/words.ts';

const CARD = { code: 'GHTX-1M3N-K5DQ-PCC8-9V88-SX4Z-HWPY-06EK', number: 1, name: 'Đặng Ngọc Khuê', device: 'khue-may', made: 0 };
const ASK = { vi: /xin tệp ấy ở người trông trạm/, en: /ask whoever runs the station for that file/ };

for (const locale of ['vi', 'en'] as const) {
  const context = { locale, words: wordsOf(locale), timeZone: 'Asia/Ho_Chi_Minh' } as CliContext;

  test(`a card of a device that knows no root sends nobody to plain HTTP (${locale})`, () => {
    for (const address of [null, 'https://tram.example:7443']) {
      const said = cardLines(context, { ...CARD, address, root: null }).join('\n');
      assert.match(said, ASK[locale]);
      assert.doesNotMatch(said, /http:|SHA-256/);
      assert.doesNotMatch(cardPage(context, { ...CARD, address, root: null }), /http:|SHA-256/);
    }
  });

  test(`and one that knows it says where, and by which fingerprint (${locale})`, () => {
    for (const [address, where] of [[null, /http: /], ['https://tram.example:7443', /http:\/\/tram\.example:7443 /]] as const) {
      const said = cardLines(context, { ...CARD, address, root: '40:D2' }).join('\n');
      assert.match(said, where);
      assert.match(said, /SHA-256 .* 40:D2$/m);
    }
    assert.doesNotMatch(cardLines(context, { ...CARD, address: 'http://127.0.0.1:7440', root: '40:D2' }).join('\n'), /40:D2/);
  });
}
