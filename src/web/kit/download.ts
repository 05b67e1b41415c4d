/** Bytes that a person takes away as a file: a deliberate act, under a name of ours. */
export function downloadBytes(name: string, bytes: Uint8Array, contentType = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: contentType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Left to the page's end: a browser may begin later than the click, and these files are small.
}
