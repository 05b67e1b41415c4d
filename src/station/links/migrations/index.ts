/** The links' migrations, by name. */
import { up as links } from './0010-links.ts';

export const linksMigrations = { '0010-links': { up: links } };
