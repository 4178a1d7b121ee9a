/**
 * Shows a TreeNode model in a native tree view and keeps it current: at most twice a second, only while someone can see
 * it, and redrawing changed nodes only. Elements are ids, so selection and expansion survive every update.
 */
import * as vscode from 'vscode';
import type { Activity } from './activity.ts';
import { Disposables } from './disposables.ts';
import { TreeModel } from './treeModel.ts';
import { nodeFor, type TreeNode } from './treeNode.ts';

const REFRESH_MS = 500;

export interface LiveTreeOptions {
  readonly view: string;
  readonly build: () => readonly TreeNode[];
  /** Fires when what `build` reads may have changed. */
  readonly changed: vscode.Event<unknown>;
  readonly activity: Activity;
  /** Whether several nodes can be chosen at once, for commands that take more than one. */
  readonly manySelectable?: boolean;
  /** Grey text beside the view's title. */
  readonly heading?: () => string;
  /** A number on the container's icon. */
  readonly badge?: () => vscode.ViewBadge | undefined;
  readonly onSelect?: (node: TreeNode) => void;
  /** Fires with what was chosen elsewhere: the node that stands for it is revealed, if the tree can be seen. */
  readonly chosen?: vscode.Event<string>;
  /** A node's box was ticked or cleared. */
  readonly onCheck?: (id: string, checked: boolean) => void;
  /** What a click on a node runs. */
  readonly command?: (node: TreeNode) => vscode.Command;
}

export class LiveTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #options: LiveTreeOptions;
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<string[] | undefined>());
  readonly #view: vscode.TreeView<string>;
  readonly #model = new TreeModel(() => this.#schedule());
  #timer: NodeJS.Timeout | null = null;
  #waiting: vscode.Disposable | null = null;
  #refreshedAt = 0;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(options: LiveTreeOptions) {
    this.#options = options;
    this.#view = this.#disposables.add(
      vscode.window.createTreeView(options.view, {
        treeDataProvider: this,
        canSelectMany: options.manySelectable ?? false,
      }),
    );
    this.#disposables.add(options.changed(() => this.#schedule()));
    this.#disposables.add(
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#schedule();
      }),
    );
    this.#disposables.add(
      this.#view.onDidChangeSelection(({ selection }) => {
        const node = selection.length === 1 ? this.#model.node(selection[0] ?? '') : undefined;
        if (node) options.onSelect?.(node);
      }),
    );
    this.#disposables.add(
      this.#view.onDidChangeCheckboxState(({ items }) => {
        for (const [id, state] of items) options.onCheck?.(id, state === vscode.TreeItemCheckboxState.Checked);
      }),
    );
    if (options.chosen) this.#disposables.add(options.chosen((name) => this.#reveal(name)));
    this.#refresh();
  }

  getParent(id: string): string | undefined {
    return this.#model.parent(id);
  }

  getChildren(id?: string): string[] {
    // While a view is being shown for the first time it is deaf to changes: what it asks for must be current by itself.
    if (id === undefined) this.#model.askedFor(this.#options.build());
    return this.#model.children(id);
  }

  getTreeItem(id: string): vscode.TreeItem {
    const node = this.#model.node(id);
    // A view may still ask for a node that has just gone; it is told of the whole tree soon.
    if (!node) return new vscode.TreeItem('');
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(node.label, node.children.length > 0 ? Expanded : None);
    item.id = node.id;
    item.description = node.description;
    item.iconPath = new vscode.ThemeIcon(node.icon, node.iconColor ? new vscode.ThemeColor(node.iconColor) : undefined);
    item.tooltip = new vscode.MarkdownString(node.tooltip);
    item.accessibilityInformation = { label: node.spoken };
    if (node.context !== undefined) item.contextValue = node.context;
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    if (node.checked !== undefined) item.checkboxState = node.checked ? Checked : Unchecked;
    if (this.#options.command) item.command = this.#options.command(node);
    return item;
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#settle();
    this.#disposables.dispose();
  }

  /** Focus stays where it is, and a tree that is hidden stays hidden. */
  #reveal(name: string): void {
    const node = nodeFor(this.#model.roots, name);
    if (!node || !this.#view.visible || this.#view.selection[0] === node.id) return;
    void this.#view.reveal(node.id, { select: true, focus: false });
  }

  #schedule(): void {
    if (this.#timer || !this.#view.visible) return;
    this.#waiting = this.#options.activity.hold();
    const pause = Math.max(0, this.#refreshedAt + REFRESH_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#refresh();
      this.#settle();
    }, pause);
  }

  #refresh(): void {
    this.#refreshedAt = Date.now();
    const changes = this.#model.become(this.#options.build());
    this.#view.description = this.#options.heading?.() ?? '';
    this.#view.badge = this.#options.badge?.();
    if (changes === 'all') this.#changed.fire(undefined);
    else if (changes.length > 0) this.#changed.fire([...changes]);
  }

  #settle(): void {
    this.#waiting?.dispose();
    this.#waiting = null;
  }
}
