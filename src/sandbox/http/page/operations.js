// The operations of the service, by group.

import { get } from './api.js';
import { el, placeOf, show } from './dom.js';
import { operationView } from './operation.js';
import { Split } from './split.js';

export function operationsView() {
  const search = el('input', { type: 'search', class: 'search', placeholder: 'Filter: order, inventory ..', 'aria-label': 'Filter operations', oninput: draw });
  const count = el('span', { class: 'count', role: 'status' });
  const body = el('div', { class: 'scroller groups', tabindex: '0', role: 'region', 'aria-label': 'Operations by group' });
  const list = el('div', { class: 'table-view' }, el('div', { class: 'bar' }, el('h2', { class: 'title' }, 'Operations'), search, count), body);
  const split = new Split(list, 'Operation', placeOf('operations'));
  let groups = [];
  let chosen;

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const passes = (operation) => `${operation.name} ${operation.doc}`.toLowerCase().includes(wanted);
    const filtered = groups.map((group) => ({ ...group, operations: group.operations.filter(passes) })).filter((group) => group.operations.length > 0);
    show(count, filtered.reduce((sum, group) => sum + group.operations.length, 0));
    show(body, filtered.map((group) => el('section', { class: 'group' }, el('h2', {}, group.group || 'Other'),
      el('ul', {}, group.operations.map((operation) => el('li', {},
        el('a', { href: placeOf('operations', operation.name), 'aria-current': operation.name === chosen ? 'true' : null },
          el('b', {}, operation.name), el('span', { class: 'tag', 'data-effect': operation.effect }, operation.effect),
          el('span', { class: 'muted doc' }, operation.doc))))))));
  }

  function choose([name]) {
    chosen = name;
    draw();
    if (name === undefined) split.shut();
    else split.open(operationView(name));
  }

  get('operations').then((found) => { groups = found; draw(); })
    .catch((error) => show(body, el('p', { class: 'problem', role: 'alert' }, error.message)));
  return { element: split.element, choose };
}
