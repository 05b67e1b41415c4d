/** The incarnations' migrations, by name. */
import { up as claimed } from './0122-claimed.ts';
import { up as led } from './0062-led.ts';
import { up as restoration } from './0060-restoration.ts';

export const incarnationsMigrations = { '0060-restoration': { up: restoration }, '0062-led': { up: led }, '0122-claimed': { up: claimed } };
