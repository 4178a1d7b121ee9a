/** The page's icons as inline SVG: 16 px, drawn in the text colour, hidden from screen readers (the text beside says it). */

const SVG = 'http://www.w3.org/2000/svg';

/** Stroked paths, and filled ones under `fill`. */
const shapes = {
  run: { stroke: 'M2 2.5V13.500H14M3.500 10.500L6.500 6.500L9 8.500L13 3.500' },
  continue: { fill: 'M4.500 2.500V13.500L13 8Z' },
  pause: { fill: 'M4 3H6.750V13H4ZM9.250 3H12V13H9.250Z' },
  stop: { stroke: 'M3.500 3.500H12.500V12.500H3.500Z' },
  step: {
    stroke: 'M8 1.500V8.500M5 6L8 9L11 6',
    fill: 'M8 11.400A1.600 1.600 0 1 1 8 14.600A1.600 1.600 0 1 1 8 11.400Z',
  },
  // As in the editor's margin: a red dot, with the two strokes of one that has a condition.
  breakpoint: {
    fill: 'M8 3A5 5 0 1 1 8 13A5 5 0 1 1 8 3M5.500 6.200V7.400H10.500V6.200ZM5.500 8.600V9.800H10.500V8.600Z',
  },
  log: { stroke: 'M3 3.500H13M3 6.500H13M3 9.500H10M3 12.500H8' },
  holds: { stroke: 'M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2M5.200 8.300L7.200 10.200L10.900 6' },
  warning: { stroke: 'M8 2.200L14.500 13.500H1.500ZM8 6.500V9.800M8 11.200V12.300' },
  error: { stroke: 'M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2M5.700 5.700L10.300 10.300M10.300 5.700L5.700 10.300' },
  unknown: { stroke: 'M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2M5.500 8H10.500' },
  waiting: { stroke: 'M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2M8 4.800V8.200L10.400 9.600' },
  zoomOut: { stroke: 'M3 8H13' },
  zoomIn: { stroke: 'M3 8H13M8 3V13' },
  showAll: { stroke: 'M2.500 6V2.500H6M10 2.500H13.500V6M13.500 10V13.500H10M6 13.500H2.500V10' },
  rescale: { stroke: 'M2.500 12.500H13.500M4.500 10V6.500M8 10V3M11.500 10V7.500' },
  save: { stroke: 'M8 2.500V9.500M5 6.700L8 9.700L11 6.700M3 13H13' },
  picture: { stroke: 'M2.500 3.500H13.500V12.500H2.500ZM2.500 10.500L6 7L9 10L11 8L13.500 10.500' },
  help: {
    stroke:
      'M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2M6.200 6.400A1.800 1.800 0 1 1 8.600 8.100Q8 8.400 8 9.200M8 10.600V11.700',
  },
  compare: { stroke: 'M2 5.500H11M8.500 3L11 5.500L8.500 8M14 10.500H5M7.500 8L5 10.500L7.500 13' },
  close: { stroke: 'M4 4L12 12M12 4L4 12' },
} satisfies Record<string, { stroke?: string; fill?: string }>;

export type IconName = keyof typeof shapes;

/** `tone` colours the icon: "good", "caution" or "bad"; the sentence beside it must say the same without colour. */
export function icon(name: IconName, tone = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon ${tone}`);
  svg.setAttribute('aria-hidden', 'true');
  const shape: { stroke?: string; fill?: string } = shapes[name];
  for (const kind of ['stroke', 'fill'] as const) {
    const outline = shape[kind];
    if (!outline) continue;
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', outline);
    path.setAttribute('class', kind);
    svg.append(path);
  }
  return svg;
}
