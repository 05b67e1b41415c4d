/** HPKE in base mode, with KEMs of the RFC in the place of X-Wing. Source: RFC 9180, Appendix A. */
import { RFC9180 } from './checks/all.ts';
import { testOnAll } from './platforms.ts';

testOnAll(RFC9180);
