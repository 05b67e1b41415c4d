/** The kernel's migrations, by name. */
import { up as kernel } from './0001-kernel.ts';

export const kernelMigrations = { '0001-kernel': { up: kernel } };
