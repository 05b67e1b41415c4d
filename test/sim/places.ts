/** The stations of a simulated world and the office of each: hub ── relay ── post. */

export const OFFICES = { hub: 'van-phong', relay: 'huyen', post: 'muong-leo' } as const;
export type Code = keyof typeof OFFICES;
export const CODES = Object.keys(OFFICES) as Code[];
/** Caller first. */
export const LINKS: readonly (readonly [Code, Code])[] = [['relay', 'hub'], ['post', 'relay']];
