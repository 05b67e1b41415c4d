/** A recovery card for people: lines for a terminal, and one page to print that loads nothing from anywhere. */
import { fill } from '#core/refusal-words.ts';
import type { CliContext } from './context.ts';
import { formatInstant } from './locale.ts';

export interface PrintedCard {
  readonly code: string;
  readonly number: number;
  readonly name: string;
  readonly device: string;
  /** Where other machines reach the device's station; null where nobody here knows: then there is a line to write it on. */
  readonly address: string | null;
  /** SHA-256 of the organisation's root certificate, as other programs show it; null where this device has seen none. */
  readonly root: string | null;
  readonly made: number;
}

const GROUPS_PER_LINE = 4;

/** Title, number, holder, two lines of code, lines to fill in, what to do, where the root comes from, and whom to call. */
export function cardLines(context: CliContext, card: PrintedCard): string[] {
  const { title, number, holder, instructions } = textsOf(context, card);
  return [title, number, holder, '', ...codeLines(card.code).map((line) => `    ${line}`), '', ...instructions];
}

export function cardPage(context: CliContext, card: PrintedCard): string {
  const { title, number, holder, instructions } = textsOf(context, card);
  const code = codeLines(card.code).map((line) => `<p class="code">${escaped(line)}</p>`).join('\n');
  return `<!doctype html>
<html lang="${context.locale}">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
@page { size: A6 landscape; margin: 8mm }
body { font: 11pt/1.4 "Noto Serif", "Times New Roman", serif; margin: 0; color: #000 }
main { border: 1pt solid #000; padding: 6mm }
.small { font-size: 8.5pt; line-height: 1.3; overflow-wrap: anywhere }
h1 { font-size: 14pt; margin: 0 0 2mm }
p { margin: 0 0 1.5mm }
.code { font: bold 15pt/1.5 "Noto Sans Mono", "DejaVu Sans Mono", monospace; letter-spacing: .06em }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(number)}</p>
<p>${escaped(holder)}</p>
${code}
${instructions.map((line) => `<p class="small">${escaped(line)}</p>`).join('\n')}
</main>
</body>
</html>
`;
}

function textsOf({ words, timeZone }: CliContext, { number, name, device, address, root, made }: PrintedCard) {
  const { card } = words.keyring;
  const isOwnRoot = address?.startsWith('https:') ?? false;
  const station = address === null ? card.toBeWritten : isOwnRoot ? `${address} --root-certificate ${card.rootFile}` : address;
  return {
    title: `TRẠM – ${card.title}`,
    number: fill(card.number, { number, date: formatInstant(made, timeZone) }),
    holder: fill(card.holder, { name, device }),
    instructions: [
      ...(address === null ? [card.addressLine] : []),
      fill(card.instruction, { station }),
      ...(address === null || isOwnRoot ? [rootLine(card, address, root)] : []),
      card.call,
    ],
  };
}

/** At that port plain HTTP hands out the root and nothing else; without a fingerprint to compare anybody could hand out another. */
function rootLine(card: CliContext['words']['keyring']['card'], address: string | null, root: string | null): string {
  if (root === null) return card.rootToAsk;
  return address === null ? fill(card.rootByHand, { fingerprint: root }) : fill(card.root, { where: address.replace('https:', 'http:'), fingerprint: root });
}

function codeLines(code: string): string[] {
  const groups = code.split('-');
  return [groups.slice(0, GROUPS_PER_LINE), groups.slice(GROUPS_PER_LINE)].map((line) => line.join('  '));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)!};`);
}
