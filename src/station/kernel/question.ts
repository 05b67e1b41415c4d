/**
 * What a station asks its database thousands of times. Kysely makes a question out of many small objects and writes its text anew
 * each time, which costs more than SQLite's answer: here that is done once for each engine, and the values are put in.
 */
import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';

/** Stands in a question where a value will. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const PLACES = new Proxy({}, { get: (_, name) => new Place(String(name)) });

interface Question<Tables, Values, Row> {
  all(db: Kysely<Tables>, values: Values): Promise<Row[]>;
  first(db: Kysely<Tables>, values: Values): Promise<Row | undefined>;
  /** What changes rows and returns none. @returns how many */
  run(db: Kysely<Tables>, values: Values): Promise<bigint>;
}

/** @param ask writes it with Kysely; each of its values stands where a column's value may, and is not looked at */
export function question<Tables, Values extends object, Row>(ask: (db: Kysely<Tables>, values: Values) => Compilable<Row>): Question<Tables, Values, Row> {
  /** By what an engine's questions are adapted with. */
  const compiled = new Map<unknown, CompiledQuery<Row>>();
  const put = (db: Kysely<Tables>, values: Values): Promise<QueryResult<Row>> => {
    const executor = db.getExecutor();
    const engine = executor.adapter.constructor;
    let known = compiled.get(engine);
    if (known === undefined) compiled.set(engine, known = ask(db, PLACES as Values).compile());
    const parameters = known.parameters.map((one) => (one instanceof Place ? (values as Record<string, unknown>)[one.name] : one));
    return executor.executeQuery({ ...known, parameters });
  };
  const all = async (db: Kysely<Tables>, values: Values): Promise<Row[]> => (await put(db, values)).rows;
  return {
    all,
    first: async (db, values) => (await all(db, values))[0],
    run: async (db, values) => (await put(db, values)).numAffectedRows ?? 0n,
  };
}
