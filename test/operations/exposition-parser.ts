/**
 * A strict reader of Prometheus' text format 0.0.4, written from its description and not from our writer: it refuses
 * whatever a lenient one would let pass.
 */

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Inf)|NaN)$/;

/** @throws Error naming the line */
export function parseExposition(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('does not end with a line feed');
  const families = new Map<string, ParsedFamily>();
  let now: { name: string; help: string; type: string; samples: ParsedSample[] } | null = null;
  let help: { name: string; text: string } | null = null;
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const wrong = (why: string): Error => new Error(`line ${index + 1}: ${why}: ${line}`);
    const helped = /^# HELP (\S+) (.+)$/.exec(line);
    const typed = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (helped !== null) {
      help = { name: helped[1]!, text: helped[2]! };
    } else if (typed !== null) {
      const [, name, type] = typed as unknown as [string, string, string];
      if (help?.name !== name || !NAME.test(name) || families.has(name)) throw wrong('a family has help, then type, once');
      now = { name, type, help: help.text, samples: [] };
      families.set(name, now);
    } else {
      if (now === null) throw wrong('a sample has a family');
      const sample = parseSample(line, wrong);
      if (!belongs(sample, now)) throw wrong(`is no sample of ${now.name} (${now.type})`);
      if (now.samples.some((other) => keyOf(other) === keyOf(sample))) throw wrong('stands twice');
      now.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function parseSample(line: string, wrong: (why: string) => Error): ParsedSample {
  const [, name = '', labelText, value = ''] = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (!NAME.test(name) || !NUMBER.test(value)) throw wrong('is no sample');
  const labels: Record<string, string> = {};
  let rest = labelText ?? '';
  while (rest !== '') {
    const pair = /^([^=,]+)="((?:[^"\\]|\\["\\n])*)"(?:,(?=.)|$)/.exec(rest);
    if (pair === null || !LABEL.test(pair[1]!) || Object.hasOwn(labels, pair[1]!)) throw wrong('has a malformed label');
    labels[pair[1]!] = pair[2]!.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
    rest = rest.slice(pair[0].length);
  }
  if (labelText === '') throw wrong('has empty braces');
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function belongs({ name, labels }: ParsedSample, family: { name: string; type: string }): boolean {
  if (family.type !== 'histogram') return name === family.name;
  const suffix = name.slice(family.name.length);
  return name.startsWith(family.name) && (suffix === '_bucket' ? 'le' in labels : ['_sum', '_count'].includes(suffix));
}

function checkFamily({ name, type, samples }: ParsedFamily): void {
  if (samples.length === 0) throw new Error(`${name} has no sample`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter and does not end with _total`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts backwards`);
  if (type !== 'histogram') return;
  const buckets = samples.filter((sample) => sample.name.endsWith('_bucket'));
  const bounds = buckets.map(({ labels }) => Number(labels['le']!.replace('+Inf', 'Infinity')));
  const isAscending = buckets.every(({ value }, i) => i === 0 || (bounds[i]! > bounds[i - 1]! && value >= buckets[i - 1]!.value));
  const count = samples.find((sample) => sample.name.endsWith('_count'))?.value;
  if (!isAscending || bounds.at(-1) !== Infinity || buckets.at(-1)!.value !== count) throw new Error(`${name} is no histogram`);
}

function keyOf({ name, labels }: ParsedSample): string {
  return JSON.stringify([name, Object.entries(labels).toSorted()]);
}
