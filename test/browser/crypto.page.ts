/**
 * Runs the vectors of test/vectors in this browser, and opens and makes dossiers, with what the
 * browser has itself or with what stands in for it.
 */
import { webCrypto } from '#platform/web/crypto.ts';
import { webXWingParts } from '#platform/web/crypto-x-wing.ts';
import {
  detectNativeSupport,
  NO_NATIVE_SUPPORT,
  type NativeSupport,
} from '#platform/web/native-support.ts';
import { EMBEDDED_CHECKS, WYCHEPROOF_CHECKS } from '../vectors/checks/all.ts';
import { checkDossier, type Dossier, makeDossier } from '../vectors/checks/interop.ts';
import type { Outcome } from '../vectors/checks/outcome.ts';
import type { WycheproofFile } from '../vectors/checks/wycheproof.ts';

export interface CryptoErrand {
  /** Leaves nothing to the browser that it might lack. */
  readonly withoutNative: boolean;
  /** Wycheproof's files by name; empty where they are not there. */
  readonly wycheproof: Readonly<Record<string, WycheproofFile>>;
  /** Made in Node. */
  readonly dossier: Dossier;
}

export interface CryptoFindings {
  readonly native: NativeSupport;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Made here, for Node to open. */
  readonly dossier: Dossier;
}

export default async function run(errand: CryptoErrand): Promise<CryptoFindings> {
  const native = errand.withoutNative ? NO_NATIVE_SUPPORT : await detectNativeSupport();
  const platform = { provider: await webCrypto(native), parts: webXWingParts(native) };
  const outcomes: Record<string, Outcome> = {
    'dossier made in Node': await checkDossier(platform.provider, errand.dossier),
  };
  for (const [name, check] of Object.entries(EMBEDDED_CHECKS)) {
    outcomes[name] = await check(platform);
  }
  for (const [name, file] of Object.entries(errand.wycheproof)) {
    const check = WYCHEPROOF_CHECKS[name];
    if (check !== undefined) outcomes[name] = await check(platform, file);
  }
  return { native, outcomes, dossier: await makeDossier(platform.provider) };
}
