/**
 * A person's terminal: lines, progress that replaces itself, secrets typed without echo and other answers with it. Whoever
 * wrote what is shown, only this file moves the cursor.
 */
import { StringDecoder } from 'node:string_decoder';
import type { Output, PassphrasePrompt } from '#cli/context.ts';
import { printable, printableJson } from '#core/printable.ts';
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
      stream.write(`${line.split('\n').map(printable).join('\n')}\n`);
    },
    progress(line) {
      if (isJson || !isTerminal || Date.now() - shownAt < PROGRESS_EVERY_MS) return;
      stream.write(`${ERASE_LINE}${printable(line)}`);
      [shown, shownAt] = [true, Date.now()];
    },
    emit: (value) => void process.stdout.write(`${printableJson(value)}\n`),
  };
}

interface Terminal {
  readonly stdin: Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'resume' | 'pause'> & NodeJS.EventEmitter;
  readonly stderr: Pick<NodeJS.WriteStream, 'write'>;
}

/** Reads from the terminal itself; without one there is nobody to ask. */
export function promptAt(terminal: Terminal): PassphrasePrompt {
  return { ask: (question, answer = 'hidden') => (terminal.stdin.isTTY ? readAnswer(terminal, question, answer) : Promise.resolve(null)) };
}

export const terminalPrompt: PassphrasePrompt = promptAt(process);

function readAnswer({ stdin, stderr }: Terminal, asked: string, answer: 'hidden' | 'shown'): Promise<string | null> {
  const decoder = new StringDecoder('utf8');
  const question = asked.split('\n').map(printable).join('\n');
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    // Its last line anew each time: a letter with its marks may be several characters, and one of them is taken back at a time.
    const last = question.slice(question.lastIndexOf('\n') + 1);
    const echo = (): void => void (answer === 'shown' && stderr.write(`${ERASE_LINE}${last}${typed}`));
    const end = (given: string | null, refusal?: Refusal): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      if (refusal === undefined) resolve(given);
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
      echo();
    };
    stdin.on('data', take);
  });
}
