/** What the simulator asks of a station's disk, beside its rooms. */
export const OPEN = 'select id from outgoing_recipient where outcome is null';
export const WAITING = 'select 1 from link_queue limit 1';
