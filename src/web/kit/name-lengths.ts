/** How much fields for names take: so many characters that whatever is typed fits. */
import { charactersIn } from '#client/one-line.ts';
import { LIMITS } from '#wire/limits.ts';

export const NAME_CHARACTERS_MAX = charactersIn(LIMITS.nameBytes);
export const SYMBOL_CHARACTERS_MAX = charactersIn(LIMITS.symbolBytes);
