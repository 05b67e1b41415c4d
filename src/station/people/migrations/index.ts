/** The people room's migrations, by name. */
import { up as people } from './0002-people.ts';

export const peopleMigrations = { '0002-people': { up: people } };
