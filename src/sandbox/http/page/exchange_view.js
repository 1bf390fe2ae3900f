// One exchange: what came of it, and request and answer side by side.

import { ApiError, act, get } from './api.js';
import { outcomeBadge } from './badge.js';
import { copyButton } from './clipboard.js';
import { asCurl, asOngoing, asZeep } from './copy_as.js';
import { el, placeOf, show } from './dom.js';
import { bytes, clockTime, duration } from './text.js';
import { toast } from './toast.js';
import { bodyView } from './xml_view.js';

export function exchangeView(sandbox, id) {
  const element = el('article', { class: 'exchange' }, el('p', { class: 'muted' }, 'Loading ..'));
  let closed = false;
  let current;
  let shown;

  async function load() {
    try {
      const exchange = await get('exchange', { id });
      const text = JSON.stringify(exchange);
      if (closed || text === shown) return;
      shown = text;
      current = exchange;
      show(element, head(), problems(), actions(), bodies());
    } catch (error) {
      if (!closed) show(element, el('p', { class: 'problem', role: 'alert' }, textOf(error)));
    }
  }

  function textOf(error) {
    const gone = error instanceof ApiError && error.status === 404;
    return gone ? `Exchange ${id} is no longer kept: the sandbox keeps the last 2,000.` : error.message;
  }

  function head() {
    const { name, kind, outcome, status, ms, time, caller, agent, goodsOwner, soapVersion, keys } = current;
    const fact = (label, value) => (value === null || value === undefined || value === '' ? null
      : el('div', { class: 'fact' }, el('dt', {}, label), el('dd', {}, value)));
    return [
      el('h2', {}, name === '' ? 'No operation' : name, ' ', outcomeBadge(outcome)),
      el('dl', { class: 'facts' },
        fact('Exchange', id), fact('Time', clockTime(time)), fact('Duration', duration(ms)), fact('HTTP', status),
        fact('SOAP', soapVersion), fact('Goods owner', goodsOwner), fact(kind === 'work' ? 'Done by' : 'Caller', caller),
        fact('Program', agent),
        fact('Names', keys.length === 0 ? null : keys.map((key) => [keyLink(sandbox, key), ' ']))),
    ];
  }

  function problems() {
    const { message, errorKind, invalid, disturbance, unknown, outcome } = current;
    const notes = [];
    if (invalid) notes.push(invalidNote(invalid));
    else if (message) {
      notes.push(el('div', { class: 'note', 'data-outcome': outcome },
        el('p', {}, message), errorKind ? el('p', { class: 'muted' }, 'Kind: ', el('code', {}, errorKind)) : null));
    }
    if (disturbance) {
      notes.push(el('div', { class: 'note', 'data-outcome': 'disturbed' }, el('p', {}, 'Disturbance: ', el('code', {}, disturbance),
        outcome === 'disturbed' ? ': the request was not carried out.' : ': the answer was disturbed, the request was carried out or refused as the badge says.')));
    }
    if (unknown.length > 0) {
      notes.push(el('div', { class: 'note', 'data-outcome': 'refused' },
        el('p', {}, 'Members that the contract does not have; the service ignores them:'),
        el('ul', {}, unknown.map((path) => el('li', {}, el('code', {}, path))))));
    }
    return notes;
  }

  function actions() {
    if (current.kind !== 'request' || current.request === null) return null;
    const again = el('button', { type: 'button', class: 'button primary', onclick: sendAgain }, 'Send again');
    const copies = [];
    const { name, request } = current;
    if (name !== '' && !request.cut) {
      copies.push(copyButton('Copy as curl', () => asCurl(request)));
      if (current.payload !== null && current.payload !== undefined) {
        copies.push(copyButton('Copy as ongoing call', () => asOngoing(name, current.payload)));
      }
      copies.push(copyButton('Copy as zeep', () => asZeep(name, request.body)));
    }
    return el('div', { class: 'actions' }, again, copies);
  }

  async function sendAgain(event) {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      const exchange = await act('send-again', { exchange: id });
      location.hash = placeOf('requests', exchange.id).slice(1);
    } catch (error) {
      toast(`Not sent: ${error.message}`, { isBad: true });
    }
    button.disabled = false;
  }

  function bodies() {
    if (current.kind === 'work') {
      return el('div', { class: 'bodies' },
        side('Arguments', JSON.stringify(current.arguments), null, false),
        current.result === null || current.result === undefined ? null : side('Result', JSON.stringify(current.result), null, false));
    }
    const { request, answer } = current;
    return el('div', { class: 'bodies' },
      request === null ? null : side('Request', request.body, request, request.cut),
      answer === null ? noAnswer() : side('Answer', answer.body, answer, answer.cut));
  }

  function noAnswer() {
    const text = current.outcome === 'running' ? 'The answer is still to come.' : 'No answer was sent: the connection was cut.';
    return el('section', { class: 'side' }, el('h3', {}, 'Answer'), el('p', { class: 'muted' }, text));
  }

  /** Request or answer. */
  function side(title, body, message, cut) {
    const headers = message?.headers ?? [];
    const raw = el('button', { type: 'button', class: 'button small', 'aria-pressed': 'false', onclick: toggleRaw }, 'As sent');
    const place = el('div', {}, bodyView(body, `${title}, body`));
    function toggleRaw() {
      const isRaw = raw.getAttribute('aria-pressed') !== 'true';
      raw.setAttribute('aria-pressed', String(isRaw));
      show(place, isRaw
        ? el('pre', { class: 'code wrap', tabindex: '0', role: 'region', 'aria-label': `${title}, as sent` }, body)
        : bodyView(body, `${title}, body`));
    }
    return el('section', { class: 'side' },
      el('div', { class: 'side-head' }, el('h3', {}, title), el('span', { class: 'muted' }, bytes(new Blob([body]).size)),
        message === null ? null : raw, copyButton('Copy', () => body)),
      headers.length === 0 ? null : el('details', {}, el('summary', {}, headers.length === 1 ? '1 header' : `${headers.length} headers`),
        el('pre', { class: 'code', tabindex: '0', role: 'region', 'aria-label': `${title}, headers` },
          headers.map(([name, value]) => `${name}: ${value}\n`))),
      cut ? el('p', { class: 'muted' }, 'Longer than the sandbox keeps: only the beginning is shown.') : null,
      place);
  }

  load();
  return {
    element,
    changed: load,
    close() { closed = true; },
  };
}

/** What was wrong with a request that could not be read. */
function invalidNote({ why, line, column, expected, found }) {
  const fact = (label, value) => (value === null || value === undefined ? null
    : el('div', { class: 'fact' }, el('dt', {}, label), el('dd', {}, el('code', {}, value))));
  return el('div', { class: 'note', 'data-outcome': 'invalid' },
    el('p', {}, why),
    el('dl', { class: 'facts' }, fact('Line', line), fact('Column', column), fact('Expected', expected), fact('Found', found)));
}

/** A link to the row that a key names, where there is a table of its kind. */
export function keyLink(sandbox, { kind, value }) {
  const table = sandbox.tables.find((one) => one.kind === kind);
  const text = `${kind} ${value}`;
  return table === undefined ? el('span', { class: 'key' }, text) : el('a', { class: 'key', href: placeOf(table.name, value) }, text);
}
