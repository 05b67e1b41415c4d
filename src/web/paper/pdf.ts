/**
 * PDF, drawn by pdf.js on canvases, its text beside them for who listens or searches. Notes and fields are drawn as the file
 * says that they look. No script of a document is run, no form filled in, no link followed, and nothing is fetched: there is
 * no network in this frame.
 */
import { AnnotationMode, getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist';
import { WorkerMessageHandler } from 'pdfjs-dist/build/pdf.worker.mjs';
import jbig2 from 'pdfjs-dist/wasm/jbig2.wasm';
import openjpeg from 'pdfjs-dist/wasm/openjpeg.wasm';
import { type Draw, layPaper, type PaperOrder } from './paper.ts';

const PAGES_MAX = 500;
const PIXELS_MAX = 12_000_000;
const NEAR = '1200px';
/** What decodes scans; colour profiles and fonts that a file does not bring are the browser's own. */
const INLINED: Readonly<Record<string, Uint8Array>> = { 'jbig2.wasm': jbig2, 'openjpeg.wasm': openjpeg };

// Parsing happens in this frame's own process; a worker would need an address that this origin does not have.
Object.assign(globalThis, { pdfjsWorker: { WorkerMessageHandler } });

class Inlined {
  fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const bytes = INLINED[filename];
    return bytes === undefined ? Promise.reject(new Error(filename)) : Promise.resolve(bytes.slice());
  }
}

/** What is whole as it is drawn, where it says how it looks and has no words besides. */
const DRAWN_WHOLE = new Set(['FreeText', 'Line', 'Square', 'Circle', 'Polygon', 'PolyLine', 'Highlight', 'Underline', 'Squiggly', 'StrikeOut', 'Caret', 'Ink', 'Stamp', 'Watermark']);

const draw: Draw = async (sheet, order, partly) => {
  const file = await getDocument({
    data: order.bytes, BinaryDataFactory: Inlined, wasmUrl: './', useWorkerFetch: false, isOffscreenCanvasSupported: false, enableXfa: false, stopAtErrors: false, verbosity: 0,
  }).promise;
  const all = Math.min(file.numPages, PAGES_MAX);
  const drawn: Promise<void>[] = [];
  // Pages are drawn when they come near: a file of 500 pages costs what is looked at.
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      void drawPage(file, target as HTMLElement).catch(() => undefined);
    }
  }, { rootMargin: NEAR });
  for (let number = 1; number <= all; number++) {
    const page = pageFor(order, number, file.numPages);
    sheet.append(page);
    if (number === 1) drawn.push(drawPage(file, page));
    else near.observe(page);
  }
  if (file.numPages > PAGES_MAX) sheet.append(Object.assign(document.createElement('p'), { textContent: order.words.tooLong }));
  await Promise.all(drawn);
  void isPartly(file, all).catch(() => true).then((is) => is && partly());
};

function pageFor({ words }: PaperOrder, number: number, all: number): HTMLElement {
  const page = document.createElement('section');
  page.dataset['page'] = String(number);
  page.tabIndex = 0;
  page.setAttribute('aria-label', words.page.replace('{number}', String(number)).replace('{all}', String(all)));
  return page;
}

async function drawPage(file: PDFDocumentProxy, section: HTMLElement): Promise<void> {
  const page = await file.getPage(Number(section.dataset['page']));
  const canvas = document.createElement('canvas');
  const viewport = page.getViewport({ scale: scaleOf(page, section.clientWidth) });
  [canvas.width, canvas.height] = [Math.floor(viewport.width), Math.floor(viewport.height)];
  canvas.setAttribute('aria-hidden', 'true');
  await page.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE }).promise;
  const said = document.createElement('p');
  said.className = 'said';
  said.textContent = await textOf(page);
  section.append(canvas, said);
  section.dataset['drawn'] = 'true';
}

/** As wide as the sheet, in the screen's own pixels, but never so many that the browser gives up. */
function scaleOf(page: PDFPageProxy, width: number): number {
  const { width: points, height } = page.getViewport({ scale: 1 });
  const wanted = (Math.max(width, 320) / points) * Math.min(window.devicePixelRatio, 2);
  return Math.min(wanted, Math.sqrt(PIXELS_MAX / (points * height)));
}

async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
}

/** Whether another program, or a printer, may show what is not drawn here: another form of the whole, files within, what a script changes, layers, notes that are for print alone, words of notes. */
async function isPartly(file: PDFDocumentProxy, pages: number): Promise<boolean> {
  const { info } = await file.getMetadata();
  if ((info as { IsXFAPresent?: boolean }).IsXFAPresent === true || (await file.getAttachments()) !== null || (await file.hasJSActions())) return true;
  // Whatever is shown of them at first: others turn them on and off, by hand, at some size or for print.
  if ([...(await file.getOptionalContentConfig())].length > 0) return true;
  for (let number = 1; number <= pages; number++) {
    const notes = (await (await file.getPage(number)).getAnnotations({ intent: 'any' })) as Note[];
    if (notes.some(isNotWhole)) return true;
  }
  return false;
}

interface Note {
  readonly subtype: string;
  readonly annotationFlags: number;
  readonly fieldType?: string;
  readonly hasAppearance: boolean;
  readonly contentsObj?: { readonly str: string };
}

/** Invisible, hidden, or not on a screen. Source: ISO 32000-2 §12.5.3. */
const NOT_DRAWN = 0b10_0011;

/** A field may hold another value than it shows. */
function isNotWhole({ subtype, annotationFlags, fieldType, hasAppearance, contentsObj }: Note): boolean {
  if (subtype !== 'Popup' && (annotationFlags & NOT_DRAWN) !== 0) return true;
  if (subtype === 'Link' || subtype === 'Popup' || fieldType === 'Sig') return false;
  if (!hasAppearance || !DRAWN_WHOLE.has(subtype)) return true;
  return subtype !== 'FreeText' && (contentsObj?.str ?? '') !== '';
}

layPaper(draw);
