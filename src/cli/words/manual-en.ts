/** The words of the manual's general page. */
export const manualEn = {
  general: [
    'Trạm carries an organisation\'s confidential dispatches between offices: sealed on the writer\'s device, signed by two persons and the office, handed from station to station over any link, and opened only in the office they are addressed to. A station cannot read what it carries.',
    'Every command has --help with examples, and --json for programs.',
  ],
  environment: [
    ['TRAM_HOME', 'folder of the device, ~/.tram unless told'],
    ['TRAM_DATA', 'folder of the station, ~/.tram-station unless told'],
    ['TRAM_PASSPHRASE_FILE', 'file that holds the passphrase of the device'],
    ['TRAM_KEY_PASSPHRASE_FILE', 'file that holds the passphrase of the backup key'],
    ['TRAM_LANG', 'vi or en'],
    ['TRAM_TZ', 'time zone of what is shown and typed, instead of the offices\' own, Asia/Ho_Chi_Minh'],
  ],
} as const;
