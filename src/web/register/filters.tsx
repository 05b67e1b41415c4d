/** What narrows a register: words, marks, a period, the other side. All but the words stand in the address. */
import { memo, type RefObject, Suspense } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { Button } from '../kit/button.tsx';
import { Choice } from '../kit/field.tsx';
import { SearchIcon } from '../kit/icons.tsx';
import { later } from '../kit/later.ts';
import { refine } from '../frame/router.tsx';
import { useWords } from '../words/words.ts';
import { type Asked, CLASSIFICATIONS, isNarrowed, PERIODS, PRECEDENCES } from './asked.ts';

/** A register is looked at far more often than asked between two days. */
const { Shown: Day } = later(async () => (await import('../kit/day-field.tsx')).Day);

export interface FiltersProps {
  readonly asked: Asked;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly others: readonly string[];
  /** Whether the lines in sight stand there. */
  readonly isReady: boolean;
}

const ANY = 'any';

export function Filters({ asked, query, onQuery, search, others, isReady }: FiltersProps) {
  const words = useWords();
  return (
    <div className="filters" role="search">
      <SearchField className="register-search" aria-label={words.register.search} value={query} onChange={onQuery}>
        <SearchIcon /><Input ref={search} placeholder={words.register.search} aria-keyshortcuts="/" />
      </SearchField>
      {isReady ? <Choices asked={asked} others={others} /> : <StillChoices asked={asked} />}
    </div>
  );
}

/** How the filters look before they can be used: they cost more than all the lines in sight, which come first. */
function StillChoices({ asked }: Pick<FiltersProps, 'asked'>) {
  const words = useWords();
  const { register, mark } = words;
  const shown: readonly [string, string][] = [
    [register.classification, asked.classification === null ? register.any : mark.classification[asked.classification]],
    [register.precedence, asked.precedence === null ? register.any : mark.precedence[asked.precedence]],
    [register.period, register.periods[asked.period]], [register.other, asked.other ?? register.any],
  ];
  return shown.map(([label, value]) => <div key={label} className="field choice" aria-hidden="true"><span>{label}</span><div className="choice-button"><span>{value}</span><span className="chevron" /></div></div>);
}

/** Not drawn again while somebody types. */
const Choices = memo(function Choices({ asked, others }: Pick<FiltersProps, 'asked' | 'others'>) {
  const words = useWords();
  const withAny = <T extends string>(keys: readonly T[], names: Readonly<Record<T, string>>): Record<string, string> =>
    ({ [ANY]: words.register.any, ...Object.fromEntries(keys.map((key) => [key, names[key]])) });
  const set = (key: string) => (value: string): void => refine({ [key]: value === ANY ? '' : value });
  const known = asked.other === null || others.includes(asked.other) ? others : [asked.other, ...others];
  return (
    <>
      <Choice<string> label={words.register.classification} value={asked.classification ?? ANY} choices={withAny(CLASSIFICATIONS, words.mark.classification)} onChange={set('class')} />
      <Choice<string> label={words.register.precedence} value={asked.precedence ?? ANY} choices={withAny(PRECEDENCES, words.mark.precedence)} onChange={set('precedence')} />
      <Choice<string> label={words.register.period} value={asked.period} choices={Object.fromEntries(PERIODS.map((period) => [period, words.register.periods[period]]))} onChange={set('period')} />
      {asked.period === 'range' && (
        <Suspense fallback={null}>
          <Day label={words.register.since} value={asked.since} onChange={set('since')} />
          <Day label={words.register.until} value={asked.until} onChange={set('until')} {...(asked.since === '' ? {} : { min: asked.since })} />
        </Suspense>
      )}
      <Choice<string> label={words.register.other} value={asked.other ?? ANY} choices={withAny(known, Object.fromEntries(known.map((name) => [name, name])))} onChange={set('with')} />
      {isNarrowed(asked) && <Button variant="quiet" onPress={() => refine({ class: '', precedence: '', period: '', since: '', until: '', with: '' })}>{words.register.clear}</Button>}
    </>
  );
});
