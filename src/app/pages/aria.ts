/**
 * What the build changes in React Aria, which brings its words in thirty-four languages, Vietnamese not among them: the pages
 * take its English and our Vietnamese. And it empties its announcements by assigning HTML, which no page of ours may.
 * Source: docs/decisions/0122-dates-by-react-aria.md.
 */
import path from 'node:path';
import type { OutputChunk, Plugin } from 'rolldown';
import { assert } from '#core/refusals.ts';
import * as vietnamese from '../../web/words/aria-vi.ts';
import { DAY_PARTS } from '../../web/words/day-parts.ts';

const WORDS = path.join(import.meta.dirname, '../../web/words/aria-vi.ts');
const STRINGS = /\/(react-aria|react-stately|react-aria-components)\/dist\/private\/(?:(\w+)\/)?intlStrings\.mjs$/;

export const ariaWords: Plugin = {
  name: 'aria-words',
  load: {
    filter: { id: STRINGS },
    handler: (id) => {
      const part = partOf(id);
      // What the pages do not use falls away later; demandVietnamese says when it did not.
      if (part === null || !(part.name in vietnamese)) return null;
      return `import english from ${JSON.stringify(part.english)};\nimport { ${part.name} as vietnamese } from ${JSON.stringify(WORDS)};\nexport default { 'en-US': english, 'vi-VN': vietnamese };`;
    },
  },
};

const ALL_LANGUAGES = /LocalizedStringDictionary\)\(\{.*\}, 'en'\)/s;

/** What stands in a day field that is empty. */
export const ariaDayParts: Plugin = {
  name: 'aria-day-parts',
  transform: {
    filter: { id: /\/react-stately\/dist\/private\/datepicker\/placeholders\.mjs$/ },
    handler: (code) => {
      assert(ALL_LANGUAGES.test(code), 'React Aria has the parts of a day as it had');
      return { code: code.replace(ALL_LANGUAGES, () => `LocalizedStringDictionary)(${JSON.stringify(DAY_PARTS)}, 'en')`), map: null };
    },
  },
};

const HTML_EMPTIED = ".innerHTML = ''";

/** Under `require-trusted-types-for 'script'` the assignment throws, and takes the page with it. */
export const ariaWithoutHtml: Plugin = {
  name: 'aria-without-html',
  transform: {
    filter: { id: /\/react-aria\/dist\/private\/live-announcer\/LiveAnnouncer\.mjs$/ },
    handler: (code) => {
      assert(code.includes(HTML_EMPTIED), 'React Aria empties its announcements as it did');
      return { code: code.replaceAll(HTML_EMPTIED, '.replaceChildren()'), map: null };
    },
  },
};

/** @returns those parts of React Aria which a chunk brings, by the names of their Vietnamese words, and where their English stands */
export function ariaPartsOf({ modules }: OutputChunk): { readonly name: string; readonly english: string }[] {
  return Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => partOf(id)).filter((part) => part !== null);
}

/** Where something of React Aria comes into the pages for which there are no Vietnamese words, the build fails. */
export function demandVietnamese(chunk: OutputChunk): void {
  for (const { name } of ariaPartsOf(chunk)) assert(name in vietnamese, `src/web/words/aria-vi.ts has ${name}`);
}

function partOf(id: string): { readonly name: string; readonly english: string } | null {
  const [, library, part = ''] = STRINGS.exec(id.replaceAll('\\', '/')) ?? [];
  if (library === undefined) return null;
  const name = part === '' ? 'components' : `${library === 'react-aria' ? 'aria' : 'stately'}${part[0]!.toUpperCase()}${part.slice(1)}`;
  return { name, english: path.join(path.dirname(id), part === '' ? 'intl' : `../intl/${part}`, 'en-US.mjs') };
}
