/**
 * Keys of an office while a device stands open: given to whoever came to it since, and taken once they were given. Until
 * then a newcomer read nothing before the holder of the keys had locked and opened their device again.
 */
import { keyDevices } from '#model/rights.ts';
import type { Session } from '../session.ts';

type Desk = Pick<Session, 'view' | 'ring' | 'now' | 'offices' | 'may' | 'shareOfficeKeys' | 'takeOfficeKeys' | 'keyState'>;

export class KeyFollowing {
  readonly #session: Desk;
  readonly #devices = new Map<string, string>();

  /** @param session whoever comes to an office from now on is given its keys */
  constructor(session: Desk) {
    this.#session = session;
    for (const office of this.#held()) this.#devices.set(office, this.#devicesOf(office));
  }

  /** After the directory has grown. */
  async give(): Promise<void> {
    for (const office of this.#held()) {
      const [before, devices] = [this.#devices.get(office), this.#devicesOf(office)];
      if (before === devices) continue;
      this.#devices.set(office, devices);
      await this.#session.shareOfficeKeys(office);
    }
  }

  /** Where this device lacks keys of an office, those in which it keeps what it writes first of all; who has the others is asked anew with them. */
  async take(): Promise<void> {
    const { view, ring } = this.#session;
    const isLacking = this.#held().some((office) => {
      const key = view.currentKey(office, 'storage', this.#session.now());
      const isWithout = key !== null && ring.officeKey(office, 'storage', key.number) === null;
      return isWithout || this.#session.keyState(office)?.lacking.some(({ device }) => device === ring.contents.device) === true;
    });
    if (isLacking) await this.#session.takeOfficeKeys();
  }

  #held(): string[] {
    return this.#session.offices().filter((office) => this.#session.may('hold the keys', office));
  }

  #devicesOf(office: string): string {
    return keyDevices(this.#session.view, office, this.#session.now()).map(({ device }) => device).join(' ');
  }
}
