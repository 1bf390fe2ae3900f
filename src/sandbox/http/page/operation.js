// One operation: what it means, its members, samples, and a place to try it.

import { act, get } from './api.js';
import { outcomeBadge } from './badge.js';
import { copyButton } from './clipboard.js';
import { el, placeOf, show } from './dom.js';
import { tabs } from './tabs.js';
import { duration } from './text.js';
import { bodyView } from './xml_view.js';

export function operationView(name) {
  const element = el('article', { class: 'operation' }, el('p', { class: 'muted' }, 'Loading ..'));
  get('operation', { name }).then((operation) => show(element, parts(operation)))
    .catch((error) => show(element, el('p', { class: 'problem', role: 'alert' }, error.message)));
  return element;
}

function parts(operation) {
  const { name, doc, group, effect, page, members, xml, json, action } = operation;
  return [
    el('h2', {}, name, ' ', el('span', { class: 'tag', 'data-effect': effect }, effect)),
    el('p', {}, doc),
    el('p', { class: 'muted' }, group, ' · SOAPAction ', el('code', {}, action), page ? [' · ', el('a', { href: pageAddress(page), rel: 'noreferrer' }, 'the service\'s page')] : null),
    tabs(name, [
      { name: 'Try it', content: () => tryIt(operation) },
      { name: `Members (${members.length})`, content: () => membersTable(members) },
      { name: 'Sample XML', content: () => sample(xml, 'Sample XML') },
      { name: 'Sample JSON', content: () => sample(JSON.stringify(json ?? {}), 'Sample JSON') },
    ]),
  ];
}

/** Only an address of the web becomes a link. */
function pageAddress(page) {
  return /^https?:\/\//.test(page) ? page : null;
}

function sample(text, label) {
  const body = bodyView(text, label);
  return el('div', {}, el('div', { class: 'side-head' }, copyButton('Copy', () => (body.querySelector('pre') ?? body).textContent)), body);
}

function membersTable(members) {
  if (members.length === 0) return el('p', { class: 'muted' }, 'It has no members besides the credentials.');
  return el('div', { class: 'scroll-x', tabindex: '0', role: 'region', 'aria-label': 'Members' },
    el('table', { class: 'plain members' },
      el('thead', {}, el('tr', {}, ['Member', 'Type', 'Length', 'Meaning'].map((title) => el('th', { scope: 'col' }, title)))),
      el('tbody', {}, members.map((member) => el('tr', {},
        el('td', {}, path(member.path), member.required ? el('span', { class: 'tag' }, 'required') : null),
        el('td', {}, el('code', {}, member.type)),
        el('td', {}, member.maxLength || ''),
        el('td', {}, member.doc))))));
}

/** `co.OrderInfo.OrderNumber` with its last part standing out. */
function path(text) {
  const end = text.lastIndexOf('.') + 1;
  return [el('span', { class: 'muted' }, text.slice(0, end)), el('b', {}, text.slice(end))];
}

function tryIt({ name, effect, xml, json }) {
  const forms = { json: JSON.stringify(json ?? {}, null, 2), xml };
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const result = el('div', { class: 'result', 'aria-live': 'polite' });
  const form = el('select', { 'aria-label': 'Form of the input', onchange: () => { forms[last] = input.value; last = form.value; input.value = forms[last]; } },
    el('option', { value: 'json' }, 'JSON'), el('option', { value: 'xml' }, 'XML'));
  let last = 'json';
  const input = el('textarea', { class: 'code', rows: 16, spellcheck: 'false', 'aria-label': `Input of ${name}` });
  input.value = forms.json;
  const send = el('button', { type: 'button', class: 'button primary', onclick: onSend }, effect === 'write' ? 'Send (changes the sandbox)' : 'Send');

  async function onSend() {
    problem.hidden = true;
    send.disabled = true;
    try {
      const given = form.value === 'xml' ? { xml: input.value } : { json: JSON.parse(input.value || '{}') };
      const exchange = await act('send', { operation: name, ...given });
      show(result, el('div', { class: 'side-head' }, el('h3', {}, 'Answer'), outcomeBadge(exchange.outcome),
        el('span', { class: 'muted' }, duration(exchange.ms)),
        el('a', { href: placeOf('requests', exchange.id) }, 'Open the exchange')),
      exchange.message ? el('p', {}, exchange.message) : null,
      exchange.answer === null ? el('p', { class: 'muted' }, 'No answer was sent.') : bodyView(exchange.answer.body, 'Answer'));
    } catch (error) {
      show(problem, error instanceof SyntaxError ? `The input is not JSON: ${error.message}` : error.message);
      problem.hidden = false;
    }
    send.disabled = false;
  }

  return el('div', { class: 'try' },
    el('p', { class: 'muted' }, 'The sandbox fills in user, password and goods owner. Remove what you do not need.'),
    input, el('div', { class: 'actions' }, send, form), problem, result);
}
