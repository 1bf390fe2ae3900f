// Disturbances: simulated failures of the network and the service, and refusals in the form of the warehouse's own rules.

import { act, get } from './api.js';
import { el, show } from './dom.js';
import { field } from './field.js';

/** The arguments that only this kind has; all others apply to every kind. */
const OWN = {
  delay: ['seconds'],
  'slow-drip': ['seconds'],
  status: ['code', 'retryAfter'],
  fault: ['text'],
  refuse: ['errorKind'],
};

export function disturbancesView(sandbox) {
  const waiting = el('div', { class: 'waiting' });
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const element = el('div', { class: 'pane disturbances' },
    el('h2', { class: 'title' }, 'Disturbances'),
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
      draw(await get('disturbances'));
    } catch (error) {
      show(problem, error.message);
      problem.hidden = false;
      problem.scrollIntoView({ block: 'nearest' });
    }
  }

  function draw(disturbances) {
    if (disturbances.length === 0) {
      show(waiting, el('p', { class: 'muted' }, 'None: requests are answered as they come.'));
      return;
    }
    show(waiting,
      el('ul', { class: 'disturbance-list' }, disturbances.map((disturbance) => el('li', { class: 'disturbance' },
        el('div', {}, el('b', {}, disturbance.kind), ' ', el('span', { class: 'muted' }, disturbance.doc)),
        el('div', {}, 'Applies to ', el('b', {}, leftText(disturbance)), ' of ', el('b', {}, disturbance.operation ?? 'any operation'),
          disturbance.key ? [' that names ', el('b', {}, disturbance.key)] : null,
          disturbance.probability === null || disturbance.probability === undefined ? null : `, each with probability ${disturbance.probability}`),
        el('code', {}, disturbance.text),
        el('button', { type: 'button', class: 'button small', 'aria-label': `Remove ${disturbance.text}`, onclick: () => change(() => act('undisturb', { id: disturbance.id })) }, 'Remove')))),
      el('button', { type: 'button', class: 'button', onclick: () => change(() => act('undisturb')) }, 'Remove all'));
  }

  const load = () => change(() => undefined);
  const stop = sandbox.exchanges.onChange((fresh, everything) => {
    if (everything || fresh.some(changesDisturbances)) load();
  });
  load();
  return { element, close: stop };
}

function changesDisturbances(exchange) {
  return exchange.disturbance !== null || ['disturb', 'undisturb', 'refuse', 'reset', 'restore'].includes(exchange.name);
}

function leftText(disturbance) {
  if (disturbance.left === null || disturbance.left === undefined) return 'every request';
  return disturbance.left === 1 ? 'the next request' : `the next ${disturbance.left} requests`;
}

function operationNames(sandbox) {
  const list = el('datalist', { id: 'all-operations' });
  get('operations').then((groups) => {
    show(list, groups.flatMap((group) => group.operations).map((operation) => el('option', { value: operation.name })));
  }).catch(() => {});
  return list;
}

/** The form for failures of the network and the service. */
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
    class: 'card', 'aria-label': 'Add a disturbance',
    onsubmit: (event) => { event.preventDefault(); change(() => act('disturb', { kind: chosen(), ...read() })); },
  },
  el('h2', {}, 'Add a disturbance'),
  el('fieldset', { class: 'choices' }, el('legend', {}, 'What happens to the request'), radios.map((radio) => radio.element)),
  el('div', { class: 'fields' }, fields.map((one) => one.element)),
  el('div', { class: 'actions' }, el('button', { type: 'submit', class: 'button primary' }, 'Add the disturbance')));
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
