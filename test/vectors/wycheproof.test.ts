/** C2SP Wycheproof's vectors on every platform. Source: C2SP/wycheproof, testvectors_v1. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { want } from '../wants.ts';
import { WYCHEPROOF_CHECKS } from './checks/all.ts';
import type { WycheproofFile } from './checks/wycheproof.ts';
import { testOnAll } from './platforms.ts';

const folder = await want('shared-vectors', 'Wycheproof');

if (folder !== null) {
  for (const [name, check] of Object.entries(WYCHEPROOF_CHECKS)) {
    const text = readFileSync(path.join(folder, 'wycheproof', name), 'utf8');
    const file = JSON.parse(text) as WycheproofFile;
    testOnAll({ [name]: (platform) => check(platform, file) });
  }
}
