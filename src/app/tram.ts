/** The `tram` program: reads the command line, runs one command, ends with its exit code. */
import { runCommandLine, wantsJson } from '#cli/run.ts';
import { localeOf } from '#cli/locale.ts';
import { refusalSentence } from '#core/refusal-words.ts';
import { nodeContext } from './compose-node.ts';
import { terminalOutput, terminalPrompt } from './terminal.ts';

const NODE_MAJOR_MIN = 26;
const EXIT_UNSUITABLE_NODE = 78;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  const sentence = refusalSentence('node-too-old', { version: process.versions.node }, localeOf(process.env));
  process.stderr.write(`node-too-old: ${sentence}\n`);
  process.exit(EXIT_UNSUITABLE_NODE);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: whoever asks twice means it.
  process.once(signal, () => stop.abort());
}
if (process.env['TRAM_STOP_WITH_INPUT'] === '1') {
  // For supervisors: a station ends with whoever started it, also when that one was killed.
  process.stdin.on('end', () => stop.abort()).on('error', () => stop.abort()).resume();
  process.stdin.unref();
}
// `tram … | head` closes the pipe: that is not a fault.
process.stdout.on('error', () => process.exit(0));

const argv = process.argv.slice(2);
const output = terminalOutput(wantsJson(argv));
process.exitCode = await runCommandLine(argv, contextOrDefault(), {
  out: (text) => writeTo(process.stdout, text),
  error: (text) => writeTo(process.stderr, text),
});

function writeTo(stream: NodeJS.WriteStream, text: string): void {
  output.clear();
  stream.write(text);
}

function contextOrDefault(): ReturnType<typeof nodeContext> {
  const outside = { environment: process.env, output, prompt: terminalPrompt, stop: stop.signal };
  try {
    return nodeContext(outside);
  } catch (error) {
    const context = nodeContext({ ...outside, environment: { ...process.env, TRAM_TZ: '' } });
    output.say(String(error));
    return context;
  }
}
