/**
 * A pen with the canvas's own strokes that writes SVG, so that whatever is drawn on a page can be had as a drawing: lines,
 * bars and words as vectors, cells as an embedded picture. Made to stand where a canvas's 2-D pen is expected.
 */

/** What save() keeps and restore() brings back. */
interface Ink {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineJoin: string;
  lineCap: string;
  lineDashOffset: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  dash: readonly number[];
  matrix: DOMMatrix;
  clip: string;
}

let clips = 0;

export class SvgPen {
  readonly width: number;
  readonly height: number;
  /** Chart.js reads its size from here, in device pixels. */
  readonly canvas: { width: number; height: number; getContext(): SvgPen };
  fillStyle = '#000';
  strokeStyle = '#000';
  lineWidth = 1;
  lineJoin = 'miter';
  lineCap = 'butt';
  lineDashOffset = 0;
  font = '11px sans-serif';
  textAlign = 'start';
  textBaseline = 'alphabetic';
  readonly #ratio: number;
  readonly #ruler = new OffscreenCanvas(1, 1).getContext('2d');
  readonly #saved: Ink[] = [];
  #dash: readonly number[] = [];
  #matrix = new DOMMatrix();
  #clip = '';
  #path: string[] = [];
  #shapes: string[] = [];

  /** Sizes in CSS pixels; `ratio` device pixels of one are what setTransform and putImageData are told. */
  constructor(width: number, height: number, ratio: number) {
    this.width = width;
    this.height = height;
    this.#ratio = ratio;
    this.canvas = { width: width * ratio, height: height * ratio, getContext: () => this };
  }

  /** The pen's type where drawing code asks for a canvas's: it has every stroke that this project draws with. */
  get asCanvasPen(): CanvasRenderingContext2D {
    return this as unknown as CanvasRenderingContext2D;
  }

  /** All that was drawn, without the <svg> round it. */
  get shapes(): string {
    return this.#shapes.join('\n');
  }

  /** Puts another drawing down with its upper left corner at (x, y). */
  append(other: SvgPen, x: number, y: number): void {
    this.#shapes.push(`<g transform="translate(${short(x)} ${short(y)})">\n${other.shapes}\n</g>`);
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, lineCap, lineDashOffset, font, textAlign, textBaseline } =
      this;
    const style = {
      fillStyle,
      strokeStyle,
      lineWidth,
      lineJoin,
      lineCap,
      lineDashOffset,
      font,
      textAlign,
      textBaseline,
    };
    this.#saved.push({ ...style, dash: this.#dash, matrix: DOMMatrix.fromMatrix(this.#matrix), clip: this.#clip });
  }

  restore(): void {
    const ink = this.#saved.pop();
    if (!ink) return;
    const { dash, matrix, clip, ...style } = ink;
    Object.assign(this, style);
    [this.#dash, this.#matrix, this.#clip] = [dash, matrix, clip];
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.#matrix = new DOMMatrix([a, b, c, d, e, f].map((value) => value / this.#ratio));
  }

  resetTransform(): void {
    this.#matrix = new DOMMatrix();
  }

  translate(x: number, y: number): void {
    this.#matrix.translateSelf(x, y);
  }

  rotate(radians: number): void {
    this.#matrix.rotateSelf((radians * 180) / Math.PI);
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = [...dash];
  }

  beginPath(): void {
    this.#path = [];
  }

  closePath(): void {
    this.#path.push('Z');
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${this.#point(x, y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${this.#point(x, y)}`);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path.push(this.#box(x, y, width, height));
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const [right, bottom] = [x + width, y + height];
    const corner = (toX: number, toY: number) => `A${radius} ${radius} 0 0 1 ${this.#point(toX, toY)}`;
    this.moveTo(x + radius, y);
    this.#path.push(`L${this.#point(right - radius, y)}`, corner(right, y + radius));
    this.#path.push(`L${this.#point(right, bottom - radius)}`, corner(right - radius, bottom));
    this.#path.push(`L${this.#point(x + radius, bottom)}`, corner(x, bottom - radius));
    this.#path.push(`L${this.#point(x, y + radius)}`, corner(x + radius, y), 'Z');
  }

  /** Whole circles only: nothing else is drawn here. */
  arc(x: number, y: number, radius: number): void {
    const half = (toX: number) => `A${short(radius)} ${short(radius)} 0 1 1 ${this.#point(toX, y)}`;
    this.#path.push(`M${this.#point(x - radius, y)}`, half(x + radius), half(x - radius), 'Z');
  }

  fill(): void {
    this.#draw(`<path d="${this.#path.join('')}" fill="${colour(this.fillStyle)}"/>`);
  }

  stroke(): void {
    this.#draw(`<path d="${this.#path.join('')}" fill="none" ${this.#strokeAttributes()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#draw(`<path d="${this.#box(x, y, width, height)}" fill="${colour(this.fillStyle)}"/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#draw(`<path d="${this.#box(x, y, width, height)}" fill="none" ${this.#strokeAttributes()}/>`);
  }

  /** The whole canvas is cleared before each drawing, never a part of it. */
  clearRect(): void {
    this.#shapes = [];
  }

  /** Everything until the next restore() is cut to the path. */
  clip(): void {
    this.#clip = `clip${++clips}`;
    this.#shapes.push(`<clipPath id="${this.#clip}"><path d="${this.#path.join('')}"/></clipPath>`);
  }

  measureText(text: string): TextMetrics {
    if (!this.#ruler) throw new Error('This browser gives no 2-D canvas, so no text can be measured.');
    this.#ruler.font = this.font;
    this.#ruler.textBaseline = 'alphabetic';
    return this.#ruler.measureText(text);
  }

  fillText(text: string, x: number, y: number): void {
    this.#write(text, x, y, `fill="${colour(this.fillStyle)}"`);
  }

  strokeText(text: string, x: number, y: number): void {
    this.#write(text, x, y, `fill="none" ${this.#strokeAttributes()}`);
  }

  createImageData(width: number, height: number): ImageData {
    return new ImageData(width, height);
  }

  putImageData(image: ImageData, x: number, y: number): void {
    const sheet = document.createElement('canvas');
    [sheet.width, sheet.height] = [image.width, image.height];
    sheet.getContext('2d')?.putImageData(image, 0, 0);
    const ratio = this.#ratio;
    this.#embed(sheet, new DOMMatrix(), x / ratio, y / ratio, image.width / ratio, image.height / ratio);
  }

  drawImage(
    source: HTMLCanvasElement | OffscreenCanvas,
    x: number,
    y: number,
    width = source.width,
    height = source.height,
  ) {
    const sheet = document.createElement('canvas');
    [sheet.width, sheet.height] = [source.width, source.height];
    sheet.getContext('2d')?.drawImage(source, 0, 0);
    this.#embed(sheet, this.#matrix, x, y, width, height);
  }

  #embed(sheet: HTMLCanvasElement, matrix: DOMMatrix, x: number, y: number, width: number, height: number): void {
    const place = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    const how = `preserveAspectRatio="none" image-rendering="pixelated"${transform(matrix)}`;
    this.#draw(`<image ${place} ${how} href="${sheet.toDataURL('image/png')}"/>`);
  }

  #write(text: string, x: number, y: number, paint: string): void {
    const anchor = { center: 'middle', right: 'end', end: 'end' }[this.textAlign] ?? 'start';
    // SVG viewers disagree about baselines other than the alphabetic one, so the others are worked out here.
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = this.measureText(text);
    const down = { middle: (ascent - descent) / 2, top: ascent, bottom: -descent }[this.textBaseline] ?? 0;
    const place = `x="${short(x)}" y="${short(y + down)}" text-anchor="${anchor}"${transform(this.#matrix)}`;
    this.#draw(`<text ${place} ${fontAttributes(this.font)} ${paint}>${escaped(text)}</text>`);
  }

  #strokeAttributes(): string {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.join(' ')}"` : '';
    return `stroke="${colour(this.strokeStyle)}" stroke-width="${this.lineWidth}" stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"${dash}`;
  }

  #box(x: number, y: number, width: number, height: number): string {
    const [right, bottom] = [x + width, y + height];
    return `M${this.#point(x, y)}L${this.#point(right, y)}L${this.#point(right, bottom)}L${this.#point(x, bottom)}Z`;
  }

  #point(x: number, y: number): string {
    const at = this.#matrix.transformPoint({ x, y });
    return `${short(at.x)} ${short(at.y)}`;
  }

  #draw(shape: string): void {
    this.#shapes.push(this.#clip ? `<g clip-path="url(#${this.#clip})">${shape}</g>` : shape);
  }
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function transform({ isIdentity, a, b, c, d, e, f }: DOMMatrix): string {
  return isIdentity
    ? ''
    : ` transform="matrix(${[a, b, c, d, e, f].map((value) => Number(value.toFixed(5))).join(' ')})"`;
}

/** Programs other than browsers read colours with commas only. */
function colour(style: string): string {
  return style.replace(/^rgb\((\d+) (\d+) (\d+)\)$/, 'rgb($1,$2,$3)');
}

/** `font` as a canvas has it: "600 13px Segoe UI, sans-serif". Attributes, because a policy may forbid styles. */
function fontAttributes(font: string): string {
  const [, before = '', size = '11', family = 'sans-serif'] = /^(.*?)([\d.]+)px\s+(.*)$/.exec(font) ?? [];
  const weight = /\b(\d{3}|bold)\b/.exec(before)?.[1];
  return `font-family="${escaped(family)}" font-size="${size}"${weight ? ` font-weight="${weight}"` : ''}`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
