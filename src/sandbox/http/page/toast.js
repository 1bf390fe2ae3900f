// Short messages at the edge of the page.

import { el } from './dom.js';

/** How long a message stays, in milliseconds; one that offers something stays longer. */
const SHORT = 4000;
const LONG = 15_000;

/** Shows a message, with a button if `offer` is `{ name, run }`. */
export function toast(text, { isBad = false, offer } = {}) {
  const close = () => message.remove();
  const message = el('div', { class: 'toast', 'data-bad': isBad },
    el('span', {}, text),
    offer === undefined ? null : el('button', { type: 'button', class: 'button small', onclick: () => { close(); offer.run(); } }, offer.name),
    el('button', { type: 'button', class: 'button small', 'aria-label': 'Dismiss', onclick: close }, '×'));
  document.getElementById('toasts').append(message);
  setTimeout(close, offer === undefined && !isBad ? SHORT : LONG);
}
