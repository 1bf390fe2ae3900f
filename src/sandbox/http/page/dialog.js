// A form in front of the page.

import { el, show } from './dom.js';

/** Opens a form; `run` is called with what was read, and the form closes unless that fails. */
export function ask({ title, doc, fields, button, run }) {
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const submit = el('button', { type: 'submit', class: 'button primary' }, button);
  const cancel = el('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Cancel');
  const form = el('form', { method: 'dialog', onsubmit: onSubmit }, el('h2', {}, title), doc ? el('p', {}, doc) : null,
    fields.map((field) => field.element), problem, el('div', { class: 'actions' }, submit, cancel));
  const dialog = el('dialog', { 'aria-label': title, onclose: () => dialog.remove() }, form);

  async function onSubmit(event) {
    event.preventDefault();
    problem.hidden = true;
    submit.disabled = true;
    try {
      await run(Object.fromEntries(fields.map((field) => [field.name, field.read()])));
      dialog.close();
    } catch (error) {
      show(problem, error.message);
      problem.hidden = false;
    }
    submit.disabled = false;
  }

  document.body.append(dialog);
  dialog.showModal();
  fields[0]?.input.focus?.();
}
