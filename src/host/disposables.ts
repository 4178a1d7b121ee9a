/** What belongs together is disposed together: a list that disposes at once what arrives after its own end. */

interface Disposable {
  dispose(): unknown;
}

export class Disposables implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  /** Keeps `item` until this list is disposed. Returns it. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /** Disposes everything, last added first. */
  dispose(): void {
    this.#disposed = true;
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}
