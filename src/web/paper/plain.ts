/** Text and images, drawn without ever giving them an address: an address could be kept by the browser. */
import { printableText } from '#core/printable.ts';
import { type Draw, layPaper, type PaperOrder } from './paper.ts';

/** More text than this is read in a program of its own. */
const TEXT_CHARACTERS_MAX = 2_000_000;
const IMAGE_PIXELS_MAX = 60_000_000;
const BEGINNINGS: readonly { readonly type: string; readonly bytes: readonly number[]; readonly at?: number }[] = [
  { type: 'image/png', bytes: [0x89, 0x50, 0x4e, 0x47] },
  { type: 'image/jpeg', bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', bytes: [0x47, 0x49, 0x46, 0x38] },
  { type: 'image/webp', bytes: [0x57, 0x45, 0x42, 0x50], at: 8 },
  { type: 'image/bmp', bytes: [0x42, 0x4d] },
];

/** By which formats say that they hold further pictures, for browsers that do not count them. */
const FURTHER = ['NETSCAPE2.0', 'ANIM', 'acTL'];

const draw: Draw = (sheet, order, partly) => (order.kind === 'text' ? drawText(sheet, order) : drawImage(sheet, order, partly));

async function drawText(sheet: HTMLElement, { bytes, words }: PaperOrder): Promise<void> {
  const text = new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  const page = document.createElement('pre');
  page.tabIndex = 0;
  page.textContent = printableText(text.slice(0, TEXT_CHARACTERS_MAX));
  sheet.append(page);
  if (text.length <= TEXT_CHARACTERS_MAX) return;
  const more = document.createElement('p');
  more.textContent = words.tooLong;
  sheet.append(more);
}

async function drawImage(sheet: HTMLElement, { bytes, name }: PaperOrder, partly: () => void): Promise<void> {
  const type = BEGINNINGS.find((one) => one.bytes.every((byte, i) => bytes[(one.at ?? 0) + i] === byte))?.type;
  if (type === undefined) throw new Error('no image');
  const { first: decoded, isOnly } = await decode(bytes, type);
  if (!isOnly) partly();
  const [width, height] = 'displayWidth' in decoded ? [decoded.displayWidth, decoded.displayHeight] : [decoded.width, decoded.height];
  if (width * height > IMAGE_PIXELS_MAX) throw new Error('too large');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', name);
  canvas.getContext('2d')!.drawImage(decoded, 0, 0);
  decoded.close();
  sheet.append(canvas);
}

/** Straight from memory where the browser can; a Blob, which it may put on its disk when memory is short, where it cannot. */
async function decode(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<{ first: VideoFrame | ImageBitmap; isOnly: boolean }> {
  if (!('ImageDecoder' in globalThis)) {
    const text = new TextDecoder('latin1').decode(bytes);
    return { first: await createImageBitmap(new Blob([bytes], { type })), isOnly: !FURTHER.some((mark) => text.includes(mark)) };
  }
  const decoder = new ImageDecoder({ data: bytes, type });
  const { image } = await decoder.decode();
  await decoder.completed;
  return { first: image, isOnly: decoder.tracks.length === 1 && decoder.tracks[0]!.frameCount === 1 };
}

layPaper(draw);
