// A table of the warehouse: orders, articles, files and so on.

import { get } from './api.js';
import { cellValue, isRight, isStatus, shownColumns } from './columns.js';
import { debounced, el, paced, placeOf, show } from './dom.js';
import { changesWarehouse } from './exchanges.js';
import { rowView } from './row.js';
import { Split } from './split.js';

/** How many rows are asked for at a time. */
const PAGE = 60;

/** How long after a letter of a search, or a change of the warehouse, the table is read anew, in milliseconds. */
const CALM = 150;
const SOON = 60;

/** The pause between two readings while requests rush in: looking shall cost the sandbox little. */
const PAUSE = 2000;

export function tableView(sandbox, table) {
  const filter = { search: '', status: '' };
  let rows = [];
  let total = 0;
  let chosen;
  let asked = 0;
  let detail;
  const elements = new Map();
  const later = debounced(CALM, () => load(0));
  const refresh = () => {
    load(0, Math.max(PAGE, rows.length));
    detail?.changed();
  };
  const follow = paced(SOON, PAUSE, refresh);

  const search = el('input', {
    type: 'search', class: 'search', placeholder: 'Search', 'aria-label': `Search ${table.title.toLowerCase()}`,
    oninput: () => { filter.search = search.value.trim(); later(); },
  });
  const hasStatus = table.columns.some((column) => isStatus(column.name));
  const status = el('input', {
    type: 'text', class: 'status', placeholder: 'Status: 300, 300-399', 'aria-label': 'Filter by status',
    oninput: () => { filter.status = status.value.trim(); later(); },
  });
  const count = el('span', { class: 'count', role: 'status' });
  const columns = shownColumns(table);
  const body = el('tbody', {});
  const grid = el('table', { class: 'grid', role: 'table' },
    el('caption', { class: 'unseen' }, table.title),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' },
      columns.map((column) => el('th', { scope: 'col', role: 'columnheader', class: isRight(column) ? 'number' : null }, column.title)),
      el('th', { scope: 'col', role: 'columnheader' }, el('span', { class: 'unseen' }, 'Work')))),
    body);
  const more = el('button', { type: 'button', class: 'button more', hidden: true, onclick: () => load(rows.length) }, 'Show more');
  const empty = el('p', { class: 'empty', hidden: true });
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const scroller = el('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': `${table.title}, rows` }, problem, grid, empty, more);
  const list = el('div', { class: 'table-view' },
    el('div', { class: 'bar' }, el('h2', { class: 'title' }, table.title), search, hasStatus ? status : null, count,
      el('span', { class: 'bar-end' }, sandbox.work.tableButtons(table, refresh))),
    scroller);
  const split = new Split(list, table.title, placeOf(table.name));
  const seen = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting && !more.hidden) load(rows.length);
  }, { root: scroller, rootMargin: '600px' });
  seen.observe(more);

  async function load(offset, limit = PAGE) {
    asked += 1;
    const turn = asked;
    let page;
    try {
      page = await get('state', { table: table.name, ...filter, offset, limit });
    } catch (error) {
      if (turn !== asked) return;
      show(problem, error.message);
      problem.hidden = false;
      return;
    }
    // A later question has overtaken this one.
    if (turn !== asked) return;
    problem.hidden = true;
    rows = [...rows.slice(0, offset), ...page.rows];
    total = page.total;
    draw();
  }

  function draw() {
    const kept = new Set();
    let next = body.firstElementChild;
    for (const row of rows) {
      kept.add(row.id);
      const element = rowElement(row);
      if (element === next) next = next.nextElementSibling;
      else body.insertBefore(element, next);
    }
    for (const [id, known] of elements) {
      if (!kept.has(id)) {
        known.element.remove();
        elements.delete(id);
      }
    }
    more.hidden = rows.length >= total;
    grid.hidden = total === 0;
    empty.hidden = total > 0;
    const isFiltered = filter.search !== '' || filter.status !== '';
    show(empty, isFiltered ? 'No rows match.' : `No ${table.title.toLowerCase()} yet.`);
    show(count, rows.length < total ? `${rows.length} of ${total}` : `${total}`);
  }

  /** The element of a row, made anew only where the row has changed. */
  function rowElement(row) {
    const text = JSON.stringify(row);
    let known = elements.get(row.id);
    if (known === undefined) {
      known = { element: el('tr', { role: 'row', onclick: onRow }), text: '' };
      elements.set(row.id, known);
    }
    if (known.text !== text) {
      const focused = [...known.element.querySelectorAll('a, button')].indexOf(document.activeElement);
      known.text = text;
      known.element.dataset.place = placeOf(table.name, row.key ?? '', row.id);
      show(known.element, cells(row));
      if (focused >= 0) [...known.element.querySelectorAll('a, button')].at(focused)?.focus({ preventScroll: true });
    }
    known.element.classList.toggle('chosen', row.id === chosen);
    return known.element;
  }

  /** A click anywhere in a row opens it; a link in its first cell does the same by keyboard. */
  function onRow(event) {
    if (event.target.closest('a, button') !== null || getSelection().toString() !== '') return;
    location.hash = event.currentTarget.dataset.place.slice(1);
  }

  function cells(row) {
    const made = columns.map((column, index) => {
      const value = cellValue(row.cells, column);
      const content = index === 0 ? el('a', { href: placeOf(table.name, row.key ?? '', row.id) }, value === '' ? row.key ?? row.id : value) : value;
      return el('td', { role: 'cell', 'data-label': column.title, class: isRight(column) ? 'number' : null }, content);
    });
    return [...made, el('td', { role: 'cell', class: 'work' }, sandbox.work.rowButton(row, refresh))];
  }

  async function choose([key, id]) {
    detail?.close();
    detail = undefined;
    if (key === undefined) {
      split.shut();
      const last = elements.get(chosen);
      mark(undefined);
      last?.element.querySelector('a')?.focus({ preventScroll: true });
      return;
    }
    let number = id === undefined ? undefined : Number(id);
    if (number === undefined) {
      try {
        const found = await get('state', { table: table.name, key, limit: 1 });
        number = found.rows[0]?.id;
      } catch (error) {
        split.open(el('p', { class: 'problem', role: 'alert' }, error.message));
        return;
      }
      if (number === undefined) {
        split.open(el('p', { class: 'muted' }, `${key} is not in the warehouse: it may have been refused, removed or reset.`));
        return;
      }
    }
    mark(number);
    detail = rowView(sandbox, table, number, refresh);
    split.open(detail.element);
  }

  function mark(id) {
    elements.get(chosen)?.element.classList.remove('chosen');
    chosen = id;
    elements.get(chosen)?.element.classList.add('chosen');
  }

  const stop = sandbox.exchanges.onChange((fresh, everything) => {
    if (everything || fresh.some(changesWarehouse)) follow();
  });
  load(0);
  return {
    element: split.element,
    choose,
    close() {
      stop();
      later.cancel();
      follow.cancel();
      seen.disconnect();
      detail?.close();
    },
  };
}
