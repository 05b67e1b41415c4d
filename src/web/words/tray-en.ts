/** Words of the device's own long work, English. */
export const trayEn = {
  title: 'At work on this device',
  kind: { sealing: 'Sealing and uploading', opening: 'Opening and checking', saving: 'Downloading', reading: 'Reading for the first time' },
  bytes: '{done} of {all}', lines: '{count} lines',
  stop: 'Stop', stopWhat: 'Stop: {name}', stopping: 'Stopping…', forget: 'Understood', forgetWhat: 'Understood: {name}',
} as const;
