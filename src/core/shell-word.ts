/** A path as a shell takes it for one word, so that a command can be copied as it stands. */
export function shellWord(text: string): string {
  return /^[\p{L}\p{M}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
