/**
 * The platforms that vectors are run on in Node: OpenSSL, the browser's code over Node's WebCrypto,
 * and the browser's code with every algorithm that a browser may lack taken from noble.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCrypto } from '#platform/node/crypto.ts';
import { nodeXWingParts } from '#platform/node/crypto-x-wing.ts';
import { webCrypto } from '#platform/web/crypto.ts';
import { webXWingParts } from '#platform/web/crypto-x-wing.ts';
import {
  detectNativeSupport,
  NO_NATIVE_SUPPORT,
  type NativeSupport,
} from '#platform/web/native-support.ts';
import type { Outcome } from './checks/outcome.ts';
import type { TestedPlatform } from './checks/platform.ts';

const webOnNode = await detectNativeSupport();

export const PLATFORMS: Readonly<Record<string, TestedPlatform>> = {
  'node:crypto': { provider: nodeCrypto, parts: nodeXWingParts },
  'WebCrypto of Node': await web(webOnNode),
  noble: await web(NO_NATIVE_SUPPORT),
};

/** Registers one test for each check and platform. */
export function testOnAll(
  checks: Readonly<Record<string, (platform: TestedPlatform) => Promise<Outcome>>>,
): void {
  for (const [platformName, platform] of Object.entries(PLATFORMS)) {
    for (const [name, check] of Object.entries(checks)) {
      test(`${name}, ${platformName}`, async () => assertRight(await check(platform)));
    }
  }
}

/** Fails with the first wrong cases; a check that ran none fails too. */
export function assertRight(outcome: Outcome): void {
  assert.deepEqual(outcome.wrong.slice(0, 5), []);
  assert.ok(outcome.cases > 0, 'the check ran no case');
}

async function web(native: NativeSupport): Promise<TestedPlatform> {
  return { provider: await webCrypto(native), parts: webXWingParts(native) };
}
