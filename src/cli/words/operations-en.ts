/** The words of the commands for operators. Each finding: what it is and why; what to do. */
import type { operationsVi } from './operations-vi.ts';

type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] extends readonly [string, string] | string[] ? readonly string[] : Same<T[K]> };

export const operationsEn = {
  commands: {
    doctor: 'examine a station and a device: name each fault and its mend; change nothing',
    status: 'how a station stands, on one screen',
    completion: 'print the completion script for bash, zsh or fish',
    man: 'write the pages of the manual into a folder',
  },
  options: {
    warn: 'how many days before certificates and keys lapse to say so (30)',
  },
  doctor: {
    title: 'STATION {station}, {state}',
    titleNone: 'FOLDER {data}',
    titleDevice: 'EXAMINING THE DEVICE IN {home}',
    running: 'running',
    stopped: 'not running',
    sound: '✓ {check}',
    warn: '! {check}: {what}',
    fault: '✗ {check}: {what}',
    mend: '    → {mend}',
    well: 'No fault[, {warnings|warning|warnings}].',
    ill: '{faults|fault|faults}, {warnings|warning|warnings}.',
  },
  diskLevel: { good: 'good', low: 'filling up', 'no-parts': 'refuses new attachments', 'no-dispatches': 'refuses new dispatches' },
  status: {
    station: 'Station', running: 'Running', notRunning: 'not running', at: '{url}[, link port {linkPort}][, awaits no other station ({off})], process {pid}, since {since}',
    notReady: 'takes no work: {reasons}', version: 'Version', incarnation: 'Incarnation', ledger: 'Ledger', entries: '{count|entry|entries}', directory: 'Directory',
    noWay: 'No way to {station}', noWayText: '{count|dispatch stays|dispatches stay} here ({held}), since {since}',
    link: 'Link to {peer}', linkText: '{state}; {queued} waiting[, since {oldest}]; last heard of {met}', up: 'up', down: 'down', unknown: 'not known',
    disk: 'Disk', diskText: '{free} free, {level}', checkpoint: 'Checkpoint', checkpointText: '{time}, {count|entry|entries}, {witnessed} witnessed by others',
    backup: 'Backup', none: 'none', keys: 'Keys of office {office}', until: 'until {time}', endless: 'without end', memory: 'Memory',
  },
  manWritten: '{count} pages written to {folder}.',
} satisfies Same<typeof operationsVi>;
