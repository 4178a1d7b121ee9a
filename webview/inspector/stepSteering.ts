/**
 * Pointer and keys on the charts over steps. The handle scrubs when dragged; a click chooses a step; a drag elsewhere
 * brushes a range that every time chart shows. Arrows move a step, with Shift ten; [ and ] set the ends of the range at
 * the step viewed; Escape clears it.
 */
import { nearestKept } from './keptRail.ts';
import type { StepChart } from './stepChart.ts';
import { viewedStep, type Store } from './store.ts';

const HANDLE_REACH = 8;
const DRAG_FROM = 4;
/** A pointer this near to a kept step means it: there the pictures follow exactly. */
const SNAP = 6;

export function steerSteps(store: Store, charts: readonly StepChart[]): void {
  for (const chart of charts) {
    chart.canvas.addEventListener('pointerdown', (event) => press(store, chart, event));
    chart.canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !key(store, event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}

/** Shows a step that the history has, the one nearest to `step`. */
function choose(store: Store, step: number): void {
  const { history } = store.get();
  if (history.length === 0) return;
  const within = Math.min(history.lastStep, Math.max(history.column('step').at(0), Math.round(step)));
  store.set({ viewed: history.column('step').at(history.indexOf(within)) });
}

function press(store: Store, chart: StepChart, start: PointerEvent): void {
  const { canvas } = chart;
  const state = store.get();
  if (state.history.length === 0 || start.button !== 0) return;
  canvas.setPointerCapture(start.pointerId);
  const left = start.clientX - start.offsetX;
  const scrubs = Math.abs(start.offsetX - chart.pixelOf(viewedStep(state))) <= HANDLE_REACH;
  const first = clampStep(store, chart.stepAt(start.offsetX));
  let moved = false;
  const move = (event: PointerEvent) => {
    moved ||= Math.abs(event.clientX - start.clientX) > DRAG_FROM;
    const step = chart.stepAt(event.clientX - left);
    if (scrubs) choose(store, snapped(store, chart, step));
    else if (moved) {
      const other = clampStep(store, step);
      store.set({ range: { from: Math.min(first, other), to: Math.max(first, other) } });
    }
  };
  const end = () => {
    canvas.removeEventListener('pointermove', move);
    canvas.removeEventListener('pointerup', end);
    canvas.removeEventListener('pointercancel', end);
    if (!moved && !scrubs) choose(store, snapped(store, chart, first));
  };
  canvas.addEventListener('pointermove', move);
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
}

function snapped(store: Store, chart: StepChart, step: number): number {
  const kept = nearestKept(store.get().kept, step);
  return kept !== null && Math.abs(chart.pixelOf(kept) - chart.pixelOf(step)) <= SNAP ? kept : step;
}

function clampStep(store: Store, step: number): number {
  return Math.max(1, Math.min(store.get().history.lastStep, step));
}

function key(store: Store, event: KeyboardEvent): boolean {
  const state = store.get();
  const viewed = viewedStep(state);
  const by = event.shiftKey ? 10 : 1;
  switch (event.key) {
    case 'ArrowLeft':
      choose(store, viewed - by);
      return true;
    case 'ArrowRight':
      choose(store, viewed + by);
      return true;
    case 'Home':
      choose(store, 1);
      return true;
    case 'End':
      store.set({ viewed: null });
      return true;
    case '[':
      store.set({ range: { from: viewed, to: Math.max(viewed, state.range?.to ?? state.history.lastStep) } });
      return true;
    case ']':
      store.set({ range: { from: Math.min(viewed, state.range?.from ?? 1), to: viewed } });
      return true;
    case 'Escape':
      store.set(state.range ? { range: null } : { viewed: null });
      return true;
    default:
      return false;
  }
}
