/**
 * Files, a keyring's place and HTTP as parameters: what a client asks of the platform it runs on. Adapters stand in
 * platform/; a page reads files that the user picked, a command reads them from disk.
 */

/** A file to be read, perhaps several times. */
export interface SourceFile {
  /** The bare file name, as the platform spells it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** The bytes from an offset on, in pieces of any size, each good until the next is asked for; each call reads anew. */
  read(fromByte: number): AsyncIterable<Uint8Array>;
}

/** A file being written. Nothing stands under its final name before `commit`. */
export interface FileSink {
  /** Takes the bytes over by copying or writing them; a failure to write may show at the next call. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes it durable and gives it its name. @returns where it stands, for people */
  commit(): Promise<string>;
  /** Removes what was written; harmless after commit. */
  abandon(): Promise<void>;
}

export interface Files {
  /**
   * @param which `alone` for a file that others put there: no link, no second name, and the same one at each reading
   * @throws Refusal `file-missing` where it is not there or is no ordinary file; `file-is-link`, and `file-changed` when read, where it is not `alone`
   */
  open(path: string, which?: 'any' | 'alone'): Promise<SourceFile>;
  /** A new file in the folder that this `Files` writes to; a taken name gets a number. @param name a bare file name */
  create(name: string): Promise<FileSink>;
}

/** Small files that stand whole or not at all, after a power cut too. */
export interface DurableFiles {
  /** For its owner alone; folders that lack are made. */
  write(file: string, content: string | Uint8Array): void;
  /** A name for a larger one until it is whole, which nobody knows before and under which only what is new may be opened. */
  beside(file: string): string;
  /** Whether a file bears such a name, and is not whole. */
  isPassing(name: string): boolean;
  /** A file or a folder, within one file system. */
  move(from: string, to: string): void;
  /** Names in a folder, as they are now. */
  syncFolder(folder: string): void;
}

/** Where one device's sealed keyring stands. */
export interface KeyringStore {
  read(): Promise<Uint8Array | null>;
  /** Durable and atomic: after a crash the old or the new bytes stand there, whole. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Does work while nobody else who keeps this file does theirs, in whatever process or window; absent where there is nobody else.
   * @throws Refusal `keyring-busy` where somebody does not end
   */
  alone?<T>(work: () => Promise<T>): Promise<T>;
}

/** Sealed bytes that a device keeps, by bare names. */
export interface NamedStore {
  read(name: string): Promise<Uint8Array | null>;
  /** Durable when it returns. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  erase(name: string): Promise<void>;
}

/** Files of one sealed index. One that was not finished may be there in part. */
export interface IndexFiles extends NamedStore {
  names(): Promise<string[]>;
  /** Bytes from one place to another; null where there are fewer. */
  readPart(name: string, from: number, to: number): Promise<Uint8Array | null>;
}

/** Sealed bytes of files that are on their way to the station, each in a file of this device's own. */
export interface PartCopies {
  names(): Promise<string[]>;
  /** For one writer at a time; keeps what is there. */
  open(name: string): Promise<OpenCopy>;
  /** By reference; null where there is none. */
  blob(name: string): Promise<Blob | null>;
  erase(name: string): Promise<void>;
  /** How much more this device would keep. */
  roomBytes(): Promise<number>;
}

export interface OpenCopy {
  readonly sizeBytes: number;
  /** Fewer bytes where it ends before. */
  read(from: number, to: number): Promise<Uint8Array>;
  /** Fails where there is no room. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Durable when it returns; what stood beyond is gone. */
  flush(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** A body that a transport may send by reference: never in this thread's memory. */
export interface BlobBody extends AsyncIterable<Uint8Array> {
  readonly blob: Blob;
}

export interface HttpRequest {
  readonly method: string;
  /** From the first slash on, query included. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HttpTransport {
  /** The most bytes that a streamed body may have where it is gathered before it is sent; absent where bodies truly stream. */
  readonly streamBytesMax?: number;
  /** @throws Refusal `station-unreachable` where no answer came, `cancelled` where the signal says so */
  request(request: HttpRequest): Promise<HttpResponse>;
}
