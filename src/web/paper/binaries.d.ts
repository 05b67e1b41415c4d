/** Bytes that the build puts into a script. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
declare module 'pdfjs-dist/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown;
}
