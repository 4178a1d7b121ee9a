/**
 * The modules and tensors of the file as a tree: a derived weight under its raw one, ties by name. One tab stop; arrows
 * move, right and left open and close, Home and End jump.
 */
import type { CheckpointNode, CheckpointTensor, CheckpointView } from '../../src/shared/checkpointContract.ts';
import { element, setText } from '../shared/dom.ts';
import { count, integer, percent, significant } from '../shared/format.ts';

/** More rows than anyone reads; the rest is said to be there. */
const MOST_ROWS = 2000;
/** Files with more tensors begin with their modules closed. */
const OPEN_UP_TO = 200;

interface Row {
  readonly node: CheckpointNode;
  readonly level: number;
}

export class TensorTree {
  readonly root: HTMLElement;
  private readonly list = element('div', { role: 'tree', class: 'tree', 'aria-label': 'Tensors' });
  private readonly more = element('p', { class: 'second small' });
  private readonly select: (name: string) => void;
  private tensors: ReadonlyMap<string, CheckpointTensor> = new Map();
  private top: readonly CheckpointNode[] = [];
  private readonly closed = new Set<string>();
  private rows: readonly Row[] = [];
  private selected = '';
  private active = '';

  constructor(select: (name: string) => void) {
    this.select = select;
    this.root = element('div', { class: 'tree-box' }, this.list, this.more);
    this.list.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !this.press(event.key)) return;
      event.preventDefault();
    });
    this.list.addEventListener('click', (event) => {
      const item = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=treeitem]') : null;
      const row = item && this.rows[Number(item.dataset['row'])];
      if (!row) return;
      if (row.node.kind === 'module') this.toggle(row.node, this.closed.has(keyOf(row.node)));
      else this.choose(row);
      this.focus();
    });
  }

  show({ tensors, root }: CheckpointView, selected: string): void {
    this.tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    this.top = root.children;
    this.closed.clear();
    if (tensors.length > OPEN_UP_TO) for (const node of this.top) this.closed.add(keyOf(node));
    this.selected = selected;
    this.active = selected;
    this.build();
  }

  /** Marks a tensor that was chosen elsewhere, and opens what it lies in. */
  mark(name: string): void {
    const path = pathTo(this.top, name);
    for (const node of path ?? []) this.closed.delete(keyOf(node));
    this.selected = name;
    this.active = name;
    this.build();
    this.item()?.scrollIntoView({ block: 'nearest' });
  }

  private choose({ node }: Row): void {
    this.active = node.name;
    this.selected = node.name;
    this.build();
    this.select(node.name);
  }

  private toggle(node: CheckpointNode, open: boolean): void {
    this.active = keyOf(node);
    if (open) this.closed.delete(keyOf(node));
    else this.closed.add(keyOf(node));
    this.build();
  }

  private press(key: string): boolean {
    const at = Math.max(
      0,
      this.rows.findIndex(({ node }) => keyOf(node) === this.active),
    );
    const row = this.rows[at];
    if (!row) return false;
    const shut = this.closed.has(keyOf(row.node));
    const parent = this.rows.findLastIndex(({ level }, index) => index < at && level < row.level);
    const inside = row.node.children.length > 0;
    switch (key) {
      case 'ArrowDown':
        return this.moveTo(at + 1);
      case 'ArrowUp':
        return this.moveTo(at - 1);
      case 'Home':
        return this.moveTo(0);
      case 'End':
        return this.moveTo(this.rows.length - 1);
      case 'ArrowRight':
        if (inside && !shut) return this.moveTo(at + 1);
        if (inside) this.toggle(row.node, true);
        break;
      case 'ArrowLeft':
        if (!inside || shut) return this.moveTo(parent < 0 ? at : parent);
        this.toggle(row.node, false);
        break;
      case 'Enter':
      case ' ':
        if (row.node.kind === 'module') this.toggle(row.node, shut);
        else this.choose(row);
        break;
      default:
        return false;
    }
    this.focus();
    return true;
  }

  /** A tensor that is reached is shown. */
  private moveTo(index: number): boolean {
    const row = this.rows[Math.max(0, Math.min(this.rows.length - 1, index))];
    if (!row) return false;
    if (row.node.kind === 'tensor') this.choose(row);
    else {
      this.active = keyOf(row.node);
      this.build();
    }
    this.focus();
    return true;
  }

  private item(): HTMLElement | null {
    return this.list.querySelector<HTMLElement>('[tabindex="0"]');
  }

  private focus(): void {
    this.item()?.focus();
  }

  private build(): void {
    const rows: Row[] = [];
    const visit = (nodes: readonly CheckpointNode[], level: number) => {
      for (const node of nodes) {
        rows.push({ node, level });
        if (!this.closed.has(keyOf(node))) visit(node.children, level + 1);
      }
    };
    visit(this.top, 1);
    this.rows = rows.slice(0, MOST_ROWS);
    if (!this.rows.some(({ node }) => keyOf(node) === this.active))
      this.active = this.rows[0] ? keyOf(this.rows[0].node) : '';
    this.list.replaceChildren(...this.rows.map((row, index) => this.itemOf(row, index)));
    const left = rows.length - this.rows.length;
    setText(this.more, left > 0 ? `${count(left, 'more row')}: close some modules to see them.` : '');
  }

  private itemOf({ node, level }: Row, index: number): HTMLElement {
    const key = keyOf(node);
    const inside = node.children.length > 0;
    const open = !this.closed.has(key);
    const item = element(
      'div',
      {
        role: 'treeitem',
        class: `item ${node.kind === 'tensor' ? node.role : 'module'}`,
        'aria-level': level,
        'data-row': index,
        tabindex: key === this.active ? 0 : -1,
        ...(node.kind === 'tensor' ? { 'aria-selected': String(node.name === this.selected) } : {}),
        ...(inside ? { 'aria-expanded': String(open) } : {}),
      },
      element('span', { class: 'twist', 'aria-hidden': 'true' }, inside ? (open ? '▾' : '▸') : ''),
      element('span', { class: 'label', title: node.name }, node.label),
      element('span', { class: 'detail second' }, this.detailOf(node)),
    );
    item.style.setProperty('--level', String(level));
    return item;
  }

  private detailOf(node: CheckpointNode): string {
    if (node.kind === 'module') return integer(node.cells);
    const tensor = this.tensors.get(node.name);
    if (!tensor) return '';
    const { shape, dtype, cells, statistics } = tensor;
    const size = `${shape.length === 0 ? 'one number' : shape.join(' × ')}${dtype === 'F32' ? '' : ` ${dtype}`}`;
    if (node.role === 'tie') return `${size}, is ${node.same ?? ''}`;
    const { std, zeros, nonFinite } = statistics;
    const facts = [
      // Its shape is that of the raw weight above it.
      node.role === 'derived' ? 'derived' : size,
      ...(std === null ? [] : [`std ${significant(std)}`]),
      ...(zeros > 0 ? [`${percent(zeros / cells)} zeros`] : []),
      ...(nonFinite > 0 ? [`${integer(nonFinite)} not finite`] : []),
    ];
    return facts.join(', ');
  }
}

/** Modules and tensors may have one name. */
function keyOf(node: CheckpointNode): string {
  return node.kind === 'module' ? `${node.name}.` : node.name;
}

function pathTo(nodes: readonly CheckpointNode[], name: string): CheckpointNode[] | null {
  for (const node of nodes) {
    if (node.kind === 'tensor' && node.name === name) return [];
    const inner = pathTo(node.children, name);
    if (inner) return [node, ...inner];
  }
  return null;
}
