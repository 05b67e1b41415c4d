/** X-Wing. Source: draft-connolly-cfrg-xwing-kem, Appendix C. */
import { DRAFT_XWING } from './checks/all.ts';
import { testOnAll } from './platforms.ts';

testOnAll(DRAFT_XWING);
