/** What tests ask of the page from inside it: pixels of canvases, and whether the text of a section fits. */

/** Colours at the given CSS positions of a canvas, as "red,green,blue,alpha". */
export function pixels(selector: string, points: readonly (readonly [number, number])[]): string[] {
  const canvas = document.querySelector(selector);
  if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no canvas ${selector}`);
  // Read from a copy: reading back from the page's own canvas would make Chromium change how it draws.
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const pen = copy.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('no 2-D canvas');
  pen.drawImage(canvas, 0, 0);
  const ratio = canvas.width / canvas.getBoundingClientRect().width;
  return points.map(([x, y]) => [...pen.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data].join());
}

/** Top and height of each section, to see whether anything moved. */
export function boxes(): Record<string, string> {
  const sections = document.querySelectorAll('header, section, .pane canvas');
  return Object.fromEntries(
    Array.from(sections, (section, index) => {
      const { left, top, width, height } = section.getBoundingClientRect();
      return [`${section.tagName} ${section.id || index}`, [left, top, width, height].map(Math.round).join()];
    }),
  );
}

/** Elements of text that are cut off although nothing says so, by their text. */
export function cutTexts(): string[] {
  return Array.from(document.querySelectorAll('h2, h3, .name, .value, .fact-line, .site .number'), (element) => element)
    .filter((element) => element instanceof HTMLElement && element.offsetParent !== null)
    .filter(
      (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline',
    )
    .map((element) => element.textContent);
}

declare global {
  interface Window {
    probes: { pixels: typeof pixels; boxes: typeof boxes; cutTexts: typeof cutTexts };
  }
}

window.probes = { pixels, boxes, cutTexts };
