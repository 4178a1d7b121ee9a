/** Builds elements without HTML strings, so that no text of a run can become markup and no style attribute is written. */

type Attributes = Readonly<Record<string, string | number | boolean | ((event: never) => void)>>;

/**
 * Makes an element. Attributes whose value is a function are event listeners by event name; `true` sets an empty
 * attribute and `false` none.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value as EventListener);
    else if (value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/** Sets text only where it differs, so that a live page does not disturb a selection or a screen reader. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Replaces children only when `key` differs from the last time; lists keep focus and scroll position in between. */
export function rebuild(parent: HTMLElement, key: string, build: () => (Node | string)[]): boolean {
  if (parent.dataset['key'] === key) return false;
  parent.dataset['key'] = key;
  parent.replaceChildren(...build());
  return true;
}
