/** Words of files of a dispatch or draft. */
export const filesEn = {
  title: 'Attached files', look: 'View', lookAt: 'View {name}', save: 'Download', cancel: 'Cancel', opening: 'Fetching and opening the file',
  saveTitle: 'Download {name} to this machine?',
  saveWhat: 'The file will lie on the disk of this machine, opened, outside the protection of Trạm: whoever may use the machine can read it, and deleting it may not remove all of it. The ledger of the station records the download. To read it only, press View.',
  saved: '{name} was written to this machine.',
  frame: 'Contents of {name}', page: 'Page {number}/{all}', putAway: 'Put away',
  drawing: 'Drawing the page…', untraced: 'For reading only: nothing is written to this machine.',
  partly: 'There may be more to this file than is shown here: notes, form fields, layers, scripts, files inside it, or pictures after the first. Another program or a print may show more; whoever signs signs the whole file.',
  partlyShort: 'perhaps not shown whole',
  failed: 'This file cannot be shown here: it is damaged, or not what its name says.',
  failedTake: 'If you need it, download it and open it in a program of its own.',
  unseen: 'A file without View cannot be opened by this page, and files of a draft can be downloaded only after it is sent. If you need to know what is in it before signing, ask the drafter.',
  tooLong: 'The file is longer; the rest is not shown here.',
} as const;
