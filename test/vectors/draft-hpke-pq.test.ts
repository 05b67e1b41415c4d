/** HPKE with MLKEM768-X25519 (0x647A). Source: draft-ietf-hpke-pq. */
import { DRAFT_HPKE_PQ } from './checks/all.ts';
import { testOnAll } from './platforms.ts';

testOnAll(DRAFT_HPKE_PQ);
