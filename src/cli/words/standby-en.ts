/** The words of continuous backup and of the standby in English. */
export const standbyEn = {
  options: {
    every: 'back up, or look for a new backup, again and again after such a span as 30s, 5m, 6h, until it is stopped',
  },
  standby: {
    everyMade: '{name}: {objects} new objects, {size}, {seconds} seconds; if the machine breaks, at most {lag} seconds of work are lost.',
    everyFailed: 'NOT backed up: {reason} The newest backup is still that of {time}; it is tried again.',
    everyStopped: 'Continuous backup has stopped: {runs} backups, {failed} runs failed.',
  },
};
