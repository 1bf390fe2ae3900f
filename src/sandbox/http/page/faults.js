// Faults on demand: what the network and the service do on a bad day, and refusals as the service's people make them.

import { act, get } from './api.js';
import { el, show } from './dom.js';
import { field } from './field.js';

/** What each kind of fault alone is told; everything else is told to all of them. */
const OWN = {
  delay: ['seconds'],
  'slow-drip': ['seconds'],
  status: ['code', 'retryAfter'],
  fault: ['text'],
  refuse: ['errorKind'],
};

export function faultsView(sandbox) {
  const waiting = el('div', { class: 'waiting' });
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const element = el('div', { class: 'pane faults' },
    el('h2', { class: 'title' }, 'Faults'),
    el('p', { class: 'lead' }, 'Simulate failures of the network and the service for the next requests, and see how your integration handles them.'),
    problem,
    el('section', { 'aria-labelledby': 'waiting-title' }, el('h2', { id: 'waiting-title' }, 'Waiting for requests'), waiting),
    el('div', { class: 'columns' },
      disturbForm(sandbox, change), refuseForm(sandbox, change)),
    operationNames(sandbox));

  async function change(work) {
    problem.hidden = true;
    try {
      await work();
      draw(await get('faults'));
    } catch (error) {
      show(problem, error.message);
      problem.hidden = false;
      problem.scrollIntoView({ block: 'nearest' });
    }
  }

  function draw(faults) {
    if (faults.length === 0) {
      show(waiting, el('p', { class: 'muted' }, 'None: requests are answered as they come.'));
      return;
    }
    show(waiting,
      el('ul', { class: 'fault-list' }, faults.map((fault) => el('li', { class: 'fault' },
        el('div', {}, el('b', {}, fault.kind), ' ', el('span', { class: 'muted' }, fault.doc)),
        el('div', {}, 'Meets ', el('b', {}, leftText(fault)), ' of ', el('b', {}, fault.operation ?? 'any operation'),
          fault.key ? [' that names ', el('b', {}, fault.key)] : null,
          fault.probability === null || fault.probability === undefined ? null : `, each with probability ${fault.probability}`),
        el('code', {}, fault.text),
        el('button', { type: 'button', class: 'button small', 'aria-label': `Remove ${fault.text}`, onclick: () => change(() => act('undisturb', { id: fault.id })) }, 'Remove')))),
      el('button', { type: 'button', class: 'button', onclick: () => change(() => act('undisturb')) }, 'Remove all'));
  }

  const load = () => change(() => undefined);
  const stop = sandbox.exchanges.onChange((fresh, everything) => {
    if (everything || fresh.some(changesFaults)) load();
  });
  load();
  return { element, close: stop };
}

function changesFaults(exchange) {
  return exchange.disturbance !== null || ['disturb', 'undisturb', 'refuse', 'reset', 'restore'].includes(exchange.name);
}

function leftText(fault) {
  if (fault.left === null || fault.left === undefined) return 'every request';
  return fault.left === 1 ? 'the next request' : `the next ${fault.left} requests`;
}

function operationNames(sandbox) {
  const list = el('datalist', { id: 'all-operations' });
  get('operations').then((groups) => {
    show(list, groups.flatMap((group) => group.operations).map((operation) => el('option', { value: operation.name })));
  }).catch(() => {});
  return list;
}

/** The form for faults of the network and the server. */
function disturbForm(sandbox, change) {
  const action = sandbox.work.find('disturb');
  if (action === undefined) return null;
  const kinds = action.arguments.find((argument) => argument.name === 'kind').choices.filter((kind) => kind.name !== 'refuse');
  const operations = [''];
  const fields = action.arguments.filter((argument) => argument.name !== 'kind').map((argument) => field(argument, { operations }));
  const own = new Set(Object.values(OWN).flat());
  const radios = kinds.map((kind, index) => {
    const input = el('input', { type: 'radio', name: 'kind', value: kind.name, checked: index === 0, onchange: showOwn });
    return { input, element: el('label', { class: 'choice' }, input, el('span', {}, el('b', {}, kind.name), el('span', { class: 'muted' }, ` ${kind.doc}`))) };
  });
  const chosen = () => radios.find((radio) => radio.input.checked).input.value;
  function showOwn() {
    const mine = OWN[chosen()] ?? [];
    for (const one of fields) one.element.hidden = own.has(one.name) && !mine.includes(one.name);
  }
  showOwn();
  const read = () => Object.fromEntries(fields.filter((one) => !one.element.hidden).map((one) => [one.name, one.read()]));
  return el('form', {
    class: 'card', 'aria-label': 'Add a fault',
    onsubmit: (event) => { event.preventDefault(); change(() => act('disturb', { kind: chosen(), ...read() })); },
  },
  el('h2', {}, 'Add a fault'),
  el('fieldset', { class: 'choices' }, el('legend', {}, 'What happens to the request'), radios.map((radio) => radio.element)),
  el('div', { class: 'fields' }, fields.map((one) => one.element)),
  el('div', { class: 'actions' }, el('button', { type: 'submit', class: 'button primary' }, 'Add the fault')));
}

/** The form for refusals. */
function refuseForm(sandbox, change) {
  const action = sandbox.work.find('refuse');
  if (action === undefined) return null;
  const fields = action.arguments.map((argument) => field(argument, { operations: [''] }));
  return el('form', {
    class: 'card', 'aria-label': 'Refuse a request',
    onsubmit: (event) => { event.preventDefault(); change(() => act('refuse', Object.fromEntries(fields.map((one) => [one.name, one.read()])))); },
  },
  el('h2', {}, 'Refuse a request'),
  el('p', {}, `${action.doc}.`),
  el('div', { class: 'fields' }, fields.map((one) => one.element)),
  el('div', { class: 'actions' }, el('button', { type: 'submit', class: 'button primary' }, 'Add the refusal')));
}
