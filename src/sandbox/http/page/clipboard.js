// Copies texts.

import { el } from './dom.js';

/** Puts a text into the clipboard; false where the browser refuses. */
export async function copy(text) {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused, such as in a frame: the older way may work.
    }
  }
  // A page from another machine without TLS has no clipboard of its own.
  const area = el('textarea', { class: 'unseen', 'aria-hidden': 'true', readonly: true });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

/** A button that copies, and says so. */
export function copyButton(name, textOf) {
  const button = el('button', { type: 'button', class: 'button small', onclick: onClick }, name);
  async function onClick() {
    const done = await copy(await textOf());
    button.textContent = done ? 'Copied' : 'Select and copy by hand';
    setTimeout(() => {
      button.textContent = name;
    }, 1500);
  }
  return button;
}
