/** A person's terminal: lines, progress that replaces itself, and secrets typed without echo. */
import { StringDecoder } from 'node:string_decoder';
import type { Output, PassphrasePrompt } from '#cli/context.ts';
import { Refusal } from '#core/refusals.ts';

const ERASE_LINE = '\r\u001b[2K';
const PROGRESS_EVERY_MS = 100;

export interface TerminalOutput extends Output {
  /** Takes a line of progress away, before a result or a refusal is written where it stood. */
  clear(): void;
}

/** What a terminal's stream is asked for. */
type Screen = Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): unknown };

/** @param isJson then nothing but results may stand on standard output */
export function terminalOutput(isJson: boolean, stream: Screen = isJson ? process.stderr : process.stdout): TerminalOutput {
  const isTerminal = stream.isTTY === true;
  let [shown, shownAt] = [false, 0];
  const clear = (): void => {
    if (shown) stream.write(ERASE_LINE);
    shown = false;
  };
  return {
    clear,
    say(line) {
      if (isJson) return;
      clear();
      stream.write(`${line}\n`);
    },
    progress(line) {
      if (isJson || !isTerminal || Date.now() - shownAt < PROGRESS_EVERY_MS) return;
      stream.write(`${ERASE_LINE}${line}`);
      [shown, shownAt] = [true, Date.now()];
    },
    emit: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  };
}

/** Reads from the terminal itself, with echo off; without one there is nobody to ask. */
export const terminalPrompt: PassphrasePrompt = {
  ask: (question) => (process.stdin.isTTY === true ? readHidden(question) : Promise.resolve(null)),
};

function readHidden(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  const decoder = new StringDecoder('utf8');
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (answer: string | null, refusal?: Refusal): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      if (refusal === undefined) resolve(answer);
      else reject(refusal);
    };
    const take = (bytes: Buffer): void => {
      for (const character of decoder.write(bytes)) {
        if (character === '\r' || character === '\n') return end(typed);
        if (character === '\u0004') return end(typed === '' ? null : typed);
        if (character === '\u0003') {
          // In raw mode the terminal makes no signal of it.
          end(null, new Refusal('cancelled'));
          return;
        }
        typed = character === '\u007f' || character === '\b' ? [...typed].slice(0, -1).join('') : typed + character;
      }
    };
    stdin.on('data', take);
  });
}
