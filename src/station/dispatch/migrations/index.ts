/** The dispatch room's migrations, by name. */
import { up as dispatch } from './0004-dispatch.ts';

export const dispatchMigrations = { '0004-dispatch': { up: dispatch } };
