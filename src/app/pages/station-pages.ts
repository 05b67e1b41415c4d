/**
 * A station's own pages: beside its API for whoever works at the machine, and by HTTPS for other machines where the
 * configuration names an address. Calls go to the station's own interface and to no other.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { Configuration } from '#station/kernel/config.ts';
import type { Log } from '#station/kernel/log.ts';
import { HEALTH_PATHS } from '#wire/api/health.ts';
import { rememberedAssets } from './remembered.ts';
import { listenSecurely, readServerCertificate, type SecureListener } from './secure-listener.ts';
import { type Here, type PagesDeps, PagesServer } from './server.ts';

export interface StationPagesOrder {
  readonly data: string;
  readonly configuration: Configuration;
  readonly station: string;
  /** What people call the station. */
  readonly site: () => string | null;
  readonly organisation: () => string;
  /** DER of the organisation's P-256 root; asked when it is needed. */
  readonly root: () => Uint8Array;
  readonly log: Log;
}

export class StationPages {
  readonly #order: StationPagesOrder;
  readonly #deps: Omit<PagesDeps, 'isOurHost' | 'isSecure'>;
  readonly #beside: PagesServer;
  #api = '';
  #elsewhere: string | null = null;

  constructor(order: StationPagesOrder) {
    const { station, log } = order;
    this.#order = order;
    this.#deps = {
      assets: rememberedAssets(),
      here: () => this.#here(),
      station: (code) => (code === station && this.#api !== '' ? { base: this.#api } : null),
      failed: (error) => log.fault('pages-missing', error),
    };
    const folder = path.resolve(order.data);
    this.#beside = new PagesServer({ ...this.#deps, here: () => ({ ...this.#here(), data: folder }) });
  }

  #here(): Here {
    const { station, site, organisation } = this.#order;
    return { kind: 'station', station, site: site(), organisation: organisation(), elsewhere: this.#elsewhere };
  }

  /** For the API's server: takes what is neither a call of the API nor a question of its health. */
  beside(request: IncomingMessage, response: ServerResponse): boolean {
    const target = request.url ?? '';
    const isApis = target.startsWith('/api/') || !target.startsWith('/') || Object.values(HEALTH_PATHS).some((health) => target.split('?')[0] === health);
    if (isApis || !this.#order.configuration.pagesEnabled) return false;
    void this.#beside.answer(request, response);
    return true;
  }

  /**
   * Listens for other machines, where the configuration says so. @param api where the station's interface is
   * @returns null where it does not @throws Refusal `pages-certificate`, `port-in-use`, `address-unusable`
   */
  async listen(api: string): Promise<(SecureListener & { readonly url: string }) | null> {
    this.#api = api;
    const { data, configuration: { pagesEnabled, pagesAddress, pagesPort, pagesCertificate, pagesKey }, organisation, root } = this.#order;
    if (!pagesEnabled || pagesAddress === '') return null;
    const certificate = readServerCertificate(path.resolve(data, pagesCertificate), path.resolve(data, pagesKey));
    const server = new PagesServer({ ...this.#deps, isOurHost: certificate.speaksFor, isSecure: true });
    const listener = await listenSecurely({
      address: pagesAddress, port: pagesPort, certificate, answer: (request, response) => void server.answer(request, response), root: root(), organisation,
    });
    this.#elsewhere = `https://${certificate.name}:${listener.port}/`;
    return { ...listener, url: this.#elsewhere };
  }
}
