// Fields of forms, made from what an action says about its arguments.

import { el } from './dom.js';

let made = 0;

/** A field for an argument: `{ element, input, read() }`; `read` gives undefined where nothing was filled in. */
export function field(argument, { value = '', lines = [], operations = [] } = {}) {
  made += 1;
  const id = `field-${made}`;
  const attributes = { id, name: argument.name, required: argument.required, 'aria-describedby': `${id}-doc` };
  const { input, read } = inputFor(argument, attributes, { value, lines, operations });
  const label = argument.kind === 'lines' ? el('span', { class: 'label' }, titleOf(argument.name))
    : el('label', { for: id }, titleOf(argument.name), argument.required ? el('span', { class: 'muted' }, ' required') : null);
  const element = el('div', { class: 'field', 'data-kind': argument.kind, 'data-name': argument.name },
    label, input, el('p', { id: `${id}-doc`, class: 'muted' }, argument.doc));
  return { name: argument.name, element, input, read };
}

/** `retryAfter` is "Retry after". */
export function titleOf(name) {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('-', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inputFor(argument, attributes, { value, lines, operations }) {
  if (argument.choices?.length > 0) {
    const input = el('select', attributes, argument.required ? null : el('option', { value: '' }, ''),
      argument.choices.map((choice) => el('option', { value: choice.name, title: choice.doc }, choice.name)));
    return { input, read: () => given(input.value) };
  }
  if (argument.kind === 'flag') {
    const input = el('input', { ...attributes, type: 'checkbox', required: false });
    return { input, read: () => (input.checked ? true : undefined) };
  }
  if (argument.kind === 'lines' && lines.length > 0) return linesInput(attributes, lines);
  if (argument.kind === 'lines') {
    const input = el('textarea', { ...attributes, rows: 3, placeholder: 'A-1=5' });
    return { input, read: () => pairs(input.value) };
  }
  if (argument.kind === 'texts') {
    const input = el('textarea', { ...attributes, rows: 3, placeholder: 'one per line' }, value);
    return { input, read: () => list(input.value) };
  }
  if (argument.kind === 'json') {
    const input = el('textarea', { ...attributes, rows: 6, class: 'code' }, value);
    return { input, read: () => (input.value.trim() === '' ? undefined : JSON.parse(input.value)) };
  }
  const isNumber = argument.kind === 'decimal' || argument.kind === 'whole';
  const input = el('input', {
    ...attributes, type: 'text', inputmode: isNumber ? 'decimal' : null, value, autocomplete: 'off', spellcheck: 'false',
    pattern: argument.kind === 'whole' ? '[0-9]+' : argument.kind === 'decimal' ? '-?[0-9]+([.][0-9]+)?' : null,
    list: argument.name === 'operation' && operations.length > 0 ? 'all-operations' : null,
  });
  return { input, read: () => given(input.value.trim()) };
}

function given(text) {
  return text === '' ? undefined : text;
}

function list(text) {
  const texts = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return texts.length === 0 ? undefined : texts;
}

/** Lines of `A-1=5`. */
function pairs(text) {
  const read = list(text)?.map((line) => {
    const at = line.lastIndexOf('=');
    return { line: line.slice(0, at).trim(), number: line.slice(at + 1).trim() };
  });
  return read;
}

/** A number for each line of an order; lines without one are left alone. */
function linesInput(attributes, lines) {
  const rows = lines.map((line, index) => {
    const input = el('input', {
      type: 'text', inputmode: 'decimal', pattern: '[0-9]+([.][0-9]+)?', value: line.left ?? '', autocomplete: 'off',
      'aria-label': `Number for line ${line.line}${line.article ? `, ${line.article}` : ''}`, id: index === 0 ? attributes.id : null,
    });
    return { line, input };
  });
  const input = el('table', { class: 'lines' },
    el('thead', {}, el('tr', {}, ['Line', 'Article', 'Number'].map((name) => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, rows.map((row) => el('tr', {},
      el('td', {}, row.line.line), el('td', {}, row.line.article ?? ''), el('td', {}, row.input)))));
  const read = () => {
    const filled = rows.filter((row) => row.input.value.trim() !== '' && Number(row.input.value) !== 0);
    return filled.length === 0 ? undefined : filled.map((row) => ({ line: row.line.line, number: row.input.value.trim() }));
  };
  return { input, read };
}
