// Requests and the warehouse's work, live.

import { outcomeBadge } from './badge.js';
import { el, placeOf, show } from './dom.js';
import { exchangeView } from './exchange_view.js';
import { Split } from './split.js';
import { OUTCOMES, clockTime, duration } from './text.js';
import { WindowList } from './window_list.js';

export function requestsView(sandbox) {
  const { exchanges } = sandbox;
  let chosen;
  let shown;
  const filter = { text: '', operation: '', outcomes: new Set(), work: true, after: 0 };

  const search = el('input', {
    type: 'search', class: 'search', placeholder: 'Filter: 1006, refused, 127.0.0.1 ..', 'aria-label': 'Filter exchanges by text',
    oninput: () => { filter.text = search.value.trim().toLowerCase(); draw(); },
  });
  const operation = el('select', {
    'aria-label': 'Filter by operation',
    onchange: () => { filter.operation = operation.value; draw(); },
  });
  const chips = el('div', { class: 'chips', role: 'group', 'aria-label': 'Filter by outcome' });
  const count = el('span', { class: 'count', role: 'status' });
  const newer = el('button', { type: 'button', class: 'newer', hidden: true, onclick: toTop }, 'Newer above');
  const rows = new WindowList('Exchanges, newest first', (exchange) => exchange.id, row);
  rows.element.addEventListener('scroll', () => { if (rows.above() === 0) newer.hidden = true; });
  rows.element.addEventListener('keydown', onKey);
  const clear = el('button', { type: 'button', class: 'button small', onclick: onClear }, 'Clear');
  const empty = el('div', { class: 'empty', hidden: true });
  const list = el('div', { class: 'requests' },
    el('div', { class: 'bar' }, el('h2', { class: 'title' }, 'Requests'), search, operation, chips, count, clear),
    el('div', { class: 'request-head', 'aria-hidden': 'true' },
      ['Time', 'Outcome', 'Operation', 'Key', 'Message', 'Duration'].map((name) => el('span', {}, name))),
    newer, rows.element, empty);
  const split = new Split(list, 'Exchange', placeOf('requests'));

  function row(exchange) {
    const isChosen = exchange.id === chosen;
    return el('a', {
      class: 'request', href: placeOf('requests', exchange.id), 'aria-current': isChosen ? 'true' : null,
      'data-kind': exchange.kind,
    },
    el('span', { class: 'r-time' }, clockTime(exchange.time)),
    el('span', { class: 'r-outcome' }, outcomeBadge(exchange.outcome)),
    el('span', { class: 'r-name' }, exchange.kind === 'work' ? el('span', { class: 'tag' }, 'work') : null,
      exchange.name === '' ? el('i', {}, 'no operation') : exchange.name),
    el('span', { class: 'r-key' }, keysText(exchange)),
    el('span', { class: 'r-message' }, noteOf(exchange)),
    el('span', { class: 'r-ms' }, duration(exchange.ms)));
  }

  /** Keys of this view: arrows and j/k move, Enter opens as for any link. */
  function onKey(event) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const link = event.target.closest('a.request');
    if (step === undefined || link === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const at = Number(link.parentNode.getAttribute('aria-posinset')) - 1 + step;
    const next = shown[at];
    if (next !== undefined) rows.focus(next.id);
  }

  function toTop() {
    rows.element.scrollTop = 0;
    newer.hidden = true;
  }

  /** Hides what came until now: the sandbox keeps it. */
  function onClear() {
    filter.after = filter.after === 0 ? exchanges.newest : 0;
    draw();
  }

  function matches(exchange) {
    if (exchange.id <= filter.after) return false;
    if (!filter.work && exchange.kind === 'work') return false;
    if (filter.operation !== '' && exchange.name !== filter.operation) return false;
    if (filter.outcomes.size > 0 && !filter.outcomes.has(exchange.outcome)) return false;
    return filter.text === '' || searchText(exchange).includes(filter.text);
  }

  function draw() {
    const all = exchanges.list();
    const before = shown?.[0]?.id;
    shown = all.filter(matches);
    rows.setEntries(shown);
    if (rows.above() > 0 && shown.length > 0 && before !== undefined && shown[0].id > before) newer.hidden = false;
    show(count, shown.length === all.length ? `${all.length}` : `${shown.length} of ${all.length}`);
    clear.textContent = filter.after === 0 ? 'Clear' : 'Show earlier';
    drawChips(all);
    drawOperations(all);
    drawEmpty(all.length);
  }

  function drawChips(all) {
    const numbers = {};
    for (const exchange of all) numbers[exchange.outcome] = (numbers[exchange.outcome] ?? 0) + 1;
    const names = Object.keys(OUTCOMES).filter((name) => numbers[name] !== undefined || filter.outcomes.has(name));
    const key = names.map((name) => `${name} ${numbers[name]}`).join() + all.some((one) => one.kind === 'work');
    if (chips.dataset.key === key) return;
    chips.dataset.key = key;
    const focused = document.activeElement?.dataset?.chip;
    const works = all.some((exchange) => exchange.kind === 'work');
    show(chips,
      names.map((name) => chip(name, `${OUTCOMES[name].name} ${numbers[name] ?? 0}`, () => filter.outcomes.has(name), () => {
        if (!filter.outcomes.delete(name)) filter.outcomes.add(name);
      })),
      works ? chip('work', 'with work', () => filter.work, () => { filter.work = !filter.work; }) : null);
    if (focused !== undefined) chips.querySelector(`[data-chip="${focused}"]`)?.focus();
  }

  function chip(name, text, isOn, toggle) {
    const button = el('button', {
      type: 'button', class: 'chip', 'data-chip': name, 'data-outcome': name, 'aria-pressed': String(isOn()),
      onclick: () => { toggle(); button.setAttribute('aria-pressed', String(isOn())); draw(); },
    }, text);
    return button;
  }

  function drawOperations(all) {
    const names = [...new Set(all.map((exchange) => exchange.name).filter((name) => name !== ''))].sort();
    if (operation.dataset.names === names.join() || document.activeElement === operation) return;
    operation.dataset.names = names.join();
    show(operation, el('option', { value: '' }, 'All operations'),
      names.map((name) => el('option', { value: name, selected: name === filter.operation }, name)));
  }

  function drawEmpty(total) {
    empty.hidden = shown.length > 0;
    rows.element.hidden = shown.length === 0;
    if (empty.hidden) return;
    if (total > 0) show(empty, el('p', {}, filter.after > 0 ? 'Nothing new yet.' : 'No exchange matches the filter.'), el('button', { type: 'button', class: 'button', onclick: clearFilter }, 'Show all'));
    else {
      show(empty, el('h2', {}, 'Waiting for the first request'),
        el('p', {}, 'Send one to '), el('p', {}, el('code', {}, sandbox.about.url)),
        el('p', {}, el('a', { class: 'button', href: placeOf('connect') }, 'How to connect')));
    }
  }

  function clearFilter() {
    Object.assign(filter, { text: '', operation: '', outcomes: new Set(), work: true, after: 0 });
    search.value = '';
    operation.value = '';
    chips.dataset.key = '';
    draw();
    search.focus();
  }

  let detail;
  function choose([key]) {
    const id = key === undefined ? undefined : Number(key);
    if (id === chosen && id !== undefined) return;
    const last = chosen;
    chosen = id;
    rows.redraw();
    detail?.close();
    detail = undefined;
    if (id === undefined) {
      split.shut();
      if (last !== undefined) rows.focus(last);
      return;
    }
    detail = exchangeView(sandbox, id);
    split.open(detail.element);
    rows.draw();
    rows.reveal(id);
  }

  const stop = exchanges.onChange((fresh, everything) => {
    draw();
    if (everything || fresh.some((exchange) => exchange.id === chosen)) detail?.changed();
  });
  document.addEventListener('keydown', onSlash);
  function onSlash(event) {
    if (event.key !== '/' || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    event.preventDefault();
    search.focus();
  }
  draw();
  return {
    element: split.element,
    choose,
    close() {
      stop();
      rows.close();
      detail?.close();
      document.removeEventListener('keydown', onSlash);
    },
  };
}

/** The first keys of an exchange: `1006`, `A-1`. */
function keysText(exchange) {
  const values = exchange.keys.map((key) => key.value);
  return values.length > 3 ? `${values.slice(0, 3).join(', ')} +${values.length - 3}` : values.join(', ');
}

/** What is to be said about an exchange in a line. */
function noteOf(exchange) {
  const notes = [exchange.message, exchange.disturbance === null ? null : `disturbed: ${exchange.disturbance}`];
  if (exchange.unknown?.length > 0) notes.push(`unknown: ${exchange.unknown.join(', ')}`);
  return notes.filter(Boolean).join(' · ');
}

const searchTexts = new WeakMap();

/** All that a filter looks at, in small letters. */
function searchText(exchange) {
  let text = searchTexts.get(exchange);
  if (text === undefined) {
    const parts = [exchange.id, exchange.name, exchange.outcome, exchange.errorKind, exchange.caller, exchange.agent,
      exchange.status, exchange.goodsOwner, noteOf(exchange), ...exchange.keys.map((key) => key.value)];
    text = parts.filter((part) => part !== null && part !== undefined).join('\n').toLowerCase();
    searchTexts.set(exchange, text);
  }
  return text;
}
