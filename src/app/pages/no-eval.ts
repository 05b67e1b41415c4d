/** Evaluated first: a page that allows no script from text must not even try, and zod would compile schemas as they are made. */
import { z } from 'zod';

/** The settings in force. */
export const SCHEMAS_WITHOUT_EVAL = z.config({ jitless: true });
