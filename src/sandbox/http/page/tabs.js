// Tabs, as screen readers and keyboards know them: arrows move, one panel is shown.

import { el } from './dom.js';

let made = 0;

/** @param parts `{ name, content }`; `content` is an element or a function that makes it when it is first shown */
export function tabs(label, parts) {
  made += 1;
  const group = `tabs-${made}`;
  const panels = parts.map((part, index) => el('div', {
    class: 'panel', role: 'tabpanel', id: `${group}-panel-${index}`, 'aria-labelledby': `${group}-tab-${index}`, hidden: true,
  }));
  const buttons = parts.map((part, index) => el('button', {
    type: 'button', role: 'tab', class: 'tab', id: `${group}-tab-${index}`, 'aria-controls': `${group}-panel-${index}`,
    onclick: () => choose(index),
  }, part.name));
  const bar = el('div', { role: 'tablist', class: 'tabs', 'aria-label': label, onkeydown: onKey }, buttons);

  function onKey(event) {
    const at = buttons.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const index = (next + buttons.length) % buttons.length;
    choose(index);
    buttons[index].focus();
  }

  function choose(index) {
    buttons.forEach((button, at) => {
      button.setAttribute('aria-selected', String(at === index));
      button.tabIndex = at === index ? 0 : -1;
      panels[at].hidden = at !== index;
    });
    const panel = panels[index];
    const { content } = parts[index];
    if (panel.childElementCount === 0) panel.append(typeof content === 'function' ? content() : content);
  }

  choose(0);
  return el('div', { class: 'tabbed' }, bar, panels);
}
