/**
 * The editor's colours as the canvases need them. VS Code changes the body's class and the root's style when the theme
 * changes; the palette is read again then, and everything drawn is drawn anew.
 */
import { divergingTable, mix, pack, type DivergingAnchors, type Rgb } from './colour.ts';

export interface Palette {
  readonly highContrast: boolean;
  readonly background: Rgb;
  readonly foreground: Rgb;
  readonly muted: Rgb;
  readonly hairline: Rgb;
  readonly grid: Rgb;
  readonly band: Rgb;
  readonly histogram: Rgb;
  readonly kept: Rgb;
  readonly dot: Rgb;
  readonly train: Rgb;
  readonly valid: Rgb;
  readonly norm: Rgb;
  readonly clipped: Rgb;
  /** A second run beside the one shown, whose own colour is `train`. */
  readonly other: Rgb;
  /** The far end of the ramp of unsigned values. */
  readonly sequential: Rgb;
  readonly caution: Rgb;
  readonly bad: Rgb;
  readonly signed: Uint32Array;
  readonly zero: number;
  /** Font of axes and captions, ready for a canvas. */
  readonly font: string;
  readonly monospace: string;
}

let palette: Palette | undefined;

/** The palette in use; read from the page when it is first needed. */
export function currentPalette(): Palette {
  return (palette ??= readPalette());
}

/** Calls back after the theme, or what it is made of, has changed. Lives as long as the page. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(() => {
    palette = undefined;
    listener();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}

function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  // Where the system forces colours, every colour would read as that of text.
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  const swatch = document.createElement('canvas');
  swatch.width = swatch.height = 1;
  const pen = swatch.getContext('2d', { willReadFrequently: true });
  const read = (variable: string): Rgb => {
    probe.style.color = `var(${variable})`;
    if (!pen) return [127, 127, 127];
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  const style = getComputedStyle(document.body);
  const background = read('--ds-background');
  const foreground = read('--ds-foreground');
  const forced = document.documentElement.classList.contains('forced');
  const highContrast = forced || document.body.classList.contains('vscode-high-contrast');
  const zero = read('--ds-zero');
  const anchors: DivergingAnchors = [
    read('--ds-negative-far'),
    read('--ds-negative'),
    zero,
    read('--ds-positive'),
    read('--ds-positive-far'),
  ];
  const result: Palette = {
    highContrast,
    background,
    foreground,
    muted: read('--ds-muted'),
    hairline: read('--ds-hairline'),
    grid: mix(background, foreground, highContrast ? 0.35 : 0.09),
    band: mix(background, foreground, highContrast ? 0.28 : 0.12),
    histogram: mix(background, foreground, highContrast ? 0.7 : 0.35),
    kept: read('--ds-kept'),
    dot: read('--ds-dot'),
    train: read('--ds-train'),
    valid: read('--ds-valid'),
    norm: read('--ds-norm'),
    clipped: read('--ds-clipped'),
    other: read('--ds-other'),
    sequential: read('--ds-sequential'),
    caution: read('--ds-caution'),
    bad: read('--ds-bad'),
    signed: divergingTable(anchors),
    zero: pack(zero),
    font: `11px ${style.getPropertyValue('font-family')}`,
    monospace: `11px ${style.getPropertyValue('--ds-monospace')}`,
  };
  probe.remove();
  return result;
}
