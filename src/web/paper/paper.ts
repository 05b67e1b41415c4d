/**
 * What runs inside the frame in which a file is looked at: an origin of its own that nothing else has, no network, no
 * storage. It is given one file by the page around it, draws it, and says whether it could.
 */

/** From the page around the frame. Words come along, so that the frame needs no language. */
export interface PaperOrder {
  readonly kind: 'text' | 'image' | 'pdf';
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly language: string;
  readonly theme: string;
  readonly words: { readonly page: string; readonly tooLong: string };
}

export type PaperNews =
  | { readonly shown: true; /** Of all that was drawn, CSS pixels. */ readonly height: number }
  | { readonly failed: true }
  /** Another program may show what is not drawn here. */
  | { readonly partly: true };

/** @param partly called where something of the file is not drawn, at any time */
export type Draw = (sheet: HTMLElement, order: PaperOrder, partly: () => void) => Promise<void>;

/** What reaches other machines and is no fetching, which alone the policy of the document governs. */
const LINES = /^(?:webkit|moz)?RTC|^WebTransport/;

/** Waits for one file from the page around this frame, and for no other. */
export function layPaper(draw: Draw): void {
  cutLines();
  const { parent } = window;
  const hear = ({ source, data }: MessageEvent): void => {
    if (source !== parent) return;
    removeEventListener('message', hear);
    const order = data as PaperOrder;
    document.documentElement.lang = order.language;
    document.documentElement.dataset['theme'] = order.theme;
    document.title = order.name;
    const sheet = document.createElement('main');
    document.body.replaceChildren(sheet);
    // The page around has the only other end of this channel, and this frame's origin has no name to send to.
    const say = (news: PaperNews): void => parent.postMessage(news, '*');
    void draw(sheet, order, () => say({ partly: true })).then(() => say({ shown: true, height: document.documentElement.scrollHeight }), () => say({ failed: true }));
  };
  addEventListener('message', hear);
}

/** For good: before a file is heard, and so before anything in it can have been run. */
function cutLines(): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (LINES.test(name)) Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
  }
}
