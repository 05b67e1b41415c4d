/** What happens at a person's offices, as it happens: one line each, until somebody ends it. */
import { fromBase64url } from '#core/bytes.ts';
import { printable } from '#core/printable.ts';
import { fill, refusalSentence } from '#core/refusal-words.ts';
import { Refusal } from '#core/refusals.ts';
import { officeLabel, officeText, officeTold, stationLabel } from '#model/peer-names.ts';
import type { LiveEvent } from '#wire/api/events.ts';
import { header as headerCodec } from '#wire/envelope.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { type Device, officeOf, withDevice } from '../device.ts';
import { formatMoment } from '../locale.ts';
import { numberText, officeName, shortId } from '../showing.ts';
import type { Values } from '../values.ts';

export function watch(context: CliContext, values: Values): Promise<Outcome> {
  const { output, stop, words: { watch: said } } = context;
  const isJson = values.flag('json');
  const after = values.number('after', 0, Number.MAX_SAFE_INTEGER) ?? undefined;
  return withDevice(context, values, async (device) => {
    const { session } = device;
    const offices = watched(values, device);
    const named = values.text('office') === null ? null : new OneOffice(device, offices[0]!);
    const lost = ({ code }: Refusal, delayMs: number): void => {
      if (isJson) output.emit({ kind: 'lost', code, delayMs });
      else output.say(printable(fill(said.lost, { reason: refusalSentence(code, {}, context.locale), seconds: delayMs / 1_000 })));
    };
    let isTold = false;
    try {
      for await (const event of session.events({ after, signal: stop, lost })) {
        // Not before the station has the stream: from here on nothing is missed.
        if (!isTold) output.say(printable(fill(said.watching, { offices: offices.map((office) => officeName(session.view, office)).join(', ') })));
        isTold = true;
        if (named !== null && !(await named.concerns(event))) continue;
        if (isJson) output.emit(event);
        else if (event.kind !== 'position' && event.kind !== 'end') output.say(lineOf(context, device, event));
      }
    } catch (error) {
      // Ctrl-C is how it ends.
      if (!(error instanceof Refusal && error.code === 'cancelled' && stop.aborted)) throw error;
    }
    return { json: { stopped: true }, lines: [] };
  });
}

/** @throws Refusal `office-unknown`, `not-entitled` for one of which nothing would ever be heard */
function watched(values: Values, device: Device): string[] {
  const own = device.session.offices();
  if (values.text('office') === null) return own;
  const office = officeOf(values, device);
  if (!own.includes(office)) throw new Refusal('not-entitled');
  return [office];
}

/** What is of one office of several: what happened there, and what other offices say of its dispatches. */
class OneOffice {
  readonly #device: Device;
  readonly #office: string;
  readonly #origins = new Map<string, string | null>();

  constructor(device: Device, office: string) {
    this.#device = device;
    this.#office = office;
  }

  /** Positions say where to go on from, whatever was left out. */
  async concerns(event: LiveEvent): Promise<boolean> {
    if (event.kind === 'position') return true;
    if (!('office' in event) || event.office === undefined) return false;
    if (event.office === this.#office) return true;
    return event.dispatch !== undefined && (await this.#originOf(event.dispatch)) === this.#office;
  }

  /** The office that sent a dispatch, where its header may be read. While the station is away it is told rather than left out. */
  async #originOf(dispatch: string): Promise<string | null> {
    const known = this.#origins.get(dispatch);
    if (known !== undefined) return known;
    try {
      const { header } = await this.#device.session.api.call('trace', { path: { dispatch } });
      const bytes = fromBase64url(header);
      const origin = bytes === null ? null : officeText(this.#device.session.view, headerCodec.decode(bytes).from);
      this.#origins.set(dispatch, origin);
      return origin;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return error.code === 'dispatch-unknown' ? null : this.#office;
    }
  }
}

type Told = Exclude<LiveEvent, { kind: 'position' | 'end' }>;

function lineOf(context: CliContext, { session }: Device, event: Told): string {
  const { words: { watch: said, state, step, receipt }, timeZone, clock } = context;
  const what = said.event[event.kind];
  if (event.kind === 'link') {
    return `${formatMoment(clock.now(), timeZone)}  ${printable(fill(what, { station: siteOf(event.peer), state: state[event.state] }))}`;
  }
  if (event.kind === 'requests' || event.kind === 'proposals') return `${formatMoment(clock.now(), timeZone)}  ${printable(fill(what, { count: event.waiting }))}`;
  const { office, draft, dispatch, number, size, station } = event;
  const text = fill(what, {
    ...(draft !== undefined && { draft: shortId(draft) }),
    ...(dispatch !== undefined && { dispatch: shortId(dispatch) }),
    ...(number !== undefined && { number: `${numberText(number)}/${number.series}` }),
    ...(event.step !== undefined && { step: stepText(event.step) }),
    ...(event.receipt !== undefined && { receipt: receipt[event.receipt] }),
    ...(station !== undefined && { station: siteOf(station) }),
    ...(size !== undefined && { size }),
    ...(event.sealing !== undefined && { sealing: event.sealing }),
  });
  const where = office === undefined ? '' : `${officeLabel(session, officeTold(session.view, office))}: `;
  return `${formatMoment(event.time, timeZone)}  ${printable(`${where}${text}`)}`;

  /** The ledger's words: those of drafts, and one for the end of a draft. */
  function stepText(word: string): string {
    if (word === 'closed') return said.closed;
    return Object.hasOwn(step, word) ? step[word as keyof typeof step] : word;
  }

  function siteOf(code: string): string {
    return stationLabel(session, code);
  }
}
