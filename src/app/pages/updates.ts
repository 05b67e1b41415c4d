/** Keeps the pages on this device through our service worker, and says when a newer version waits. */
import { SERVICE_WORKER } from './headers.ts';

/**
 * @param make an address that the policy of Trusted Types lets through
 * @returns tells of each newer version once it is here whole, with what takes it and loads the page anew; ends by the function that it returns
 */
export function pageUpdates(make: (address: string) => string): (found: (take: () => void) => void) => () => void {
  return (found) => {
    let isWanted = true;
    const worker = 'serviceWorker' in navigator ? navigator.serviceWorker : null;
    const begin = async (): Promise<void> => {
      const registration = await worker!.register(make(SERVICE_WORKER), { scope: '/', updateViaCache: 'none' });
      const look = (): void => {
        const { waiting } = registration;
        // Without a controller it is the first version, which nobody has to be told of.
        if (isWanted && waiting !== null && worker!.controller !== null) found(() => take(worker!, waiting));
      };
      look();
      registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
    };
    // A browser that keeps nothing (a private window) still shows the pages.
    if (worker !== null) begin().catch(() => undefined);
    return () => { isWanted = false; };
  };
}

function take(worker: ServiceWorkerContainer, waiting: ServiceWorker): void {
  worker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage('take', { transfer: [] });
}
