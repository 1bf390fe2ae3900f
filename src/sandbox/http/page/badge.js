// Small marks: outcomes of exchanges and statuses of orders.

import { el } from './dom.js';
import { OUTCOMES, outcomeName } from './text.js';

export function outcomeBadge(outcome) {
  return el('span', { class: 'badge', 'data-outcome': outcome, title: OUTCOMES[outcome]?.doc }, outcomeName(outcome));
}

/** A status by its number and name; the tone follows how far things are. */
export function statusBadge(number, name) {
  if (number === undefined || number === null) return '';
  return el('span', { class: 'badge', 'data-tone': tone(number) }, el('b', {}, number), name ? ` ${name}` : '');
}

/** Numbers of orders that failed or were cancelled, and of cancelled in-orders. */
const BAD = [150, 900, 1000];

function tone(number) {
  if (BAD.includes(number)) return 'bad';
  if (number >= 450) return 'good';
  if (number >= 400) return 'near';
  return number >= 300 ? 'begun' : 'new';
}
