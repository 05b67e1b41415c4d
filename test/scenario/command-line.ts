/** Runs commands as a terminal would, in this process: what they print, how they end, and never a question. */
import { nodeContext } from '../../src/app/compose-node.ts';
import type { CliContext, Input } from '../../src/cli/context.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import type { CryptoProvider } from '../../src/core/crypto.ts';
import { nodeCrypto } from '../../src/platform/node/crypto.ts';
import { loadOpaque } from '../../src/platform/wasm/opaque.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/**
 * As a device is, but for what a passphrase costs: stretching at full cost was three quarters of a scenario's work. A slot
 * names its cost, so programs that a test starts open it all the same. thief.test.ts looks at the full cost.
 */
const QUICK = { memoryKiB: 64, passes: 1 };
export const QUICK_CRYPTO: CryptoProvider = { ...nodeCrypto, slotCost: { ...QUICK, lanes: 1 } };

/** Whatever a runner of tests has there. */
const NOTHING_PIPED: Input = { isPiped: () => false, read: () => new Uint8Array(0) };

/** As if `text` came through a pipe. */
export function piped(context: CliContext, text: string): CliContext {
  return { ...context, input: { isPiped: () => true, read: () => new TextEncoder().encode(text) } };
}

type QuietContext = CliContext & { readonly said: string[] };

export function quietContext(language: 'vi' | 'en' = 'vi', stop = new AbortController().signal): QuietContext {
  return { ...provingContext(language, stop), opaque: () => loadOpaque(QUICK) };
}

/** For devices that also pages or other programs log in with: what a station has registered names no cost, and they have the full one. */
export function provingContext(language: 'vi' | 'en' = 'vi', stop = new AbortController().signal): QuietContext {
  const said: string[] = [];
  const output = { say: (line: string) => void said.push(line), progress() {}, emit: (value: unknown) => void said.push(JSON.stringify(value)) };
  const environment = { TRAM_LANG: language };
  return { ...nodeContext({ environment, output, prompt: { ask: async () => null }, stop }), provider: QUICK_CRYPTO, input: NOTHING_PIPED, said };
}

export async function tram(argv: readonly string[], context: CliContext = quietContext()): Promise<Ran> {
  let [out, error] = ['', ''];
  const code = await runCommandLine(argv, context, { out: (text) => (out += text), error: (text) => (error += text) });
  return { code, out, error };
}

/** The result of a command that must succeed. */
export async function tramJson<T = Record<string, unknown>>(argv: readonly string[], context?: CliContext): Promise<T> {
  const { code, out, error } = await tram([...argv, '--json'], context);
  if (code !== 0) throw new Error(`tram ${argv.slice(0, 3).join(' ')} ended with ${code}: ${out}${error}`);
  return JSON.parse(out) as T;
}
