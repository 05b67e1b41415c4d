/** Words of the device's own long work, English. */
export const trayEn = {
  title: 'At work on this device',
  kind: { sealing: 'Sealing and uploading', opening: 'Opening and checking', saving: 'Downloading', reading: 'Reading for the first time', stick: 'Reading a stick' },
  bytes: '{done} of {all}', lines: '{count|line|lines}',
  stop: 'Stop', stopWhat: 'Stop: {name}', stopping: 'Stopping…', forget: 'Understood', forgetWhat: 'Understood: {name}',
  unfinished: {
    since: 'Unfinished since {time}. What was done is kept on this device, sealed.', waits: 'Goes on by itself when the station answers again.', needs: 'Choose again: {names}',
    goOn: 'Go on', goOnWhat: 'Go on: {name}', pick: 'Choose the file again', pickWhat: 'Choose the file again: {name}', giveUp: 'Give up', giveUpWhat: 'Give up: {name}', givingUp: 'Giving up…',
  },
} as const;
