import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import { freePorts } from '../free-ports.ts';
import { setupPorts } from './ports.ts';

async function occupied(context: TestContext, port: number): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  context.after(() => server.close());
}

test('a real station stands where stations usually do', async () => {
  const [usual] = await freePorts(1);
  const { api, link, taken } = await setupPorts(usual);
  if (taken === null) assert.deepEqual([api, link], [usual, usual! + 1]);
});

for (const [which, after] of [['its interface', 0], ['other stations', 1]] as const) {
  test(`where another program has the port for ${which}, it stands elsewhere and says so`, async (context) => {
    const [usual] = await freePorts(1);
    await occupied(context, usual! + after);
    const { api, link, taken } = await setupPorts(usual);
    assert.equal(taken, usual);
    assert.ok(![usual, usual! + 1].includes(api) && link !== api);
  });
}
