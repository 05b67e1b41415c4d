/**
 * Folds text for searching: `Đặng Ngọc Khuê` and `dang ngoc khue` are the same word. Only for comparing, never shown.
 * Source: Unicode NFD; đ has no decomposition and is named here.
 */

/** Lower case, without diacritics. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
}

/** Whether every word of the query begins some word of the text, in any order. */
export function matches(text: string, query: string): boolean {
  const words = wordsOf(text);
  return wordsOf(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

function wordsOf(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
