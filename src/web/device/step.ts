/** What every step before the door is given. */
import type { KeptDevice, OpenedDevice } from './kept-device.ts';

export interface StepProps {
  readonly kept: KeptDevice;
  readonly station: string;
  readonly onOpened: (opened: OpenedDevice) => void;
  readonly onBack: () => void;
}
