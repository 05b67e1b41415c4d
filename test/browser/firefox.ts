/**
 * Drives Debian's Firefox by WebDriver BiDi over a WebSocket: real keys and a real pointer on one page. Playwright's own way
 * to Firefox demands a browser that was changed for it, or a newer one than Debian's. Source: W3C WebDriver BiDi.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../fixtures/until.ts';

interface Answer {
  readonly id?: number;
  readonly type: string;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

export interface FirefoxPage {
  goto(address: string): Promise<void>;
  /** The value of an expression in the page, through JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until the page shows that text. */
  shows(text: string): Promise<void>;
  /** Presses the button of that name, once it stands there. */
  press(name: string): Promise<void>;
  /** Types into the field of that label. */
  type(label: string, text: string): Promise<void>;
  /** A key by its WebDriver value. */
  key(value: string): Promise<void>;
  close(): Promise<void>;
}

export const ENTER = '\uE007';

/** @param profile an empty folder */
export async function openFirefox(program: string, profile: string): Promise<FirefoxPage> {
  const browser = spawn(program, ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', profile], { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  browser.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const address = (): string | undefined => /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
  await until(() => address() !== undefined || browser.exitCode !== null, () => `Firefox listens: ${said}`);
  const socket = new WebSocket(`${address()}/session`);
  await once(socket, 'open');
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  let last = 0;
  const send = async <T>(method: string, params: Readonly<Record<string, unknown>>): Promise<T> => {
    const id = ++last;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
    waiting.delete(id);
    if (answer.type !== 'success') throw new Error(`${method}: ${answer.error}: ${answer.message}`);
    return answer.result as T;
  };
  await send('session.new', { capabilities: {} });
  const { contexts: [tab] } = await send<{ contexts: { context: string }[] }>('browsingContext.getTree', {});
  return pageOf(send, tab!.context, async () => {
    socket.close();
    browser.kill('SIGTERM');
    if (browser.exitCode === null && browser.signalCode === null) await once(browser, 'exit');
  });
}

function pageOf(send: <T>(method: string, params: Readonly<Record<string, unknown>>) => Promise<T>, context: string, close: () => Promise<void>): FirefoxPage {
  const evaluate = async <T>(expression: string): Promise<T> => {
    const answer = await send<{ type: string; result?: { value: string }; exceptionDetails?: { text: string } }>('script.evaluate', {
      expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`, target: { context }, awaitPromise: true,
    });
    if (answer.type !== 'success') throw new Error(`${expression}: ${answer.exceptionDetails?.text}`);
    return JSON.parse(answer.result!.value) as T;
  };
  /** As `evaluate`, asked again while the page goes over to the next: what is evaluated then is ended, or finds no body. */
  const settles = async (expression: string, what: string): Promise<void> => {
    let ended: unknown;
    await until(async () => {
      try { return await evaluate<boolean>(expression); } catch (error) { ended = error; return false; }
    }, () => `${what} (${String(ended ?? 'evaluated each time')})`);
  };
  const keys = (values: readonly string[]): Promise<void> => send('input.performActions', {
    context, actions: [{ type: 'key', id: 'keys', actions: values.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }],
  });
  return {
    evaluate, close,
    goto: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    shows: async (text) => {
      try {
        await settles(`document.body.innerText.includes(${JSON.stringify(text)})`, text);
      } catch (error) {
        throw new Error(`not shown: ${text}; but: ${await evaluate<string>('document.body?.innerText')}`, { cause: error });
      }
    },
    press: async (name) => {
      const place = `(() => {
        const button = [...document.querySelectorAll('button')].find((one) => one.innerText.trim() === ${JSON.stringify(name)} && !one.disabled);
        if (button === undefined) return null;
        button.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = button.getBoundingClientRect();
        return [Math.round(x + width / 2), Math.round(y + height / 2)];
      })()`;
      await settles(`${place} !== null`, `a button ${name}`);
      const [x, y] = (await evaluate<number[]>(place));
      await send('input.performActions', {
        context, actions: [{ type: 'pointer', id: 'pointer', actions: [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }] }],
      });
    },
    type: async (label, text) => {
      const focused = `(() => {
        const field = [...document.querySelectorAll('input')].find((one) => [...(one.labels ?? [])].some((label) => label.innerText.trim() === ${JSON.stringify(label)}));
        field?.focus();
        return field !== undefined && document.activeElement === field;
      })()`;
      await settles(focused, `a field ${label}`);
      await keys([...text]);
      await until(() => evaluate<boolean>(`document.activeElement.value === ${JSON.stringify(text)}`), `${label} has what was typed`);
    },
    key: (value) => keys([value]),
  };
}
