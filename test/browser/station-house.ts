/** One station of a small office with its pages, for tests of the door: real log-ins, and a station that can be stopped. */
import { readFileSync } from 'node:fs';
import { PagesServer } from '../../src/app/pages/server.ts';
import { testPages } from '../fixtures/pages.ts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { provingContext, tramJson } from '../scenario/command-line.ts';
import { closeOffice, type SmallOffice, smallOffice } from '../scenario/small-office.ts';
import { launch, newPage } from './house.ts';

/** Of a device that `join` makes. */
export const BROWSER_PASSPHRASE = 'sông Mã mùa nước lớn';

export interface StationHouse {
  readonly office: SmallOffice;
  readonly browser: Browser;
  readonly complaints: string[];
  /** By name, since passkeys need one. */
  readonly origin: string;
  /** A page in a browser profile of its own. */
  open(look?: BrowserContextOptions): Promise<Page>;
  /** Somebody new, within the house: their device is made in a browser and admitted by the registrar's command, to a position. */
  join(person: string, name: string, position: string): Promise<Page>;
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
  const open = async (look: BrowserContextOptions = {}): Promise<Page> => {
    const page = await newPage(browser, complaints, look);
    await page.goto(`${origin}/`);
    return page;
  };
  return {
    office, browser, complaints, origin, open,
    join: async (person, name, position) => {
      const page = await open();
      const [type, press] = [(label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text), (label: string) => page.getByRole('button', { name: label }).click()];
      await press('Tạo thiết bị mới');
      for (const [label, text] of [['Mã người', person], ['Họ và tên', name], ['Mật khẩu mới cho thiết bị này', BROWSER_PASSPHRASE], ['Nhập lại mật khẩu', BROWSER_PASSPHRASE]] as const) await type(label, text);
      await press('Tạo khóa');
      const fingerprint = await page.getByLabel('Dấu vân tay').innerText();
      const [file] = await Promise.all([page.waitForEvent('download'), press('Tải tệp xin ghi nhận')]);
      const request = office.file(`${person}.request`, readFileSync(await file.path()));
      await tramJson(['person', 'add', ...office.as('anh'), '--position', position, '--request', request, '--fingerprint', fingerprint]);
      await page.getByRole('navigation', { name: 'Các phòng' }).getByText(name).waitFor();
      return page;
    },
    close: async () => {
      await browser.close();
      await close();
    },
  };
}
