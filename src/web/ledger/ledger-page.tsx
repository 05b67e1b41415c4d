/** The ledger of this station: what happened at one's offices, in plain words, and whether it is the ledger that was signed. */
import { useMemo } from 'react';
import { ListBox, ListBoxItem, ListLayout, Virtualizer } from 'react-aria-components';
import type { LedgerEntryRead } from '#client/ledger-check.ts';
import { LEDGER_EVENT_KINDS } from '#wire/api/events.ts';
import { useEntered } from '../device/entered.ts';
import { refine, useSpot } from '../frame/router.tsx';
import { Button } from '../kit/button.tsx';
import { Awaiting } from '../kit/fault.tsx';
import { Day } from '../kit/day-field.tsx';
import { Choice, Text } from '../kit/field.tsx';
import { countText, dateText } from '../kit/writing.ts';
import { fill, useLocale, useWords } from '../words/words.ts';
import { CheckPart } from './check-part.tsx';
import { dispatchOf, entryOffice, entryText, ID_DIGITS, isLedgerKind, type LedgerKind } from './entry-text.tsx';
import { useLedger } from './use-ledger.ts';

const ANY = 'any';
const LAYOUT = { estimatedRowHeight: 54 };
const DAY_DIGITS = 10;

interface Asked {
  readonly kind: LedgerKind | null;
  /** Beginning of a dispatch's id. */
  readonly dispatch: string;
  /** `2026-11-23`, or empty. */
  readonly day: string;
}

export function LedgerPage() {
  const [words, locale] = [useWords(), useLocale()];
  const { search } = useSpot();
  const asked = useMemo(() => askedOf(search), [search]);
  const { size, from, entries, fault, isBusy, readOlder } = useLedger();
  const shown = useMemo(() => entries.filter((entry) => isAsked(entry, asked)), [entries, asked]);
  return (
    <div className="log">
      <header className="log-top">
        <h1>{words.ledger.title}</h1>
        <p className="soft">{words.ledger.what}</p>
      </header>
      <CheckPart />
      <Filters asked={asked} />
      <Awaiting fault={fault} isThere={size !== null} />
      <p className="log-found" role="status">{size !== null && fill(words.ledger.found, { count: countText(shown.length, locale), from: countText(from + 1, locale), size: countText(size, locale) })}</p>
      {size !== null && shown.length === 0 && <p className="log-none">{words.ledger.none}</p>}
      {shown.length > 0 && <Lines entries={shown} />}
      {from > 0 && <div className="acts"><Button isDisabled={isBusy} onPress={readOlder}>{words.ledger.older}</Button></div>}
    </div>
  );
}

function Filters({ asked: { kind, dispatch, day } }: { readonly asked: Asked }) {
  const words = useWords();
  const kinds: Record<string, string> = { [ANY]: words.ledger.any, ...Object.fromEntries(LEDGER_EVENT_KINDS.map((one) => [one, words.ledger.kind[one]])) };
  return (
    <div className="log-filters" role="search">
      <Choice<string> label={words.ledger.kindLabel} value={kind ?? ANY} choices={kinds} onChange={(value) => refine({ kind: value === ANY ? '' : value })} />
      <Day label={words.ledger.day} value={day} onChange={(value) => refine({ day: value })} />
      <Text label={words.ledger.dispatch} value={dispatch} onChange={(value) => refine({ dispatch: value.trim().toLowerCase() })} maxLength={64} />
      {(kind !== null || dispatch !== '' || day !== '') && <Button variant="quiet" onPress={() => refine({ kind: '', day: '', dispatch: '' })}>{words.register.clear}</Button>}
    </div>
  );
}

function Lines({ entries }: { readonly entries: readonly LedgerEntryRead[] }) {
  const [words, locale] = [useWords(), useLocale()];
  const { session } = useEntered();
  return (
    <Virtualizer layout={ListLayout} layoutOptions={LAYOUT}>
      <ListBox className="log-lines" aria-label={words.ledger.title} items={entries.map((entry) => ({ id: entry.index, entry }))}
        onAction={(index) => {
          const found = entries.find((entry) => entry.index === index);
          const dispatch = found === undefined ? null : dispatchOf(found);
          if (dispatch !== null) refine({ dispatch: dispatch.slice(0, ID_DIGITS) });
        }}>
        {({ id, entry }) => {
          const text = entryText(entry, session, words, locale);
          return (
            <ListBoxItem id={id} textValue={text} className="log-line">
              <span className="log-when"><time>{dateText(entry.time, true)}</time><span className="log-index">{entry.index + 1}</span></span>
              <span className="log-what"><b>{text}</b><span>{entryOffice(entry, session)}</span></span>
            </ListBoxItem>
          );
        }}
      </ListBox>
    </Virtualizer>
  );
}

function askedOf(search: URLSearchParams): Asked {
  const kind = search.get('kind') ?? '';
  const day = search.get('day') ?? '';
  const dispatch = search.get('dispatch') ?? '';
  return { kind: isLedgerKind(kind) ? kind : null, day: /^\d{4}-\d\d-\d\d$/.test(day) ? day : '', dispatch: /^[0-9a-f]{0,64}$/.test(dispatch) ? dispatch : '' };
}

function isAsked(entry: LedgerEntryRead, { kind, dispatch, day }: Asked): boolean {
  if (kind !== null && entry.kind !== kind) return false;
  if (dispatch !== '' && dispatchOf(entry)?.startsWith(dispatch) !== true) return false;
  // Both as the reader's day is written: 23/11/2026.
  return day === '' || dateText(entry.time).slice(0, DAY_DIGITS) === day.split('-').toReversed().join('/');
}
