/** The commands, once each, after which a station knows where its backups go and to which key. @param folder the station's */
export function backupCommands(tram: 'tram' | 'npx tram', folder: string): readonly string[] {
  return [`${tram} backup key --out /media/usb/sao-luu.cbor`, `${tram} backup --data ${folder} --folder /mnt/sao-luu --recipient /media/usb/sao-luu.cbor.pub`];
}
