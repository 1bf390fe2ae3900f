// A list, and beside it what is chosen; in a narrow window one at a time.

import { el, show } from './dom.js';

export class Split {
  /**
   * @param list the element of the list
   * @param label what a screen reader calls the part beside it
   * @param back where the way back to the list leads
   */
  constructor(list, label, back) {
    this.back = back;
    this.body = el('div', { class: 'detail-body' });
    this.close = el('a', { class: 'button small close', href: back }, 'Close');
    this.detail = el('section', { class: 'detail', 'aria-label': label, tabindex: '-1', hidden: true }, this.close, this.body);
    this.element = el('div', { class: 'split' }, el('div', { class: 'master' }, list), this.detail);
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.detail.hidden || event.target.closest('dialog') !== null) return;
      location.hash = this.back.slice(1);
    });
  }

  /** Shows elements beside the list. */
  open(...children) {
    const wasHidden = this.detail.hidden;
    this.detail.hidden = false;
    this.element.classList.add('open');
    show(this.body, ...children);
    return wasHidden;
  }

  /** Shows the list alone. */
  shut() {
    this.detail.hidden = true;
    this.element.classList.remove('open');
    show(this.body);
  }
}
