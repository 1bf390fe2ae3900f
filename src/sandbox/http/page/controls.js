// What is done with the sandbox as a whole: snapshots, the clock, and the way back to the start.

import { act, get } from './api.js';
import { el, show } from './dom.js';
import { dateTime } from './text.js';
import { toast } from './toast.js';

export function controls(sandbox) {
  const has = (name) => sandbox.work.find(name) !== undefined;
  if (!has('snapshot') && !has('reset') && !has('clock')) return null;
  return el('button', { type: 'button', class: 'button small', 'aria-haspopup': 'dialog', onclick: () => open(has) }, 'Reset and snapshots');
}

function open(has) {
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const parts = [has('reset') ? resetPart() : null, has('snapshot') ? snapshotPart() : null, has('clock') ? clockPart() : null];
  const dialog = el('dialog', { 'aria-label': 'Reset and snapshots', onclose: () => dialog.remove() },
    el('h2', {}, 'Reset and snapshots'), problem, parts,
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Close')));

  async function attempt(work) {
    problem.hidden = true;
    try {
      await work();
    } catch (error) {
      show(problem, error.message);
      problem.hidden = false;
    }
  }

  function resetPart() {
    return el('section', {},
      el('p', {}, 'Reset restores the state at the start of the sandbox, and removes all disturbances. The exchanges are kept.'),
      el('button', {
        type: 'button', class: 'button danger', onclick: () => attempt(async () => {
          await act('reset');
          dialog.close();
          toast('The state at the start is restored');
        }),
      }, 'Reset the warehouse'));
  }

  function snapshotPart() {
    const name = el('input', { type: 'text', id: 'snapshot-name', required: true, autocomplete: 'off' });
    const list = el('ul', { class: 'snapshots' });
    const draw = (found) => show(list, found.length === 0 ? el('li', { class: 'muted' }, 'No snapshot yet.')
      : found.map((one) => el('li', {}, el('b', {}, one.name), el('span', { class: 'muted' }, dateTime(one.time)),
        el('button', {
          type: 'button', class: 'button small', 'aria-label': `Restore ${one.name}`, onclick: () => attempt(async () => {
            await act('restore', { name: one.name });
            dialog.close();
            toast(`Restored the state "${one.name}"`);
          }),
        }, 'Restore'))));
    attempt(async () => draw(await get('snapshots')));
    return el('section', {},
      el('h3', {}, 'Snapshots'),
      list,
      el('form', {
        class: 'inline', onsubmit: (event) => {
          event.preventDefault();
          attempt(async () => {
            draw(await act('snapshot', { name: name.value.trim() }));
            name.value = '';
          });
        },
      }, el('label', { for: 'snapshot-name' }, 'Name'), name, el('button', { type: 'submit', class: 'button' }, 'Save a snapshot')));
  }

  function clockPart() {
    const now = el('b', {});
    const draw = ({ now: time, fixed }) => show(now, `${dateTime(time)}${fixed ? ' (stopped)' : ''}`);
    const button = (title, change) => el('button', { type: 'button', class: 'button small', onclick: () => attempt(async () => { await act('clock', { change }); draw(await get('now')); }) }, title);
    attempt(async () => draw(await get('now')));
    return el('section', {}, el('h3', {}, 'Clock'), el('p', {}, 'The warehouse has ', now),
      el('div', { class: 'actions' }, button('+1 hour', '+1h'), button('+1 day', '+1d'), button('Real time', 'real')));
  }

  document.body.append(dialog);
  dialog.showModal();
}
