/** What commands ask of the composition root about pages of a distant station. */
import type { PageDifference, PolicyDifference } from '#model/pages-release.ts';

export interface VerifyOrder {
  readonly url: string;
  /** PEM of the one authority to believe; null: the system's. */
  readonly certificate: string | null;
}

export interface DeskOrder extends VerifyOrder {
  /** Hexadecimal, of the organisation that must answer; null for any. */
  readonly founding: string | null;
  /** 0 for any free one; null for the one that belongs to the station, where a browser finds its device again. */
  readonly port: number | null;
}

export interface OpenDesk {
  readonly url: string;
  readonly station: string;
  readonly organisation: string;
  /** Whether a release signed the pages; else they were built from the sources here. */
  readonly isSigned: boolean;
  close(): Promise<void>;
}

export interface PagesVerdict {
  /** Version of the program whose pages were expected. */
  readonly program: string;
  readonly isSigned: boolean;
  readonly files: number;
  readonly differences: readonly (PageDifference | PolicyDifference)[];
}

export interface DistantPages {
  /** @throws Refusal `pages-unsigned`, `pages-differ`, `station-unreachable`, `organisation-unknown`, `address-not-loopback`, `port-in-use` */
  desk(order: DeskOrder): Promise<OpenDesk>;
  /** @throws Refusal `pages-unsigned`, `pages-differ`, `station-unreachable`, `address-not-loopback` */
  verify(order: VerifyOrder): Promise<PagesVerdict>;
}
