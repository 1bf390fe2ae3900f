// A list that holds elements only for what is in sight, so that thousands of entries cost as much as thirty.

import { el } from './dom.js';

const BEYOND = 8;

/** Entries, newest first. Keeps what the reader looks at in its place when newer ones come. */
export class WindowList {
  /**
   * @param label what a screen reader calls the list
   * @param keyOf the identity of an entry
   * @param build makes the element of an entry
   */
  constructor(label, keyOf, build) {
    this.keyOf = keyOf;
    this.build = build;
    this.entries = [];
    this.rows = new Map();
    this.list = el('ol', { class: 'window-list', 'aria-label': label });
    this.element = el('div', { class: 'window', onscroll: () => this.draw() }, this.list);
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.element);
  }

  close() {
    this.sized.disconnect();
  }

  /** The height of every row, which the style sheet sets. */
  rowHeight() {
    return Number.parseFloat(getComputedStyle(this.list).getPropertyValue('--row')) || 36;
  }

  setEntries(entries) {
    const height = this.rowHeight();
    const top = this.element.scrollTop;
    const first = this.entries[Math.floor(top / height)];
    const before = Math.floor(top / height);
    this.entries = entries;
    this.list.style.height = `${entries.length * height}px`;
    if (top > 0 && first !== undefined) {
      const key = this.keyOf(first);
      const after = entries.findIndex((entry) => this.keyOf(entry) === key);
      if (after >= 0 && after !== before) this.element.scrollTop = top + (after - before) * height;
    }
    this.draw();
  }

  /** How many entries are above what is in sight. */
  above() {
    return Math.floor(this.element.scrollTop / this.rowHeight());
  }

  draw() {
    const height = this.rowHeight();
    const start = Math.max(0, Math.floor(this.element.scrollTop / height) - BEYOND);
    const end = Math.min(
      this.entries.length,
      Math.ceil((this.element.scrollTop + this.element.clientHeight) / height) + BEYOND,
    );
    this.list.style.height = `${this.entries.length * height}px`;
    const wanted = new Map();
    for (let index = start; index < end; index += 1) wanted.set(this.keyOf(this.entries[index]), index);
    for (const [key, row] of this.rows) {
      if (!wanted.has(key)) {
        row.element.remove();
        this.rows.delete(key);
      }
    }
    // In the order of the entries, so that Tab goes down the list; an element that stays where it is keeps the focus.
    let next = this.list.firstElementChild;
    for (const [key, index] of wanted) {
      const element = this.row(key, index);
      element.style.transform = `translateY(${index * height}px)`;
      if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
    }
  }

  row(key, index) {
    const entry = this.entries[index];
    let row = this.rows.get(key);
    if (row === undefined) {
      row = { element: el('li', { class: 'window-row' }), entry: undefined };
      this.rows.set(key, row);
    }
    if (row.entry !== entry) {
      const hadFocus = row.element.contains(document.activeElement);
      row.element.replaceChildren(this.build(entry));
      row.entry = entry;
      if (hadFocus) row.element.firstElementChild.focus({ preventScroll: true });
    }
    row.element.setAttribute('aria-posinset', index + 1);
    row.element.setAttribute('aria-setsize', this.entries.length);
    return row.element;
  }

  /** Builds every row anew, such as when another one is chosen. */
  redraw() {
    for (const row of this.rows.values()) row.entry = undefined;
    this.draw();
  }

  /** Brings an entry into sight. */
  reveal(key) {
    const index = this.entries.findIndex((entry) => this.keyOf(entry) === key);
    if (index < 0) return;
    const height = this.rowHeight();
    const { scrollTop, clientHeight } = this.element;
    if (index * height < scrollTop) this.element.scrollTop = index * height;
    else if ((index + 1) * height > scrollTop + clientHeight) {
      this.element.scrollTop = (index + 1) * height - clientHeight;
    }
    this.draw();
  }

  focus(key) {
    this.reveal(key);
    this.rows.get(key)?.element.firstElementChild.focus({ preventScroll: true });
  }
}
