/** Shows an address in the user's browser, where there is a desktop to show it on. */
import { spawn } from 'node:child_process';

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { linux: 'xdg-open', darwin: 'open' };

/** Does nothing on a server, in a pipe, or where no opener is installed: the address was printed. */
export function openInBrowser(address: string, environment: Readonly<Record<string, string | undefined>>): void {
  const opener = OPENERS[process.platform];
  const hasDesktop = process.platform === 'darwin' || Boolean(environment['DISPLAY'] ?? environment['WAYLAND_DISPLAY']);
  if (opener === undefined || !hasDesktop || !process.stdout.isTTY) return;
  spawn(opener, [address], { stdio: 'ignore', detached: true }).on('error', () => undefined).unref();
}
