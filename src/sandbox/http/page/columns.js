// The columns of a table of the warehouse, and what stands in their cells.

import { statusBadge } from './badge.js';
import { el } from './dom.js';
import { dateTime } from './text.js';

/** Whether a column has the numbers of statuses. */
export function isStatus(name) {
  return /Status(Number|Id)?$/.test(name);
}

/** Numbers stand on the right; the numbers of statuses are names. */
export function isRight({ name, numeric }) {
  return numeric && !isStatus(name);
}

function textColumn(name) {
  return name.replace(/(Number|Id)?$/, 'Text');
}

/** The columns of a table; the name of a status stands in the column of its number. */
export function shownColumns({ columns }) {
  const texts = columns.filter((column) => isStatus(column.name)).map((column) => textColumn(column.name));
  return columns.filter((column) => !texts.includes(column.name));
}

/** A cell's content. */
export function cellValue(cells, { name }) {
  const value = cells[name];
  if (value === null || value === undefined) return '';
  if (isStatus(name) && Number.isInteger(value)) return statusBadge(value, cells[textColumn(name)]);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return el('time', { datetime: value, title: value }, dateTime(value));
  return String(value);
}
