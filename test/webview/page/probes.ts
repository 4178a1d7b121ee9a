/** What tests ask of the page from inside it: pixels of canvases, and whether the text of a section fits. */
import type { Frames } from './frames.ts';

/** Colours at the given CSS positions of a canvas, as "red,green,blue,alpha". */
export function pixels(selector: string, points: readonly (readonly [number, number])[]): string[] {
  const { pen, ratio } = copyOf(selector);
  return points.map(([x, y]) => [...pen.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data].join());
}

/** How many pixels of a canvas are drawn on, from `left` CSS pixels on. */
export function ink(selector: string, left: number): number {
  const { pen, ratio } = copyOf(selector);
  const { width, height } = pen.canvas;
  const from = Math.floor(left * ratio);
  const { data } = pen.getImageData(from, 0, width - from, height);
  return data.reduce((drawn, value, index) => drawn + (index % 4 === 3 && value > 0 ? 1 : 0), 0);
}

function copyOf(selector: string): { pen: OffscreenCanvasRenderingContext2D; ratio: number } {
  const canvas = document.querySelector(selector);
  if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no canvas ${selector}`);
  // Read from a copy: reading back from the page's own canvas would make Chromium change how it draws.
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const pen = copy.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('no 2-D canvas');
  pen.drawImage(canvas, 0, 0);
  return { pen, ratio: canvas.width / canvas.getBoundingClientRect().width };
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

/** Frames a second while `act` is done once a frame for so many milliseconds. */
async function frames(ms: number, act: (frame: number) => void): Promise<Frames> {
  const gaps: number[] = [];
  const next = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  const start = await next();
  let last = start;
  for (let frame = 0; last - start < ms; frame++) {
    act(frame);
    const now = await next();
    gaps.push(now - last);
    last = now;
  }
  gaps.sort((a, b) => a - b);
  return { perSecond: (1000 * gaps.length) / (last - start), p95: gaps[Math.floor(gaps.length * 0.95)] ?? NaN };
}

function wheelOn(selector: string, change: WheelEventInit): void {
  const canvas = document.querySelector(selector);
  if (!canvas) throw new Error(`no canvas ${selector}`);
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const middle = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
  canvas.dispatchEvent(new WheelEvent('wheel', { ...middle, ...change }));
}

/** Pans a pane by a wheel event a frame, down and sideways in turn. */
export function panning(selector: string, ms: number): Promise<Frames> {
  return frames(ms, (frame) => wheelOn(selector, { deltaY: 100, shiftKey: frame % 3 === 2 }));
}

/** Zooms a pane out to all of it and in again, a step every second frame. */
export function zooming(selector: string, ms: number): Promise<Frames> {
  return frames(ms, (frame) => {
    if (frame % 2 === 0) wheelOn(selector, { deltaY: Math.floor(frame / 30) % 2 === 0 ? 100 : -100, ctrlKey: true });
  });
}

declare global {
  interface Window {
    probes: {
      pixels: typeof pixels;
      ink: typeof ink;
      boxes: typeof boxes;
      cutTexts: typeof cutTexts;
      panning: typeof panning;
      zooming: typeof zooming;
    };
  }
}

window.probes = { pixels, ink, boxes, cutTexts, panning, zooming };
