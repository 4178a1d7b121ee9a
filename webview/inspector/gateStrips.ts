/**
 * The gates of a layer unit by unit at the step viewed: a strip a gate, a bar a unit, upwards the share of positions at
 * which it is open and downwards that at which it is closed. Choosing a strip lists its most saturated units, and choosing
 * one of them shows its row in the panes.
 */
import type { LayerGates } from '../../src/shared/stepContract.ts';
import { prepare } from '../shared/canvas.ts';
import { css, mix, type Rgb } from '../shared/colour.ts';
import { attachTable, type Table } from '../shared/dataTable.ts';
import { element, rebuild, setText } from '../shared/dom.ts';
import { count, integer, percent } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { gateLetters, gateNames } from '../shared/gates.ts';

const HEIGHT = 20;
const NUMBERS = 80;
const LISTED = 5;
/** The third gate is a tanh: its ends are −1 and 1. */
const CELL_GATE = 2;

export interface ShownGates {
  readonly layer: number;
  readonly step: number;
  readonly gates: LayerGates;
}

export interface UnitChoice {
  readonly layer: number;
  readonly gate: number;
  readonly unit: number;
}

export class GateStrips {
  readonly root: HTMLElement;
  readonly canvases: readonly HTMLCanvasElement[];
  private readonly strips: readonly { readonly button: HTMLButtonElement; readonly number: HTMLElement }[];
  private readonly list = element('p', { class: 'small units' });
  private readonly chooseUnit: (choice: UnitChoice) => void;
  private shown: ShownGates | null = null;

  constructor(chooseGate: (gate: number) => void, chooseUnit: (choice: UnitChoice) => void) {
    this.chooseUnit = chooseUnit;
    this.canvases = gateLetters.map((letter) =>
      element('canvas', { id: `gate-${letter}`, role: 'img', 'aria-label': `${letter}: not recorded yet` }),
    );
    this.strips = this.canvases.map((canvas, gate) => {
      const number = element('span', { class: 'number' });
      const name = element('span', { class: 'second' }, `${gateLetters[gate] ?? ''} `);
      const button = element(
        'button',
        { class: 'strip', 'aria-pressed': 'false', click: () => chooseGate(gate) },
        element('span', {}, name, number),
        canvas,
      );
      attachTable(button, () => this.table(gate), canvas);
      return { button, number };
    });
    this.root = element('div', { class: 'strips' }, ...this.strips.map(({ button }) => button), this.list);
  }

  /** `shown` is null while there is nothing to show; units are listed of the gate `wanted`, or at −1 the most saturated. */
  draw(shown: ShownGates | null, wanted: number, width: number): void {
    this.shown = shown;
    const chosen = wanted < 0 && shown ? mostSaturated(shown.gates) : wanted;
    this.canvases.forEach((canvas, gate) => {
      const strip = this.strips[gate];
      strip?.button.setAttribute('aria-pressed', String(gate === chosen));
      strip?.button.classList.toggle('selected', gate === chosen);
      if (strip) setText(strip.number, shown ? percent(meanShare(shown.gates, gate)) : '');
      drawStrip(canvas, shown?.gates ?? null, gate, Math.max(40, width - NUMBERS));
      canvas.setAttribute(
        'aria-label',
        shown ? inWords(shown, gate) : `${gateNames[gate] ?? ''}: not recorded at this step`,
      );
    });
    const key = shown ? `${shown.layer} ${shown.step} ${chosen} ${shown.gates.units}` : 'none';
    rebuild(this.list, key, () => (shown ? this.listed(shown, chosen) : ['Not recorded at this step.']));
  }

  /** All gates of all units. */
  allTable(): Table | null {
    const { shown } = this;
    if (!shown) return null;
    const { units, low, high } = shown.gates;
    return {
      title: `Saturated gates of rnns.${shown.layer} by unit at step ${integer(shown.step)}`,
      head: [
        'unit',
        ...gateLetters.flatMap((letter) => [`${letter} ${ends(letter)[0]}`, `${letter} ${ends(letter)[1]}`]),
      ],
      body: Array.from({ length: units }, (_, unit) => [
        String(unit),
        ...gateLetters.flatMap((_, gate) => [low, high].map((shares) => percent(shares[gate * units + unit] ?? NaN))),
      ]),
    };
  }

  private listed(shown: ShownGates, gate: number): (Node | string)[] {
    const { gates, layer } = shown;
    const most = ranked(gates, gate).slice(0, LISTED);
    const name = gateNames[gate] ?? '';
    if (most.length === 0) return [`${name}: no unit is saturated anywhere in this batch.`];
    const stuck = stuckUnits(gates, gate);
    const said = stuck > 0 ? `${count(stuck, 'unit')} saturated at every position. ` : '';
    const units = most.map(({ unit, low, high }) => {
      const [closed, open] = ends(gateLetters[gate] ?? 'i');
      const share = high >= low ? `${percent(high, 0)} ${open}` : `${percent(low, 0)} ${closed}`;
      const button = element(
        'button',
        { class: 'link', click: () => this.chooseUnit({ layer, gate, unit }) },
        `${unit}`,
      );
      button.title = `Show unit ${unit} of the ${name} in the panes`;
      return element('span', { class: 'unit number' }, button, `: ${share}`);
    });
    return [`${name}, most saturated units: ${said}`, ...units.flatMap((unit) => [unit, ' '])];
  }

  private table(gate: number): Table | null {
    const { shown } = this;
    if (!shown) return null;
    const [closed, open] = ends(gateLetters[gate] ?? 'i');
    return {
      title: `${gateNames[gate] ?? ''} of rnns.${shown.layer} by unit at step ${integer(shown.step)}, most saturated first`,
      head: ['unit', closed, open],
      body: ranked(shown.gates, gate, true).map(({ unit, low, high }) => [String(unit), percent(low), percent(high)]),
    };
  }
}

/** What the two ends of a gate's range are called. */
function ends(letter: string): readonly [string, string] {
  return letter === gateLetters[CELL_GATE] ? ['near \u22121', 'near 1'] : ['closed', 'open'];
}

interface Unit {
  readonly unit: number;
  readonly low: number;
  readonly high: number;
}

/** The most saturated first; only those that are at all, unless `all`. */
function ranked({ units, low, high }: LayerGates, gate: number, all = false): Unit[] {
  const list = Array.from({ length: units }, (_, unit) => ({
    unit,
    low: low[gate * units + unit] ?? 0,
    high: high[gate * units + unit] ?? 0,
  }));
  return list
    .filter((unit) => all || unit.low + unit.high > 0)
    .sort((a, b) => b.low + b.high - a.low - a.high || a.unit - b.unit);
}

/** Units whose gate is at an end of its range at every position, but for rounding. */
function stuckUnits(gates: LayerGates, gate: number): number {
  return ranked(gates, gate).filter(({ low, high }) => low + high > 1 - 1e-6).length;
}

function meanShare({ units, low, high }: LayerGates, gate: number): number {
  let sum = 0;
  for (let at = gate * units; at < (gate + 1) * units; at++) sum += (low[at] ?? 0) + (high[at] ?? 0);
  return sum / units;
}

function mostSaturated(gates: LayerGates): number {
  const shares = gateLetters.map((_, gate) => meanShare(gates, gate));
  return shares.indexOf(Math.max(...shares));
}

function inWords({ layer, step, gates }: ShownGates, gate: number): string {
  const list = ranked(gates, gate);
  const [first] = list;
  const [closed, open] = ends(gateLetters[gate] ?? 'i');
  const most = first
    ? `; most in unit ${first.unit}: ${closed} ${percent(first.low)}, ${open} ${percent(first.high)}`
    : '';
  return `${gateNames[gate] ?? ''} of rnns.${layer} at step ${integer(step)}: saturated at ${percent(meanShare(gates, gate))} of positions, in ${integer(list.length)} of ${count(gates.units, 'unit')}${most}.`;
}

function drawStrip(canvas: HTMLCanvasElement, gates: LayerGates | null, gate: number, width: number): void {
  const pen = prepare(canvas, width, HEIGHT);
  const palette = currentPalette();
  const middle = HEIGHT / 2;
  pen.fillStyle = css(mix(palette.background, palette.foreground, 0.08));
  pen.fillRect(0, 0, width, HEIGHT);
  pen.fillStyle = css(palette.muted);
  pen.fillRect(0, middle, width, 1);
  if (!gates) return;
  const { units, low, high } = gates;
  const bar = (from: number, to: number, share: number, up: boolean, colour: Rgb) => {
    const height = Math.ceil(share * (middle - 1));
    pen.fillStyle = css(colour);
    pen.fillRect(from, up ? middle - height : middle + 1, Math.max(1, to - from), height);
  };
  // Where units are narrower than a pixel, each pixel shows the largest of its own.
  const bars = Math.min(units, Math.floor(width));
  const gap = width / bars > 4 ? 1 : 0;
  const closed = mix(palette.foreground, palette.valid, 0.9);
  const open = mix(palette.foreground, palette.train, 0.9);
  for (let index = 0; index < bars; index++) {
    const [first, after] = [index, index + 1].map((place) => Math.floor((place * units) / bars)) as [number, number];
    const largest = (shares: Float32Array) => Math.max(...shares.subarray(gate * units + first, gate * units + after));
    const [from, to] = [index, index + 1].map((place) => Math.round((place * width) / bars)) as [number, number];
    bar(from, to - gap, largest(high), true, open);
    bar(from, to - gap, largest(low), false, closed);
  }
}
