/** A real device that stands open in this tab: how to go on with its station, and how to leave nothing behind. */
import type { Clock } from '#core/clock.ts';
import type { KeptDevice, OpenedDevice } from './kept-device.ts';

/** A station that answers is told that the session ended; one that does not must not keep keys in memory. */
const LEAVE_MS_MAX = 1_000;
export const LEFT_KEY = 'tram.left';
/** For which office somebody works in this tab. */
export const OFFICE_KEY = 'tram.office';

/** Why a device was locked: said at the door afterwards. */
export type Leaving = 'button' | 'idle';

export class OwnDevice {
  readonly kept: KeptDevice;
  readonly opened: OpenedDevice;
  /** Why it is being locked. */
  leaving: Leaving = 'button';
  readonly #clock: Clock;

  constructor(kept: KeptDevice, opened: OpenedDevice, clock: Clock) {
    this.kept = kept;
    this.opened = opened;
    this.#clock = clock;
  }

  get isBegun(): boolean {
    return this.opened.session.api.isLoggedIn;
  }

  /** Begins the session again, or for the first time where the station was out of reach. */
  async goOn(): Promise<void> {
    await this.kept.lookAgain(this.opened);
  }

  /**
   * Ends the session, erases the keys, and loads the page anew: whatever it showed goes with its memory. They come back to
   * where they were.
   * @param kept what is awaited, for a moment @param back where they come back to
   */
  leave(kept: Promise<unknown>, back: string): void {
    sessionStorage.setItem(LEFT_KEY, this.leaving);
    const { session } = this.opened;
    session.ring.lock();
    let isGone = false;
    const goAway = (): void => {
      if (isGone) return;
      isGone = true;
      location.replace(back);
    };
    this.#clock.after(LEAVE_MS_MAX, goAway);
    void Promise.allSettled([session.api.logOut(), kept]).then(goAway);
  }
}
