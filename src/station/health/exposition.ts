/**
 * Figures as text, in the exposition format 0.0.4 of Prometheus: families of samples, each with help and type. Source:
 * prometheus.io/docs/instrumenting/exposition_formats.
 */

export type FamilyType = 'counter' | 'gauge' | 'histogram';

export interface Sample {
  /** Appended to the family's name: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  /** `[a-z_]+`, with its unit and, of a counter, `_total` at its end. */
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly samples: readonly Sample[];
}

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function expose(families: readonly Family[]): string {
  return families.filter(({ samples }) => samples.length > 0).map(familyText).join('');
}

/** A family of one sample. */
export function single(type: FamilyType, name: string, help: string, value: number | null): Family {
  return { name, help, type, samples: value === null ? [] : [{ value }] };
}

/** A family with one label, in the order given. */
export function labelled(
  type: FamilyType, name: string, help: string, label: string, values: Iterable<readonly [string, number]>,
): Family {
  return { name, help, type, samples: [...values].map(([key, value]) => ({ labels: { [label]: key }, value })) };
}

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}`);
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

/** Counts of values in buckets that each hold all up to their bound. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at !== -1) this.#counts[at]! += 1;
  }

  family(name: string, help: string): Family {
    let below = 0;
    const buckets = this.#bounds.map((bound, i) => ({ suffix: '_bucket', labels: { le: String(bound) }, value: (below += this.#counts[i]!) }));
    const samples = [
      ...buckets, { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count },
      { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: this.#count },
    ];
    return { name, help, type: 'histogram', samples };
  }
}
