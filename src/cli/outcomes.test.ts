/** What a command says of entries that are on their way: nothing as done, and how to see what came of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietContext } from '../../test/scenario/command-line.ts';
import { onceInForce, proposedLine } from './commands/directory-add.ts';

test('what was sent and is not back is not said to be done, and the command that shows the outcome is named', () => {
  const sent = { outcome: 'sent', size: 7 } as const;
  assert.equal(proposedLine(quietContext('vi'), sent), 'CHƯA BIẾT KẾT QUẢ: đã gửi tới trạm giữ danh bạ, danh bạ chưa về tới đây; khi về mới có hiệu lực. Để xem kết quả: tram directory');
  assert.deepEqual(onceInForce(quietContext('vi'), sent, ['Bước tiếp']), ['Khi danh bạ đã có, không sớm hơn:', '  Bước tiếp']);
  assert.match(proposedLine(quietContext('en'), sent), /^OUTCOME NOT YET KNOWN: .* tram directory$/);
  assert.deepEqual(onceInForce(quietContext('en'), { outcome: 'sequenced' }, ['Next']), ['Next']);
  assert.deepEqual(onceInForce(quietContext('en'), sent, []), []);
});
