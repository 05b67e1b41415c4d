/**
 * A station's HTTP API, typed. Written by npm run generate from docs/api/openapi.json; it depends on nothing.
 * What needs a device key (sealing, opening, logging in) is not here: see docs/api/README.md.
 */

/** The part of the platform's fetch that is used; hand in `(url, init) => fetch(url, init)`. */
export type Send = (url: string, init: {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}) => Promise<Answer>;

interface Answer {
  readonly status: number;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
  readonly body: { getReader(): { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>; cancel(): Promise<unknown> } } | null;
}

/** A "no" of the station: match on the code, show the detail. */
export class TramRefusal extends Error {
  readonly status: number;
  readonly code: Refusal['code'];
  readonly detail: Refusal['detail'];

  constructor(status: number, { code, detail }: Refusal) {
    super(code);
    this.name = 'TramRefusal';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export interface TramOptions {
  /** Such as http://127.0.0.1:7440 */
  readonly origin: string;
  readonly send: Send;
  /** Of a session; absent for routes that need none. */
  readonly token?: string;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
  readonly session: boolean;
}

export type StationAnswer = {
  station: string;
  site: string;
  organisation: string;
  founding: string;
  incarnation: string;
  version: string;
  now: number;
};

export type OpenapiAnswer = {
  openapi: '3.1.0';
  info: Record<string, unknown>;
  paths: Record<string, unknown>;
};

export type LedgerAnswer = {
  size: number;
  from: number;
  leaves: string;
  entries: {
    index: number;
    bytes: string;
  }[];
};

export type LedgerCheckpointAnswer = {
  note: string | null;
};

export type OperationsAnswer = {
  version: string;
  startedAt: number | null;
  health: {
    ready: boolean;
    reasons: string[];
    disk: {
      level: 'good' | 'low' | 'no-parts' | 'no-dispatches';
      freeBytes: number;
      warnBytes: number;
      partsBytes: number;
      dispatchesBytes: number;
    };
  };
  sessions: number;
  ledger: {
    size: number;
    signed: number;
    signedAt: number | null;
  };
  backup: {
    made: number | null;
    everyMs: number | null;
    rows: number | null;
    failed: {
      at: number;
      code: string;
    } | null;
    verified: {
      at: number;
      asOf: number;
      ok: boolean;
    } | null;
    restored: {
      at: number;
      asOf: number;
      ok: boolean;
    } | null;
    lacks: 'folder' | 'key' | null;
    running: {
      since: number;
      progress: {
        rows: number;
        blobs: number;
        bytes: number;
      } | null;
      isStopping: boolean;
    } | null;
  };
  restored: {
    asOf: number;
    isOpen: boolean;
  } | null;
  jobs: {
    kind: string;
    key: string;
    due: number;
    attempts: number;
    isRunning: boolean;
  }[];
};

export type RunJobBody = {
  kind: string;
  key: string;
};

export type ExaminationAnswer = {
  running: {
    since: number;
    progress: {
      rows: number;
      blobs: number;
      bytes: number;
    } | null;
    isStopping: boolean;
  } | null;
  last: {
    at: number;
    ok: boolean;
    checked: string[];
    findings: ({
      check: string;
      finding: string;
      level: 'warn' | 'fault';
      detail: Record<string, string | number>;
    })[];
  } | null;
};

export type StationLogAnswer = {
  lines: ({
    index: number;
    time: number;
    level: 'info' | 'warn' | 'fault';
    what: string;
    fields: Record<string, string | number | string[]>;
  })[];
  next: number;
};

export type BeginChoreBody = {
  chore: 'backup' | 'doctor';
};

export type ChallengeAnswer = {
  challenge: string;
  station: string;
  expires: number;
};

export type LogInBody = {
  device: string;
  challenge: string;
  signature: string;
  keyringRevision: number;
};

export type LogInAnswer = {
  token: string;
  expires: number;
  person: string;
  keyringRevision: number;
  copyRevision: number;
};

export type OpaqueStartBody = {
  device: string;
  challenge: string;
  proof: string;
  request: string;
};

export type OpaqueStartAnswer = {
  log: string;
  response: string;
};

export type OpaqueFinishBody = {
  log: string;
  finish: string;
};

export type OpaqueFinishAnswer = {
  token: string;
  expires: number;
  person: string;
  keyringRevision: number;
  copyRevision: number;
  device: string;
  file: string;
};

export type PutRingBody = {
  revision: number;
  file: string;
  gate: string;
  signature: string;
  record?: string;
};

export type PutRingAnswer = {
  revision: number;
  opaque: boolean;
};

export type RegisterOpaqueBody = {
  request: string;
};

export type RegisterOpaqueAnswer = {
  response: string;
};

export type RingByCardBody = {
  card: string;
  challenge: string;
  proof: string;
  after?: string;
};

export type RingByCardAnswer = {
  device: string;
  person: string;
  file: string;
  leastRevision: number;
};

export type DirectoryAnswer = {
  size: number;
  entries: string[];
  checkpoint: string;
};

export type ProposeBody = {
  entries: string[];
  givenBack?: boolean;
  checkpoint?: string;
};

export type ProposeAnswer = {
  outcome: 'sequenced' | 'sent';
  size: number;
};

export type PendingAnswer = {
  proposals: {
    proposal: string;
    person: string;
    created: number;
    expires: number;
    entries: string[];
    asked?: string;
  }[];
  withdrawn: {
    proposal: string;
    person: string;
    created: number;
    by: string;
    at: number;
    why?: string;
    statements: string[];
  }[];
};

export type PutPendingBody = {
  entries: string[];
  asked?: string;
};

export type PutPendingAnswer = {
  proposal: string;
  expires: number;
};

export type LeaveRequestBody = {
  request: string;
};

export type LeaveRequestAnswer = {
  expires: number;
  vouched: boolean;
};

export type LeftRequestAnswer = {
  request: string;
  expires: number;
};

export type VouchRequestBody = {
  voucher: string;
};

export type VouchRequestAnswer = {
  expires: number;
  stations: string[];
};

export type VouchedRequestsAnswer = {
  requests: {
    code: string;
    voucher: string;
    expires: number;
  }[];
  more?: number;
};

export type DropRequestBody = {
  takenBack: string;
};

export type DropRequestAnswer = {
  unheard: string[];
};

export type PeersAnswer = {
  peers: ({
    peer: string;
    organisation: string;
    size: number | null;
  })[];
};

export type PutDisclosureBody = {
  disclosure: string;
};

export type PutDisclosureAnswer = {
  size: number;
  root: string;
};

export type WrapsAnswer = {
  office: string;
  wraps: string[];
};

export type PutWrapsBody = {
  wraps: string[];
};

export type EscrowAnswer = {
  office: string;
  shares: string[];
  releases: string[];
  deposited: {
    number: number;
    custodians: string[];
  }[];
  rehearsed: number | null;
};

export type PutEscrowSharesBody = {
  shares: string[];
};

export type PutEscrowReleasesBody = {
  releases: string[];
};

export type TellEscrowBody = {
  use: 'recovery' | 'rehearsal';
  numbers: number[];
};

export type OfficeKeysAnswer = {
  office: string;
  lacking: ({
    device: string;
    purpose: 'transport' | 'storage';
    number: number;
  })[];
  destroyed: {
    number: number;
    time: number;
  }[];
  graceMs: number;
};

export type DestroyKeyBody = {
  number: number;
};

export type LinksAnswer = {
  links: ({
    peer: string;
    state: 'up' | 'down' | 'stopped';
    queued: {
      routine: number;
      priority: number;
      immediate: number;
      flash: number;
    };
    oldestQueued: number | null;
    lastSent: number;
    lastReceived: number;
    lastMet: number | null;
    shownRefused?: {
      code: string;
      at: number;
    };
    retry?: {
      code: string;
      times: number;
      at: number;
    };
    triesAgain?: number;
    noRoomSince?: number;
    missing?: {
      first: number;
      last: number;
      count: number;
    };
    incarnation?: string | null;
  })[];
  stranded?: {
    station: string;
    held: {
      routine: number;
      priority: number;
      immediate: number;
      flash: number;
    };
    since: number;
  }[];
  disk?: {
    level: 'good' | 'low' | 'no-parts' | 'no-dispatches';
    freeBytes: number;
  };
};

export type BundlesAnswer = {
  written: ({
    bundle: string;
    peer: string;
    state: 'writing' | 'failed' | 'under-way' | 'missing' | 'done' | 'withdrawn';
    reason?: string;
    number: number | null;
    written: number | null;
    items: number;
    waiting: number;
    withdrawn: number;
    requeued: number;
    notes: number | null;
    repeated: number[] | null;
    leftOut: {
      underWay: number;
      bundles: number[];
      precedence: number;
      tooLarge: number;
      ids: string[];
      full: number;
    } | null;
    bytes: number;
    first: number | null;
    last: number | null;
    volumes: number[];
  })[];
  lacking: ({
    peer: string;
    number: number;
    written: number | null;
    volumes: number | null;
    lacking: number[];
  })[];
};

export type WriteBundleBody = {
  peer: string;
  precedences?: ('routine' | 'priority' | 'immediate' | 'flash')[];
  volumeBytes?: number;
  bytesMax?: number;
  again?: boolean;
};

export type WriteBundleAnswer = {
  bundle: string;
  peer: string;
  state: 'writing' | 'failed' | 'under-way' | 'missing' | 'done' | 'withdrawn';
  reason?: string;
  number: number | null;
  written: number | null;
  items: number;
  waiting: number;
  withdrawn: number;
  requeued: number;
  notes: number | null;
  repeated: number[] | null;
  leftOut: {
    underWay: number;
    bundles: number[];
    precedence: number;
    tooLarge: number;
    ids: string[];
    full: number;
  } | null;
  bytes: number;
  first: number | null;
  last: number | null;
  volumes: number[];
};

export type ReadBundleAnswer = {
  reading: string;
  bundle: string;
  peer: string;
  number: number;
  volume: number;
  volumes: number;
  written: number;
  bytes: number;
  offset: number;
  wasRead: boolean;
};

export type EndReadingAnswer = {
  isRead: boolean;
  wasRead: boolean;
  taken: number;
  held: number;
  refused: number;
  where: {
    here: {
      count: number;
      flash: number;
    };
    onward: {
      peer: string;
      count: number;
      flash: number;
    }[];
  };
  notes: number;
  unfinished: number;
  goesOn: boolean;
  continues: number | null;
  settled: number;
  damaged: number[];
  codes: string[];
  lacking: number[];
};

export type DraftsAnswer = {
  drafts: ({
    draft: string;
    office: string;
    step: 'saved' | 'approved' | 'signed' | 'returned' | 'numbered' | 'sent' | 'discarded';
    version: number;
    changed: number;
    sealed: string | null;
    number: {
      series: string;
      number: number;
    } | null;
    dispatch: string | null;
  })[];
};

export type DraftAnswer = {
  draft: string;
  office: string;
  step: 'saved' | 'approved' | 'signed' | 'returned' | 'numbered' | 'sent' | 'discarded';
  version: number;
  changed: number;
  sealed: string | null;
  number: {
    series: string;
    number: number;
  } | null;
  dispatch: string | null;
};

export type PutDraftBody = {
  office: string;
  step: 'saved' | 'approved' | 'signed' | 'returned';
  replaces: number;
  sealed: string;
  parts: string[];
};

export type DeclarePartBody = {
  root: string;
  chunks: number;
  size: number;
  leaves?: string;
  office: string;
};

export type DeclarePartAnswer = {
  root: string;
  held: number;
  size: number;
  complete: boolean;
};

export type NumberBody = {
  draft: string;
  series: string;
};

export type NumberAnswer = {
  number: {
    series: string;
    number: number;
  };
  time: number;
};

export type NumbersBody = {
  office: string;
  series: string;
  count: number;
};

export type NumbersAnswer = {
  first: {
    series: string;
    number: number;
  };
  count: number;
  time: number;
};

export type SubmitBody = {
  draft: string | null;
  office: string;
  number: {
    series: string;
    number: number;
  };
  submission: string;
};

export type SubmitAnswer = {
  dispatch: string;
  accepted: number;
  ledger: number;
};

export type SubmitManyBody = {
  submissions: ({
    draft: string | null;
    office: string;
    number: {
      series: string;
      number: number;
    };
    submission: string;
  })[];
};

export type SubmitManyAnswer = {
  results: ({
    dispatch: string;
    accepted: number;
    ledger: number;
  } | {
    code: string;
    detail: Record<string, unknown>;
  })[];
};

export type UnreadableAnswer = {
  office: string;
  dispatches: {
    dispatch: string;
    sealing: number;
    offices: string[];
  }[];
};

export type ResealBody = {
  office: string;
  resealing: string;
};

export type ResealAnswer = {
  dispatch: string;
  sealing: number;
  accepted: number;
};

export type EnvelopesBody = {
  office: string;
  dispatches: string[];
};

export type EnvelopesAnswer = {
  envelopes: (string | {
    code: string;
    detail: Record<string, unknown>;
  })[];
};

export type IncomingNumberBody = {
  office: string;
  series: string;
};

export type IncomingNumbersBody = {
  office: string;
  series: string;
  dispatches: string[];
};

export type IncomingNumbersAnswer = {
  numbers: {
    number: {
      series: string;
      number: number;
    };
    time: number;
  }[];
};

export type ArrivalsAnswer = {
  office: string;
  arrivals: {
    dispatch: string;
    header: string;
    stanza: string;
  }[];
};

export type RewrapBody = {
  stanzas: {
    dispatch: string;
    stanza: string;
  }[];
};

export type PutReceiptsBody = {
  receipts: string[];
  own?: string[];
};

export type PutReceiptsAnswer = {
  taken: number;
};

export type DownloadsAnswer = {
  dispatch: string;
  office: string;
  downloads: ({
    index: number;
    at: number;
    part: string;
    person: string | null;
    device: string | null;
  })[];
};

export type RecordDownloadsBody = {
  office: string;
  roots: string[];
};

export type TraceAnswer = {
  related?: {
    header: string;
    sealing: string;
  }[];
  dispatch: string;
  header: string;
  sealing: string;
  accepted: number | null;
  resealed?: {
    office: string;
    sealing: number;
  }[];
  receipts: string[];
  taken?: (number | null)[];
  own?: {
    receipt: string;
    note: string;
  }[];
  queued: ({
    peer: string;
    since: number;
    state: 'waiting' | 'offered' | 'sending' | 'no-room';
    sent: number;
    bundle?: {
      number: number;
      written: number;
      state: 'under-way' | 'missing';
    };
  })[];
  asked?: {
    times: number;
    at: number;
  };
};

export type RegisterAnswer = {
  lines: ({
    dispatch: string;
    direction: 'out' | 'in';
    office: string;
    from: string;
    number: {
      series: string;
      number: number;
    } | null;
    time: number;
    role: 'action' | 'info' | null;
    precedence: 'routine' | 'priority' | 'immediate' | 'flash';
    exercise: boolean;
    deliverBy: number | null;
    replyBy: number | null;
    expires: number | null;
    reference: string | null;
    relation?: 'corrects' | 'replaces' | 'cancels' | 'recalls' | 'chases' | 'misrouted';
    state: string;
    suspected?: boolean;
    told?: true;
    inSteadOf?: string[];
    parts: number;
    bytes: number;
  })[];
  next: number | null;
  leftOut?: {
    series: string;
    first: number;
    last: number;
    time: number;
    restored: boolean;
  }[];
};

export type ExposedAnswer = {
  office: string;
  dispatches: ({
    dispatch: string;
    from: string;
    number: {
      series: string;
      number: number;
    } | null;
    time: number;
    keys: ({
      office: string;
      purpose: 'transport' | 'storage';
      number: number;
    })[];
  })[];
  next: number | null;
};

/** Anything that is not the answer. A code is forever; the detail has short values that are safe to show. */
export type Refusal = {
  code: 'agreement-missing' | 'alternate-ended' | 'backup-folder-unset' | 'backup-recipient-missing' | 'body-too-large' | 'bundle-busy' | 'bundle-forged' | 'bundle-incarnation' | 'bundle-malformed' | 'bundle-not-for-us' | 'bundle-superseded' | 'bundle-unknown' | 'cbor-malformed' | 'chores-unattended' | 'date-out-of-range' | 'device-ended' | 'device-unknown' | 'directory-entry-refused' | 'directory-inconsistent' | 'directory-rolled-back' | 'directory-signature-wrong' | 'directory-unheard' | 'disk-full' | 'dispatch-expired' | 'dispatch-replayed' | 'dispatch-unknown' | 'draft-changed' | 'draft-closed' | 'draft-unknown' | 'escrow-changed' | 'escrow-missing' | 'file-too-large' | 'header-differs' | 'header-forged' | 'internal' | 'key-in-use' | 'key-missing' | 'keyring-malformed' | 'keyring-rolled-back' | 'name-taken' | 'no-route' | 'not-entitled' | 'not-sequencer' | 'office-quota' | 'office-unknown' | 'offset-differs' | 'opened-before' | 'organisation-unknown' | 'own-entries-full' | 'part-forged' | 'part-incomplete' | 'part-unknown' | 'peer-behind' | 'peer-beyond' | 'peer-own' | 'peer-unknown' | 'person-name-differs' | 'person-unknown' | 'precedence-not-permitted' | 'proof-wrong' | 'proposal-unknown' | 'proposals-full' | 'receipt-forged' | 'recipient-key-missing' | 'registrar-required' | 'request-malformed' | 'request-stale' | 'request-turned-down' | 'request-unknown' | 'requests-full' | 'same-person-twice' | 'sealing-out-of-order' | 'sealings-exhausted' | 'session-expired' | 'session-missing' | 'signature-wrong' | 'station-unknown' | 'step-out-of-order' | 'stopping' | 'store-failed' | 'suite-refused' | 'taking-back-wrong' | 'too-many-attempts' | 'too-many-streams' | 'voucher-wrong';
  detail: Record<string, string | number>;
};

export type LiveEvent = {
  index: number;
  kind: 'draft-step' | 'number-issued' | 'number-void' | 'accepted' | 'arrived' | 'expired' | 'number-in' | 'receipt' | 're-sealed' | 'redelivered' | 'downloaded' | 'directory-grown';
  time: number;
  office?: string;
  dispatch?: string;
  draft?: string;
  number?: {
    series: string;
    number: number;
  };
  step?: string;
  receipt?: 'custody' | 'arrived' | 'opened' | 'handed-over' | 'acted' | 'expired' | 'dropped' | 'unreadable';
  sealing?: number;
  station?: string;
  size?: number;
} | {
  kind: 'link';
  peer: string;
  state: 'up' | 'down' | 'stopped';
} | {
  kind: 'requests';
  waiting: number;
} | {
  kind: 'proposals';
  waiting: number;
} | {
  kind: 'position';
  index: number;
} | {
  kind: 'end';
  code: 'session-expired' | 'stopping';
};

/** One method a route; what each refuses stands in docs/api/openapi.json. */
export class Tram {
  readonly #options: TramOptions;

  constructor(options: TramOptions) {
    this.#options = options;
  }

  /** Which station this is, and its time. Who may: Anybody; no session. */
  station(call: { signal?: AbortSignal } = {}): Promise<StationAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/station', signal: call.signal, session: false });
  }

  /** This document. Who may: Anybody; no session. */
  openapi(call: { signal?: AbortSignal } = {}): Promise<OpenapiAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/openapi.json', signal: call.signal, session: false });
  }

  /** What happens at the offices of the session, as server-sent events: ids only, never content. Who may: Any session; each event is judged by the right that reads what it names, at the time it is given out. */
  events(call: { after?: number; lastEventId?: number; signal?: AbortSignal } = {}): AsyncGenerator<LiveEvent> {
    return this.#events({ method: 'GET', path: '/api/1/events', query: { after: call.after }, headers: { 'last-event-id': call.lastEventId }, signal: call.signal, session: true });
  }

  /** Leaves of the station's ledger from an index on, and of its entries those that the session may hear of. Who may: Any session; each entry is judged as its event is. */
  ledger(call: { from?: number; signal?: AbortSignal } = {}): Promise<LedgerAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/ledger', query: { from: call.from }, signal: call.signal, session: true });
  }

  /** The newest checkpoint of the ledger, with its cosignatures. Who may: Any session. */
  ledgerCheckpoint(call: { signal?: AbortSignal } = {}): Promise<LedgerCheckpointAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/ledger/checkpoint', signal: call.signal, session: true });
  }

  /** How the station stands and what it has to do. Who may: A registrar. */
  operations(call: { signal?: AbortSignal } = {}): Promise<OperationsAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/operations', signal: call.signal, session: true });
  }

  /** Makes a job due at once. Who may: A registrar. */
  async runJob(call: { body: RunJobBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: '/api/1/operations/jobs', json: call.body, signal: call.signal, session: true });
  }

  /** What the doctor last said of the station, and whether it looks now. Who may: A registrar. */
  examination(call: { signal?: AbortSignal } = {}): Promise<ExaminationAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/operations/doctor', signal: call.signal, session: true });
  }

  /** Newest lines of the station's log, after one of them: codes and numbers of a closed list. Who may: A registrar. */
  stationLog(call: { line?: number; signal?: AbortSignal } = {}): Promise<StationLogAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/operations/log', query: { line: call.line }, signal: call.signal, session: true });
  }

  /** Begins a backup or a look of the doctor on the station's machine; one that is under way goes on. Who may: A registrar. */
  async beginChore(call: { body: BeginChoreBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: '/api/1/operations/chores', json: call.body, signal: call.signal, session: true });
  }

  /** Ends such work, and answers when it has stopped. Who may: A registrar. */
  async cancelChore(call: { chore: string; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'DELETE', path: `/api/1/operations/chores/${encodeURIComponent(call.chore)}`, signal: call.signal, session: true });
  }

  /** 32 unpredictable bytes to sign, good once. Who may: Anybody; no session. */
  challenge(call: { signal?: AbortSignal } = {}): Promise<ChallengeAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/session/challenge', signal: call.signal, session: false });
  }

  /** Proves a device with both of its keys and gives a token. Who may: A device in force that signs the challenge. */
  logIn(call: { body: LogInBody; signal?: AbortSignal }): Promise<LogInAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/session', json: call.body, signal: call.signal, session: false });
  }

  /** Ends the session of the token. Who may: Its own. */
  async logOut(call: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#send({ method: 'DELETE', path: '/api/1/session', signal: call.signal, session: true });
  }

  /** Begins a log-in by passphrase (OPAQUE). Who may: Who proves the device's gate. */
  opaqueStart(call: { body: OpaqueStartBody; signal?: AbortSignal }): Promise<OpaqueStartAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/session/opaque', json: call.body, signal: call.signal, session: false });
  }

  /** Ends a log-in by passphrase, and gives the sealed keyring. Who may: Who proves the device's gate, then the passphrase. */
  opaqueFinish(call: { body: OpaqueFinishBody; signal?: AbortSignal }): Promise<OpaqueFinishAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/session/opaque/finish', json: call.body, signal: call.signal, session: false });
  }

  /** The sealed copy of the device's keyring. Who may: Any session, for the own device, whose keys sign the copy. */
  putRing(call: { body: PutRingBody; signal?: AbortSignal }): Promise<PutRingAnswer> {
    return this.#json({ method: 'PUT', path: '/api/1/keyring', json: call.body, signal: call.signal, session: true });
  }

  /** Enrols a passphrase (OPAQUE). Who may: Any session, for the own device. */
  registerOpaque(call: { body: RegisterOpaqueBody; signal?: AbortSignal }): Promise<RegisterOpaqueAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/keyring/opaque', json: call.body, signal: call.signal, session: true });
  }

  /** The sealed keyring, for who holds the recovery card. Who may: Who proves the card's gate. */
  ringByCard(call: { body: RingByCardBody; signal?: AbortSignal }): Promise<RingByCardAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/keyring/card', json: call.body, signal: call.signal, session: false });
  }

  /** Entries of the directory log from an index on, and the newest checkpoint. Who may: Anybody; no session. */
  directory(call: { from?: number; signal?: AbortSignal } = {}): Promise<DirectoryAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/directory', query: { from: call.from }, signal: call.signal, session: false });
  }

  /** Hands in signed entries. Who may: Any session: an entry is judged by who signed it; what is given back, by the checkpoint that covers it. */
  propose(call: { body: ProposeBody; signal?: AbortSignal }): Promise<ProposeAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/directory', json: call.body, signal: call.signal, session: true });
  }

  /** Entries that wait for another registrar's signature. Who may: A registrar. */
  pending(call: { signal?: AbortSignal } = {}): Promise<PendingAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/directory/pending', signal: call.signal, session: true });
  }

  /** Leaves entries for another registrar to sign. Who may: A registrar. */
  putPending(call: { body: PutPendingBody; signal?: AbortSignal }): Promise<PutPendingAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/directory/pending', json: call.body, signal: call.signal, session: true });
  }

  /** Withdraws entries that wait. Who may: A registrar. */
  async dropPending(call: { proposal: string; why?: string; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'DELETE', path: `/api/1/directory/pending/${encodeURIComponent(call.proposal)}`, query: { why: call.why }, signal: call.signal, session: true });
  }

  /** Leaves the request of a person's new device. Who may: Anybody, with a request whose keys sign it; of the budget of the person whom it names. */
  leaveRequest(call: { body: LeaveRequestBody; signal?: AbortSignal }): Promise<LeaveRequestAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/device-requests', json: call.body, signal: call.signal, session: false });
  }

  /** Codes of requests that are vouched for and wait for a registrar. Who may: A registrar. */
  vouchedRequests(call: { signal?: AbortSignal } = {}): Promise<VouchedRequestsAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/device-requests', signal: call.signal, session: true });
  }

  /** A request that was left, with its voucher once it has one. Who may: Who has its code. */
  leftRequest(call: { code: string; signal?: AbortSignal }): Promise<LeftRequestAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/device-requests/${encodeURIComponent(call.code)}`, signal: call.signal, session: false });
  }

  /** Vouches for a request. Who may: A device in force of the person whom it names. */
  vouchRequest(call: { code: string; body: VouchRequestBody; signal?: AbortSignal }): Promise<VouchRequestAnswer> {
    return this.#json({ method: 'PUT', path: `/api/1/device-requests/${encodeURIComponent(call.code)}/voucher`, json: call.body, signal: call.signal, session: true });
  }

  /** Turns a request down, for good once it was vouched for. Who may: A registrar, or the person whom it names. */
  dropRequest(call: { code: string; body: DropRequestBody; signal?: AbortSignal }): Promise<DropRequestAnswer> {
    return this.#json({ method: 'PUT', path: `/api/1/device-requests/${encodeURIComponent(call.code)}/taking-back`, json: call.body, signal: call.signal, session: true });
  }

  /** Organisations with which there is or was an agreement, and how much each shows of its directory. Who may: Any session. */
  peers(call: { signal?: AbortSignal } = {}): Promise<PeersAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/peers', signal: call.signal, session: true });
  }

  /** What a peer shows of its directory, with the steps by which its log grew. Who may: Any session: everything in it is signed and proved. */
  peerDirectory(call: { peer: string; signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes({ method: 'GET', path: `/api/1/peers/${encodeURIComponent(call.peer)}/directory`, signal: call.signal, session: true });
  }

  /** Hands in what a peer shows of its directory. Who may: A registrar. */
  putDisclosure(call: { peer: string; body: PutDisclosureBody; signal?: AbortSignal }): Promise<PutDisclosureAnswer> {
    return this.#json({ method: 'POST', path: `/api/1/peers/${encodeURIComponent(call.peer)}/directory`, json: call.body, signal: call.signal, session: true });
  }

  /** Office keys that were wrapped for the own device. Who may: Who has a right that needs the office's keys. */
  wraps(call: { office: string; signal?: AbortSignal }): Promise<WrapsAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/wraps`, signal: call.signal, session: true });
  }

  /** Office keys wrapped for other devices. Who may: The same; replacing one needs the right keys. */
  async putWraps(call: { office: string; body: PutWrapsBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/offices/${encodeURIComponent(call.office)}/wraps`, json: call.body, signal: call.signal, session: true });
  }

  /** What lies in escrow for the own device. Who may: A custodian, or who may hold the office's keys. */
  escrow(call: { office: string; signal?: AbortSignal }): Promise<EscrowAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/escrow`, signal: call.signal, session: true });
  }

  /** Shares of storage keys, sealed to custodians. Who may: The right keys. */
  async putEscrowShares(call: { office: string; body: PutEscrowSharesBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/offices/${encodeURIComponent(call.office)}/escrow/shares`, json: call.body, signal: call.signal, session: true });
  }

  /** Shares given out to a device. Who may: A custodian, in the own name. */
  async putEscrowReleases(call: { office: string; body: PutEscrowReleasesBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/offices/${encodeURIComponent(call.office)}/escrow/releases`, json: call.body, signal: call.signal, session: true });
  }

  /** What came of shares given out. Who may: Who may hold the office's keys. */
  async tellEscrow(call: { office: string; body: TellEscrowBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/offices/${encodeURIComponent(call.office)}/escrow/outcomes`, json: call.body, signal: call.signal, session: true });
  }

  /** How the keys of an office stand. Who may: Who has a right that needs the office's keys; a registrar. */
  officeKeys(call: { office: string; signal?: AbortSignal }): Promise<OfficeKeysAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/keys`, signal: call.signal, session: true });
  }

  /** Says that a transport key was destroyed. Who may: The right keys. */
  async destroyKey(call: { office: string; body: DestroyKeyBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/offices/${encodeURIComponent(call.office)}/keys/destroyed`, json: call.body, signal: call.signal, session: true });
  }

  /** How the links to the neighbours stand. Who may: Any session. */
  links(call: { signal?: AbortSignal } = {}): Promise<LinksAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/links', signal: call.signal, session: true });
  }

  /** Couriers' bundles that this station wrote, and what is missing of what it reads. Who may: dispatch or receive in an office of this station; a registrar. */
  bundles(call: { signal?: AbortSignal } = {}): Promise<BundlesAnswer> {
    return this.#json({ method: 'GET', path: '/api/1/bundles', signal: call.signal, session: true });
  }

  /** Begins to write a bundle for a neighbour. Who may: dispatch or receive in an office of this station; a registrar. */
  writeBundle(call: { body: WriteBundleBody; signal?: AbortSignal }): Promise<WriteBundleAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/bundles', json: call.body, signal: call.signal, session: true });
  }

  /** How far a bundle is, and what of it is without custody. Who may: dispatch or receive in an office of this station; a registrar. */
  bundle(call: { bundle: string; signal?: AbortSignal }): Promise<WriteBundleAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/bundles/${encodeURIComponent(call.bundle)}`, signal: call.signal, session: true });
  }

  /** Drops the volumes of a bundle at the station. Who may: dispatch or receive in an office of this station; a registrar. */
  async dropBundle(call: { bundle: string; why?: string; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'DELETE', path: `/api/1/bundles/${encodeURIComponent(call.bundle)}`, query: { why: call.why }, signal: call.signal, session: true });
  }

  /** A volume of a bundle, from an offset on. Who may: dispatch or receive in an office of this station; a registrar. */
  bundleVolume(call: { bundle: string; volume: string; offset?: number; signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes({ method: 'GET', path: `/api/1/bundles/${encodeURIComponent(call.bundle)}/volumes/${encodeURIComponent(call.volume)}`, query: { offset: call.offset }, signal: call.signal, session: true });
  }

  /** Begins to read a volume of a neighbour's bundle. Who may: dispatch or receive in an office of this station; a registrar. */
  readBundle(call: { body: Uint8Array<ArrayBuffer>; signal?: AbortSignal }): Promise<ReadBundleAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/bundles/readings', bytes: call.body, signal: call.signal, session: true });
  }

  /** The next bytes of a volume. Who may: dispatch or receive in an office of this station; a registrar. */
  feedBundle(call: { reading: string; offset?: number; body: Uint8Array<ArrayBuffer>; signal?: AbortSignal }): Promise<ReadBundleAnswer> {
    return this.#json({ method: 'PATCH', path: `/api/1/bundles/readings/${encodeURIComponent(call.reading)}`, query: { offset: call.offset }, bytes: call.body, signal: call.signal, session: true });
  }

  /** Ends a reading and says what came of it. Who may: dispatch or receive in an office of this station; a registrar. */
  endReading(call: { reading: string; signal?: AbortSignal }): Promise<EndReadingAnswer> {
    return this.#json({ method: 'POST', path: `/api/1/bundles/readings/${encodeURIComponent(call.reading)}/end`, signal: call.signal, session: true });
  }

  /** Drafts of an office, without their sealed bytes. Who may: Any of the office: draft, approve, sign or dispatch. */
  drafts(call: { office: string; signal?: AbortSignal }): Promise<DraftsAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/drafts`, signal: call.signal, session: true });
  }

  /** One draft, sealed for its office. Who may: Any of the office: draft, approve, sign or dispatch. */
  draft(call: { draft: string; signal?: AbortSignal }): Promise<DraftAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/drafts/${encodeURIComponent(call.draft)}`, signal: call.signal, session: true });
  }

  /** Saves a version of a draft under an id that the device chose. Who may: draft, approve or sign, by the step. */
  putDraft(call: { draft: string; body: PutDraftBody; signal?: AbortSignal }): Promise<DraftAnswer> {
    return this.#json({ method: 'PUT', path: `/api/1/drafts/${encodeURIComponent(call.draft)}`, json: call.body, signal: call.signal, session: true });
  }

  /** Discards a draft; its number becomes void. Who may: draft, sign or dispatch. */
  discardDraft(call: { draft: string; signal?: AbortSignal }): Promise<DraftAnswer> {
    return this.#json({ method: 'DELETE', path: `/api/1/drafts/${encodeURIComponent(call.draft)}`, signal: call.signal, session: true });
  }

  /** Declares a sealed part, and says what is held of it. Who may: Any of the office: draft, approve, sign or dispatch. */
  declarePart(call: { body: DeclarePartBody; signal?: AbortSignal }): Promise<DeclarePartAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/parts', json: call.body, signal: call.signal, session: true });
  }

  /** What is held of a part. Who may: Any of the uploading office. */
  part(call: { root: string; signal?: AbortSignal }): Promise<DeclarePartAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/parts/${encodeURIComponent(call.root)}`, signal: call.signal, session: true });
  }

  /** Appends sealed chunks from the offset that is held. Who may: Any of the uploading office. */
  appendPart(call: { root: string; offset?: number; body: Uint8Array<ArrayBuffer>; signal?: AbortSignal }): Promise<DeclarePartAnswer> {
    return this.#json({ method: 'PATCH', path: `/api/1/parts/${encodeURIComponent(call.root)}`, query: { offset: call.offset }, bytes: call.body, signal: call.signal, session: true });
  }

  /** Drops what is held of a part that no draft or dispatch names. Who may: Any of the uploading office. */
  async dropPart(call: { root: string; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'DELETE', path: `/api/1/parts/${encodeURIComponent(call.root)}`, signal: call.signal, session: true });
  }

  /** Sealed bytes of a part from an offset on. Who may: Any of an office that drafts or sent it; receive or hand-over of one that received it. */
  partBytes(call: { root: string; offset?: number; signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes({ method: 'GET', path: `/api/1/parts/${encodeURIComponent(call.root)}/bytes`, query: { offset: call.offset }, signal: call.signal, session: true });
  }

  /** Leaf hashes of a part, 32 bytes a chunk. Who may: As its bytes. */
  partLeaves(call: { root: string; signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes({ method: 'GET', path: `/api/1/parts/${encodeURIComponent(call.root)}/leaves`, signal: call.signal, session: true });
  }

  /** The number of a signed draft; the same on asking again. Who may: dispatch */
  number(call: { body: NumberBody; signal?: AbortSignal }): Promise<NumberAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/numbers', json: call.body, signal: call.signal, session: true });
  }

  /** Consecutive numbers for dispatches without drafts. Who may: dispatch */
  numbers(call: { body: NumbersBody; signal?: AbortSignal }): Promise<NumbersAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/numbers/batch', json: call.body, signal: call.signal, session: true });
  }

  /** Submits a sealed dispatch; accepted means durable. Who may: dispatch; flash for FLASH. */
  submit(call: { body: SubmitBody; signal?: AbortSignal }): Promise<SubmitAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/dispatches', json: call.body, signal: call.signal, session: true });
  }

  /** Submits many; each stands for itself. Who may: dispatch; flash for FLASH. Refusals stand in place. */
  submitMany(call: { body: SubmitManyBody; signal?: AbortSignal }): Promise<SubmitManyAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/dispatches/batch', json: call.body, signal: call.signal, session: true });
  }

  /** An encoded envelope with the stanza of one office. Who may: receive or hand-over; any of the origin office. */
  envelope(call: { dispatch: string; office?: string; signal?: AbortSignal }): Promise<Uint8Array<ArrayBuffer>> {
    return this.#bytes({ method: 'GET', path: `/api/1/dispatches/${encodeURIComponent(call.dispatch)}/envelope`, query: { office: call.office }, signal: call.signal, session: true });
  }

  /** What an office sent and others said they cannot open. Who may: dispatch */
  unreadable(call: { office: string; signal?: AbortSignal }): Promise<UnreadableAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/unreadable`, signal: call.signal, session: true });
  }

  /** Seals a dispatch again for some of its recipients. Who may: dispatch, of the office that sent it. */
  reseal(call: { dispatch: string; body: ResealBody; signal?: AbortSignal }): Promise<ResealAnswer> {
    return this.#json({ method: 'POST', path: `/api/1/dispatches/${encodeURIComponent(call.dispatch)}/sealings`, json: call.body, signal: call.signal, session: true });
  }

  /** Many envelopes at once, up to 8 MiB. Who may: receive or hand-over. Refusals stand in place. */
  envelopes(call: { body: EnvelopesBody; signal?: AbortSignal }): Promise<EnvelopesAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/dispatches/envelopes', json: call.body, signal: call.signal, session: true });
  }

  /** The incoming number of a dispatch; the same on asking again. Who may: receive */
  incomingNumber(call: { dispatch: string; body: IncomingNumberBody; signal?: AbortSignal }): Promise<NumberAnswer> {
    return this.#json({ method: 'POST', path: `/api/1/dispatches/${encodeURIComponent(call.dispatch)}/number`, json: call.body, signal: call.signal, session: true });
  }

  /** Incoming numbers of many, in the order asked. Who may: receive */
  incomingNumbers(call: { body: IncomingNumbersBody; signal?: AbortSignal }): Promise<IncomingNumbersAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/numbers/incoming', json: call.body, signal: call.signal, session: true });
  }

  /** Stanzas that came to an office, for sealing them again to its storage key. Who may: receive, hand-over or keys */
  arrivals(call: { office: string; signal?: AbortSignal }): Promise<ArrivalsAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/arrivals`, signal: call.signal, session: true });
  }

  /** Stanzas sealed again from a transport to the storage key. Who may: The same; replacing one needs the right keys. */
  async rewrap(call: { office: string; body: RewrapBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/offices/${encodeURIComponent(call.office)}/arrivals`, json: call.body, signal: call.signal, session: true });
  }

  /** Receipts that a device made: opened, handed over, acted, unreadable. Who may: opened, unreadable: receive; handed-over, acted: receive or hand-over. */
  putReceipts(call: { body: PutReceiptsBody; signal?: AbortSignal }): Promise<PutReceiptsAnswer> {
    return this.#json({ method: 'POST', path: '/api/1/receipts', json: call.body, signal: call.signal, session: true });
  }

  /** Who took parts of a dispatch to which machine, on behalf of one office, the newest first. Who may: As for the envelope, for the office that is named. */
  downloads(call: { dispatch: string; office?: string; signal?: AbortSignal }): Promise<DownloadsAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/dispatches/${encodeURIComponent(call.dispatch)}/downloads`, query: { office: call.office }, signal: call.signal, session: true });
  }

  /** Puts into the ledger that parts of a dispatch are about to be written to the caller's machine, one entry each. Who may: As for the envelope, for the office that is named. */
  async recordDownloads(call: { dispatch: string; body: RecordDownloadsBody; signal?: AbortSignal }): Promise<void> {
    await this.#send({ method: 'POST', path: `/api/1/dispatches/${encodeURIComponent(call.dispatch)}/downloads`, json: call.body, signal: call.signal, session: true });
  }

  /** Every signed word about a dispatch, and where copies wait. Who may: As for the envelope. */
  trace(call: { dispatch: string; signal?: AbortSignal }): Promise<TraceAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/dispatches/${encodeURIComponent(call.dispatch)}/trace`, signal: call.signal, session: true });
  }

  /** A page of the register of outgoing or incoming dispatches, newest first. Who may: Any right of draft, approve, sign, dispatch, receive, hand-over. */
  register(call: { office: string; direction: string; before?: number; limit?: number; signal?: AbortSignal }): Promise<RegisterAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/registers/${encodeURIComponent(call.direction)}`, query: { before: call.before, limit: call.limit }, signal: call.signal, session: true });
  }

  /** What ended keys open that others may have, of one register. Who may: Any right of a register. */
  exposed(call: { office: string; direction: string; before?: number; signal?: AbortSignal }): Promise<ExposedAnswer> {
    return this.#json({ method: 'GET', path: `/api/1/offices/${encodeURIComponent(call.office)}/exposed/${encodeURIComponent(call.direction)}`, query: { before: call.before }, signal: call.signal, session: true });
  }

  async #send(call: Call): Promise<Answer> {
    const query = Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined);
    const search = query.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(call.headers ?? {})) if (value !== undefined) headers[name] = String(value);
    if (call.session) headers['authorization'] = `Bearer ${this.#options.token ?? ''}`;
    if (call.json !== undefined) headers['content-type'] = 'application/json';
    if (call.bytes !== undefined) headers['content-type'] = 'application/octet-stream';
    const body = call.json === undefined ? call.bytes : JSON.stringify(call.json);
    const answer = await this.#options.send(this.#options.origin + call.path + (search === '' ? '' : `?${search}`), {
      method: call.method, headers, ...(body === undefined ? {} : { body }), ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    if (answer.status >= 300) throw new TramRefusal(answer.status, JSON.parse(await answer.text()) as Refusal);
    return answer;
  }

  async #json<T>(call: Call): Promise<T> {
    return JSON.parse(await (await this.#send(call)).text()) as T;
  }

  async #bytes(call: Call): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.#send(call)).arrayBuffer());
  }

  async *#events(call: Call): AsyncGenerator<LiveEvent> {
    const reader = (await this.#send(call)).body!.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = block.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5));
          if (data.length > 0) yield JSON.parse(data.join('\n')) as LiveEvent;
        }
      }
    } finally {
      await reader.cancel();
    }
  }
}
