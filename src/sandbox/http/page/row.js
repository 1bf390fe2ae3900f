// One row of the warehouse: its life or stock, its lines, what can be done with it, and the exchanges that touched it.

import { get } from './api.js';
import { outcomeBadge } from './badge.js';
import { copyButton } from './clipboard.js';
import { cellValue, shownColumns } from './columns.js';
import { el, placeOf, show } from './dom.js';
import { orderLife } from './order_life.js';
import { stockChart } from './stock_chart.js';
import { clockTime } from './text.js';
import { bodyView } from './xml_view.js';

/** The most exchanges that are listed. */
const MOST_EXCHANGES = 50;

export function rowView(sandbox, table, id, refresh) {
  const element = el('article', { class: 'row-view' }, el('p', { class: 'muted' }, 'Loading ..'));
  let closed = false;
  let shown;

  async function load() {
    try {
      const found = await get('row', { table: table.name, id });
      const text = JSON.stringify([found, touching(found.row)]);
      if (closed || text === shown) return;
      shown = text;
      const hadFocus = element.contains(document.activeElement);
      const { row, lines, life, levels, answer, definition } = found;
      const forWork = lines.map(workLine);
      show(element,
        el('h2', {}, row.key ?? row.id),
        el('div', { class: 'actions' }, sandbox.work.rowButtons(row, forWork, refresh)),
        life.length > 0 ? orderLife(life) : null,
        levels.length > 0 ? stockChart(levels) : null,
        facts(row), linesTable(lines),
        touched(touching(row)),
        json('As the service answers it', answer?.json, answer?.operation),
        json('As requests described it', definition));
      // The button that was pressed may be gone now.
      if (hadFocus) (element.querySelector('.actions button') ?? element.querySelector('a'))?.focus({ preventScroll: true });
    } catch (error) {
      if (!closed) show(element, el('p', { class: 'problem', role: 'alert' }, error.message));
    }
  }

  /** The exchanges that named the row by its number or its id. */
  function touching(row) {
    const names = (key) => key.kind === table.kind && (key.value === row.key || key.value === String(row.id));
    return sandbox.exchanges.list().filter((exchange) => exchange.keys.some(names)).slice(0, MOST_EXCHANGES);
  }

  function facts(row) {
    const filled = shownColumns(table).filter((column) => cellValue(row.cells, column) !== '');
    return el('dl', { class: 'facts' }, filled.map((column) => el('div', { class: 'fact' },
      el('dt', {}, column.title), el('dd', {}, cellValue(row.cells, column)))));
  }

  function linesTable(lines) {
    if (lines.length === 0) return null;
    const names = [...new Set(lines.flatMap((line) => Object.keys(line)))]
      .filter((name) => name !== 'line' && lines.some((line) => line[name] !== null && line[name] !== undefined));
    return [
      el('h3', {}, 'Lines'),
      el('div', { class: 'scroll-x', tabindex: '0', role: 'region', 'aria-label': 'Lines' },
        el('table', { class: 'plain' },
          el('thead', {}, el('tr', {}, names.map((name) => el('th', { scope: 'col' }, words(name))))),
          el('tbody', {}, lines.map((line) => el('tr', {}, names.map((name) => el('td', {}, lineCell(line, name)))))))),
    ];
  }

  function lineCell(line, name) {
    if (name === 'ArticleNumber' && line[name]) return el('a', { href: placeOf('articles', line[name]) }, line[name]);
    return cellValue(line, { name });
  }

  load();
  return { element, changed: load, close() { closed = true; } };
}

/** `PickedNumberOfItems` is "Picked". */
function words(name) {
  const short = name.replace(/NumberOfItems$/, '');
  return (short === '' ? 'Number' : short).replace(/([a-z])([A-Z])/g, '$1 $2');
}

/** A line for a form: how it is named, and how much of it is left to do. */
function workLine(line) {
  const number = (name) => (line[name] === undefined || line[name] === null ? undefined : Number(line[name]));
  const wanted = number('OrderedNumberOfItems') ?? number('AdvisedNumberOfItems') ?? number('NumberOfItems');
  const done = number('PickedNumberOfItems') ?? number('ReceivedNumberOfItems') ?? number('ProducedNumberOfItems') ?? 0;
  const left = wanted === undefined ? '' : Math.max(0, wanted - done);
  return { line: line.line ?? line.ExternalOrderLineCode ?? line.ArticleNumber, article: line.ArticleNumber, left: left === 0 ? '' : String(left) };
}

function touched(exchanges) {
  return [
    el('h3', {}, 'Exchanges that touched it'),
    exchanges.length === 0 ? el('p', { class: 'muted' }, 'None are kept.')
      : el('ul', { class: 'touched' }, exchanges.map((exchange) => el('li', {},
        el('a', { href: placeOf('requests', exchange.id) },
          el('span', { class: 'muted' }, clockTime(exchange.time)), ' ', exchange.name || 'no operation', ' ', outcomeBadge(exchange.outcome))))),
  ];
}

function json(title, value, by) {
  if (value === null || value === undefined) return null;
  const text = JSON.stringify(value);
  return el('details', { open: by !== undefined },
    el('summary', {}, title, by ? el('span', { class: 'muted' }, ` (${by})`) : null),
    el('div', { class: 'side-head' }, copyButton('Copy', () => JSON.stringify(value, null, 2))),
    bodyView(text, title));
}
