/**
 * Pointer, wheel and keys on the panes. Wheel moves rows, with Shift columns, with Ctrl it zooms at the pointer; drag
 * pans; a click pins; arrows move the cell, Enter pins, + and − zoom, 0 shows all, G goes to the next gate, Escape unpins.
 */
import { arrowMoves } from './arrowMoves.ts';
import type { Window } from '../../src/shared/engineContract.ts';
import { AXIS, STRIP_GUTTER, type CellPlace } from './cellPane.ts';
import { clampViewport, openingViewport, pan, reveal, zoom, type PaneSize, type Viewport } from './viewport.ts';

/** A tensor as the panes show it: its shape as a matrix, and whether its rows are the gates of an LSTM. */
export interface PaneView {
  readonly shape: readonly [number, number];
  readonly gates: boolean;
}

export type Geometry = () => { view: PaneView; window: Window; size: PaneSize } | null;

/** What the pointer moves, wherever a page keeps it. */
export interface PaneState {
  readonly viewport: Viewport | null;
  readonly cursor: CellPlace | null;
  readonly pin: CellPlace | null;
}

export interface SteeredStore {
  get(): PaneState;
  set(change: Partial<PaneState>): void;
}

const WHEEL_CELLS = 2;
const DRAG_FROM = 4;

/** `onKey` is called after a key did something here. */
export function steerPanes(
  store: SteeredStore,
  canvases: readonly HTMLCanvasElement[],
  geometry: Geometry,
  onKey: () => void,
): void {
  for (const canvas of canvases) {
    canvas.addEventListener('pointermove', (event) => {
      const cell = cellUnder(canvas, event, geometry);
      if (cell && event.buttons === 0) store.set({ cursor: cell });
    });
    canvas.addEventListener('pointerleave', (event) => {
      if (event.buttons === 0 && document.activeElement !== canvas) store.set({ cursor: null });
    });
    canvas.addEventListener('pointerdown', (event) => drag(store, canvas, event, geometry));
    canvas.addEventListener('dblclick', () => showAll(store, geometry));
    canvas.addEventListener('wheel', (event) => wheel(store, canvas, event, geometry), { passive: false });
    canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !press(store, event, geometry)) return;
      event.preventDefault();
      onKey();
    });
  }
}

/** On the strip of the whole weight a press or drag brings the panes there, and an arrow moves them half a window. */
export function steerOverview(store: SteeredStore, canvas: HTMLCanvasElement, geometry: Geometry): void {
  const go = (event: PointerEvent) => {
    const now = geometry();
    if (!now) return;
    const box = canvas.getBoundingClientRect();
    const [rows, cols] = now.view.shape;
    const row = Math.round(((event.clientY - box.top - AXIS) / (box.height - AXIS)) * rows - now.window.rows / 2);
    const width = box.width - STRIP_GUTTER;
    const col = Math.round(((event.clientX - box.left - STRIP_GUTTER) / width) * cols - now.window.cols / 2);
    const { cell } = currentViewport(store, now);
    store.set({ viewport: clampViewport({ row, col, cell }, now.view.shape, now.size), cursor: null, pin: null });
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    go(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0) go(event);
  });
  canvas.addEventListener('keydown', (event) => {
    const now = geometry();
    const arrow = arrowMoves[event.key];
    if (!now || !arrow || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const half = (cells: number) => Math.max(1, cells >> 1);
    const viewport = currentViewport(store, now);
    const [rows, cols] = [arrow[0] * half(now.window.rows), arrow[1] * half(now.window.cols)];
    store.set({ viewport: pan(viewport, rows, cols, now.view.shape, now.size), cursor: null });
  });
}

/** One size nearer or farther, about the cell in hand or the middle. */
export function zoomAbout(store: SteeredStore, direction: 1 | -1, geometry: Geometry, at?: CellPlace): void {
  const now = geometry();
  if (!now) return;
  const { window } = now;
  const about = at ??
    store.get().cursor ?? { row: window.row + (window.rows >> 1), col: window.col + (window.cols >> 1) };
  store.set({ viewport: zoom(currentViewport(store, now), direction, about, now.view.shape, now.size) });
}

export function showAll(store: SteeredStore, geometry: Geometry): void {
  if (geometry()) store.set({ viewport: { row: 0, col: 0, cell: 0 } });
}

function wheel(store: SteeredStore, canvas: HTMLCanvasElement, event: WheelEvent, geometry: Geometry): void {
  const now = geometry();
  if (!now) return;
  event.preventDefault();
  if (event.ctrlKey) {
    zoomAbout(store, event.deltaY < 0 ? 1 : -1, geometry, cellUnder(canvas, event, geometry) ?? undefined);
    return;
  }
  const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  const cells = Math.sign(sideways ? event.deltaX || event.deltaY : event.deltaY) * WHEEL_CELLS;
  const viewport = currentViewport(store, now);
  store.set({ viewport: pan(viewport, sideways ? 0 : cells, sideways ? cells : 0, now.view.shape, now.size) });
}

function drag(store: SteeredStore, canvas: HTMLCanvasElement, start: PointerEvent, geometry: Geometry): void {
  const now = geometry();
  const from = cellUnder(canvas, start, geometry);
  if (!now || !from) return;
  const viewport = currentViewport(store, now);
  let moved = false;
  canvas.setPointerCapture(start.pointerId);
  const move = (event: PointerEvent) => {
    const x = event.clientX - start.clientX;
    const y = event.clientY - start.clientY;
    moved ||= Math.hypot(x, y) > DRAG_FROM;
    if (!moved) return;
    const rows = -Math.round((y / now.size.height) * now.window.rows);
    const cols = -Math.round((x / now.size.width) * now.window.cols);
    store.set({ viewport: pan(viewport, rows, cols, now.view.shape, now.size) });
  };
  const end = () => {
    canvas.removeEventListener('pointermove', move);
    canvas.removeEventListener('pointerup', end);
    canvas.removeEventListener('pointercancel', end);
    if (!moved) store.set({ pin: from });
  };
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
}

function press(store: SteeredStore, event: KeyboardEvent, geometry: Geometry): boolean {
  const now = geometry();
  if (!now) return false;
  const { shape } = now.view;
  const { window } = now;
  const held = store.get().cursor ?? { row: window.row + (window.rows >> 1), col: window.col + (window.cols >> 1) };
  const moveTo = (row: number, col: number) => {
    const cursor = { row: Math.max(0, Math.min(shape[0] - 1, row)), col: Math.max(0, Math.min(shape[1] - 1, col)) };
    store.set({ cursor, viewport: reveal(currentViewport(store, now), cursor, shape, now.size) });
    return true;
  };
  const arrow = arrowMoves[event.key];
  if (arrow) return moveTo(held.row + arrow[0], held.col + arrow[1]);
  switch (event.key) {
    case 'Enter':
      store.set({ pin: held });
      return true;
    case 'Escape':
      store.set({ pin: null, cursor: null });
      return true;
    case '+':
    case '=':
      zoomAbout(store, 1, geometry);
      return true;
    case '-':
      zoomAbout(store, -1, geometry);
      return true;
    case '0':
      showAll(store, geometry);
      return true;
    case 'g':
    case 'G': {
      if (!now.view.gates) return false;
      const units = shape[0] / 4;
      return moveTo(((Math.floor(held.row / units) + 1) % 4) * units, held.col);
    }
    default:
      return false;
  }
}

function currentViewport(store: SteeredStore, now: { view: PaneView; size: PaneSize }): Viewport {
  return store.get().viewport ?? openingViewport(now.view.shape, now.view.gates, now.size);
}

function cellUnder(canvas: HTMLCanvasElement, event: MouseEvent, geometry: Geometry): CellPlace | null {
  const now = geometry();
  if (!now) return null;
  const box = canvas.getBoundingClientRect();
  const gutter = Number(canvas.dataset['gutter'] ?? 0);
  const { window, size } = now;
  const row = Math.floor(((event.clientY - box.top - AXIS) / size.height) * window.rows);
  const col = Math.floor(((event.clientX - box.left - gutter) / size.width) * window.cols);
  if (row < 0 || col < 0 || row >= window.rows || col >= window.cols) return null;
  return { row: window.row + row, col: window.col + col };
}
