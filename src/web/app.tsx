/** The frame of every page: language, theme, mark of exercise traffic, and the room that is shown. */
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { I18nProvider, Link } from 'react-aria-components';
import type { Locale } from '#core/refusal-sentence.ts';
import { Door } from './device/door.tsx';
import { useMaybeEntered } from './device/entered.ts';
import { Router, useSpot } from './frame/router.tsx';
import { UpdateNotice } from './frame/update-notice.tsx';
import { Button } from './kit/button.tsx';
import { MoonIcon, SunIcon } from './kit/icons.tsx';
import { later } from './kit/later.ts';
import { LookContext, type Theme, THEME_CHOICES, type ThemeChoice, useLook } from './kit/look.ts';
import { OutsideContext, useOutside } from './kit/use-outside.ts';
import type { Outside } from './outside.ts';
import { askHere, type Here } from './device/here.ts';
import { Fault } from './kit/fault.tsx';
import { PracticePage } from './practice/practice-page.tsx';
import { rememberedPerson } from './practice/remembered.ts';
import { roomAt, ROOMS } from './rooms.ts';
import { LocaleContext, loadWords, useWords } from './words/words.ts';

const Entrance = lazy(async () => ({ default: (await import('./device/entrance.tsx')).Entrance }));
const SetupPage = lazy(async () => ({ default: (await import('./setup/setup-page.tsx')).SetupPage }));
const PracticeReturn = lazy(async () => ({ default: (await import('./practice/practice-return.tsx')).PracticeReturn }));
const { Shown: WorkFrame, load: loadWorkFrame } = later(async () => (await import('./frame/work-frame.tsx')).WorkFrame);

const LOCALE_KEY = 'tram.language';
const LOCALES: readonly Locale[] = ['vi', 'en'];
const THEME_KEY = 'tram.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** @param first the language to begin with: the reader's, where its words could be loaded */
export function App({ outside, first }: { readonly outside: Outside; readonly first: Locale }) {
  const [locale, keepLocale] = useKept<Locale>(LOCALE_KEY, LOCALES, 'vi', first);
  const setLocale = async (next: Locale): Promise<void> => {
    if (await loadWords(next)) keepLocale(next);
  };
  const system = useSyncExternalStore(whenDarkChanges, systemTheme);
  const [themeChoice, setTheme] = useKept<ThemeChoice>(THEME_KEY, THEME_CHOICES, 'system');
  const theme = themeChoice === 'system' ? system : themeChoice;
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dataset['theme'] = theme;
  }, [locale, theme]);
  return (
    <I18nProvider locale={locale === 'vi' ? 'vi-VN' : 'en-GB'}>
      <LocaleContext value={locale}>
        <LookContext value={{ locale, setLocale, theme, themeChoice, setTheme }}>
          <OutsideContext value={outside}>
            <Router><Door><Frame /></Door></Router>
          </OutsideContext>
        </LookContext>
      </LocaleContext>
    </I18nProvider>
  );
}

function Frame() {
  const words = useWords();
  const { locale, setLocale, theme, setTheme } = useLook();
  const { transport } = useOutside();
  const [here, setHere] = useState<Here | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => { askHere(transport('')).then(setHere, setFault); }, [transport]);
  const isPractice = here?.kind === 'practice';
  const otherTheme = theme === 'dark' ? 'light' : 'dark';
  return (
    <div className="frame">
      <a className="skip" href="#work">{words.skip}</a>
      <header className="top">
        <Link href="/" className="brand"><b>{words.name}</b>{here !== null && <span>{isPractice ? words.practice.title : here.organisation}</span>}</Link>
        {isPractice && <span className="stamp">{words.exercise}</span>}
        <div className="top-tools">
          <Button variant="quiet" onPress={() => setLocale(locale === 'vi' ? 'en' : 'vi')}>{words.language}</Button>
          <Button variant="quiet" aria-label={words.toTheme[otherTheme]} onPress={() => setTheme(otherTheme)}>{theme === 'dark' ? <MoonIcon /> : <SunIcon />}</Button>
        </div>
      </header>
      {here !== null && !isPractice && <UpdateNotice />}
      {here === null ? <main className="work" id="work">{fault === null ? <p className="waiting" role="status">{words.loading}</p> : <Fault error={fault} />}</main> : <Inside here={here} />}
      <footer className="foot">{isPractice && <span>{words.exerciseLong}.</span>} <span>{words.notCertified}</span> <Link href="/about">{words.about.title}</Link></footer>
    </div>
  );
}

/** The room that the address names, where whoever looks may enter it; else what stands before the door. */
function Inside({ here }: { readonly here: Here }) {
  const { path } = useSpot();
  const words = useWords();
  const entered = useMaybeEntered();
  const room = roomAt(path) ?? (entered === null || here.kind === 'practice' ? null : ROOMS.find(({ part }) => part === 'work') ?? ROOMS[0]!);
  const returning = entered === null && here.kind === 'practice' ? rememberedPerson() : null;
  const isBeforeDoor = entered === null && here.kind !== 'practice' && here.kind !== 'setup' && here.station !== null;
  // While somebody types the passphrase: what stands behind the door is there when it opens.
  useEffect(() => {
    if (isBeforeDoor) void Promise.all([loadWorkFrame(), room?.load()]).catch(() => undefined);
  }, [isBeforeDoor, room]);
  const isOpen = room !== null && (room.isPublic === true || entered !== null || returning !== null);
  return (
    <Suspense fallback={<p className="waiting" role="status">{words.loading}</p>}>
      {isOpen ? (returning === null ? <WorkFrame key={entered?.session.ring.contents.person} room={room} /> : <PracticeReturn person={returning} />)
        : here.kind === 'setup' ? <SetupPage />
        : here.kind === 'practice' || here.station === null ? <PracticePage /> : <Entrance here={{ ...here, station: here.station }} />}
    </Suspense>
  );
}

/** Of the machine, which may change it at dusk while the page stands; what the reader chose stays. */
function systemTheme(): Theme {
  return dark.matches ? 'dark' : 'light';
}

function whenDarkChanges(changed: () => void): () => void {
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
}

/** A choice of the reader's, kept by the browser: nothing secret, and never trusted to be one of ours. */
function useKept<T extends string>(key: string, choices: readonly T[], otherwise: T, first?: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => first ?? kept(key, choices, otherwise));
  const keep = (next: T): void => {
    localStorage.setItem(key, next);
    setValue(next);
  };
  return [value, keep];
}

function kept<T extends string>(key: string, choices: readonly T[], otherwise: T): T {
  return choices.find((choice) => choice === localStorage.getItem(key)) ?? otherwise;
}

/** The language that the reader chose on this browser. */
export function keptLocale(): Locale {
  return kept(LOCALE_KEY, LOCALES, 'vi');
}
