/** What one platform seals and signs, every other opens and verifies. */
import { test } from 'node:test';
import { checkDossier, makeDossier } from './checks/interop.ts';
import { assertRight, PLATFORMS } from './platforms.ts';

for (const [makerName, maker] of Object.entries(PLATFORMS)) {
  const dossier = await makeDossier(maker.provider);
  for (const [readerName, reader] of Object.entries(PLATFORMS)) {
    test(`${readerName} opens what ${makerName} made`, async () => {
      assertRight(await checkDossier(reader.provider, dossier));
    });
  }
}
