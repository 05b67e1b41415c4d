/** HKDF with SHA-256. Source: RFC 5869, Appendix A. */
import { RFC5869 } from './checks/all.ts';
import { testOnAll } from './platforms.ts';

testOnAll(RFC5869);
