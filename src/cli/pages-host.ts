/** What commands ask of the composition root about pages: of a distant station, and of one here that other machines are to open. */
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

export interface OpenPagesOrder {
  readonly data: string;
  /** Null: as it was, or every one of this machine. */
  readonly address: string | null;
  /** Null: as it was. */
  readonly port: number | null;
  /** A certificate and its key that stay where they are; null: those of the station's folder, or as it was. */
  readonly files: { readonly certificate: string; readonly key: string } | null;
  /** PEM for the key in the station's folder, asked for once the rest holds; null where the certificate stands there. */
  readonly chain: (() => Promise<string>) | null;
}

export interface OpenedPages {
  readonly url: string;
  readonly address: string;
  readonly port: number;
  /** When the certificate lapses. */
  readonly until: number;
}

/** Written into a station's configuration, which it reads when it starts. */
export interface PagesOpening {
  /** @throws Refusal whatever a start would refuse, before anything is written but the key of the certificate, which is kept for the next try: `configuration-malformed`, `port-twice`, `port-in-use`, `address-unusable`, `pages-certificate`, `station-standby` */
  open(order: OpenPagesOrder): Promise<OpenedPages>;
  /** @returns whether they were open @throws Refusal `configuration-malformed` */
  close(data: string): Promise<boolean>;
}
