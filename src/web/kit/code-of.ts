/** Codes and names of files from names of people's own. */
import { fold } from '#model/fold.ts';
import { LIMITS } from '#wire/limits.ts';

/** `Đồn Sốp Cộp` is `don-sop-cop`; empty where no letter or digit is left. */
export function codeOf(name: string): string {
  return fold(name).replaceAll(/[^a-z0-9]+/g, '-').slice(0, LIMITS.codeBytes).replaceAll(/^-|-$/g, '');
}

/** What stands in a code's field when its name is written: the name's own code, until somebody wrote another. */
export function codeFollowing(code: string, before: string, after: string): string {
  return code === codeOf(before) ? codeOf(after) : code;
}
