/** Whether the station is out of reach now, for whatever shows something of it. */
import { createContext, useContext } from 'react';

export const AwayContext = createContext(false);

export function useAway(): boolean {
  return useContext(AwayContext);
}
