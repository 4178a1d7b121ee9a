/** Keeps the one panel of its type: opens it, takes over one that VS Code brings back after a reload, forgets a closed one. */
import * as vscode from 'vscode';

/** Whoever fills and serves a panel. Disposing it closes the panel. */
interface PanelOwner extends vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
}

export interface OnePanelOptions<P> {
  readonly type: string;
  readonly create: () => vscode.WebviewPanel;
  readonly fill: (panel: vscode.WebviewPanel) => P;
  /** Is told what the page had written down, before a panel that comes back is filled. */
  readonly restoring?: (state: unknown) => void;
}

export class OnePanel<P extends PanelOwner> implements vscode.Disposable {
  readonly #options: OnePanelOptions<P>;
  readonly #serializer: vscode.Disposable;
  #open: P | undefined;

  constructor(options: OnePanelOptions<P>) {
    this.#options = options;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(options.type, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        options.restoring?.(state);
        this.#adopt(panel);
        return Promise.resolve();
      },
    });
  }

  /** Brings the panel to the front, or opens it; the focus stays where it is. */
  show(): P {
    if (!this.#open) return this.#adopt(this.#options.create());
    this.#open.panel.reveal(undefined, true);
    return this.#open;
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#open?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): P {
    const adopted = this.#options.fill(panel);
    panel.onDidDispose(() => {
      adopted.dispose();
      if (this.#open === adopted) this.#open = undefined;
    });
    this.#open?.dispose();
    return (this.#open = adopted);
  }
}
