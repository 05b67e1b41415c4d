/**
 * Every link of a Markdown document to a local file leads somewhere.
 */
import path from 'node:path';
import { type FileSet, type Finding, lineAt } from './file-set.ts';

/** `[text](target)`, `![text](target "title")` and `[label]: target`. */
const LINKS = /\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)|^\s{0,3}\[[^\]^]+\]:\s*<?([^\s>]+)/gm;
const CODE = /^(```|~~~)[\s\S]*?^\1|`[^`\n]*`/gm;

export function checkLinks(files: FileSet): Finding[] {
  const places = withFolders(files);
  const findings: Finding[] = [];
  for (const [file, text] of files) {
    if (!file.endsWith('.md')) continue;
    const prose = text.replaceAll(CODE, (code) => code.replaceAll(/[^\n]/g, ' '));
    for (const match of prose.matchAll(LINKS)) {
      const link = match[1] ?? match[2] ?? '';
      const target = localTarget(file, link);
      if (target === null || places.has(target)) continue;
      const message = `link to ${link} leads nowhere`;
      findings.push({ rule: 'link', file, line: lineAt(text, match.index), message });
    }
  }
  return findings;
}

/** The path that a link means, or null when it leads elsewhere or within the same document. */
function localTarget(file: string, link: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(link)) return null;
  const [target = ''] = link.split(/[?#]/);
  if (target === '') return null;
  const base = target.startsWith('/') ? '' : path.posix.dirname(file);
  const whole = path.posix.join(base, decodeURIComponent(target)).replace(/^\//, '');
  return whole.replace(/\/$/, '') || '.';
}

function withFolders(files: FileSet): ReadonlySet<string> {
  const places = new Set<string>();
  for (const file of files.keys()) {
    for (let place = file; place !== '.'; place = path.posix.dirname(place)) places.add(place);
  }
  return places.add('.');
}
