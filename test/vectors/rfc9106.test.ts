/** Argon2id. Source: RFC 9106 and its reference implementation's tests. */
import { RFC9106 } from './checks/all.ts';
import { testOnAll } from './platforms.ts';

testOnAll(RFC9106);
