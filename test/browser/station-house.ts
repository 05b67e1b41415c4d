/** One station of a small office with its pages, for tests of the door: real log-ins, and a station that can be stopped. */
import { PagesServer } from '../../src/app/pages/server.ts';
import { testPages } from '../fixtures/pages.ts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { provingContext } from '../scenario/command-line.ts';
import { closeOffice, type SmallOffice, smallOffice } from '../scenario/small-office.ts';
import { launch, newPage } from './house.ts';

export interface StationHouse {
  readonly office: SmallOffice;
  readonly browser: Browser;
  readonly complaints: string[];
  /** By name, since passkeys need one. */
  readonly origin: string;
  /** A page in a browser profile of its own. */
  open(look?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** A station and its pages before no browser yet. */
export interface ServedOffice {
  readonly office: SmallOffice;
  readonly origin: string;
  close(): Promise<void>;
}

export async function servedOffice(): Promise<ServedOffice> {
  const [office, assets] = await Promise.all([smallOffice(provingContext), testPages()]);
  const pages = new PagesServer({
    assets: () => Promise.resolve(assets),
    station: (code) => (code === 'hub' ? { base: `http://127.0.0.1:${office.port}` } : null),
    here: () => ({ kind: 'station', station: 'hub', site: 'Sở chỉ huy', organisation: 'Tỉnh thực hành' }),
  });
  const { port } = new URL(await pages.listen());
  return {
    office, origin: `http://localhost:${port}`,
    close: async () => {
      await pages.close();
      await closeOffice(office);
    },
  };
}

export async function stationHouse(executablePath: string): Promise<StationHouse> {
  const { office, origin, close } = await servedOffice();
  const browser = await launch(executablePath);
  const complaints: string[] = [];
  return {
    office, browser, complaints, origin,
    open: async (look = {}) => {
      const page = await newPage(browser, complaints, look);
      await page.goto(`${origin}/`);
      return page;
    },
    close: async () => {
      await browser.close();
      await close();
    },
  };
}
