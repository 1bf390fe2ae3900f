// Shows XML and JSON indented and coloured, built of text nodes.

import { el } from './dom.js';
import { isXml, tokens } from './xml_tokens.js';

/** As many lines are shown at first; a list of all orders has hundreds of thousands. */
const FIRST_LINES = 1500;

/** A body of a request or an answer, in a block that can be scrolled by keyboard. */
export function bodyView(body, label) {
  const lines = linesOf(body);
  const block = el('pre', { class: 'code', tabindex: '0', 'aria-label': label, role: 'region' });
  append(block, lines.slice(0, FIRST_LINES));
  if (lines.length <= FIRST_LINES) return block;
  const rest = el('button', { type: 'button', class: 'button small' }, `Show all ${lines.length} lines`);
  const whole = el('div', { class: 'code-part' }, block, rest);
  rest.addEventListener('click', () => {
    append(block, lines.slice(FIRST_LINES));
    rest.remove();
    block.focus();
  });
  return whole;
}

function append(block, lines) {
  for (const line of lines) block.append(...line, '\n');
}

function linesOf(body) {
  const text = body ?? '';
  if (isXml(text)) return xmlLines(text);
  const json = jsonText(text);
  if (json !== undefined) return jsonLines(json);
  return text.split('\n').map((line) => [line]);
}

/** The same, as plain text: for copies. */
export function indented(text) {
  return linesOf(text)
    .map((line) => line.map((part) => (typeof part === 'string' ? part : part.textContent)).join(''))
    .join('\n');
}

function jsonText(text) {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

const span = (name, text) => el('span', { class: name }, text);

// XML --------------------------------------------------------------------------------------------------------------

function xmlLines(text) {
  const pieces = tokens(text);
  const lines = [];
  let depth = 0;
  const indent = () => '  '.repeat(Math.max(0, depth));
  for (let at = 0; at < pieces.length; at += 1) {
    const piece = pieces[at];
    if (piece.kind === 'open') {
      const end = endOfText(pieces, at);
      if (end !== undefined) {
        lines.push([indent(), ...pieces.slice(at, end + 1).flatMap(coloured)]);
        at = end;
        continue;
      }
      lines.push([indent(), ...coloured(piece)]);
      depth += 1;
    } else if (piece.kind === 'close') {
      depth -= 1;
      lines.push([indent(), ...coloured(piece)]);
    } else if (piece.kind !== 'text' || piece.text.trim() !== '') {
      lines.push([indent(), ...coloured(piece)]);
    }
  }
  return lines;
}

/** Where an element ends that holds nothing but text. */
function endOfText(pieces, start) {
  let at = start + 1;
  while (pieces[at]?.kind === 'text') at += 1;
  return pieces[at]?.kind === 'close' && pieces[at].name === pieces[start].name ? at : undefined;
}

function coloured(piece) {
  if (piece.kind === 'text') return [span('x-text', piece.text)];
  if (piece.kind === 'other') return [span('x-other', piece.text)];
  const [, before, name, rest, after] = /^(<\/?)([^\s<>/]+)([^]*?)(\/?>)$/.exec(piece.text);
  return [span('x-mark', before), span('x-name', name), ...attributes(rest), span('x-mark', after)];
}

function attributes(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(/([^\s=]+)(\s*=\s*)("[^"]*"|'[^']*')/g)) {
    parts.push(text.slice(end, found.index), span('x-attribute', found[1]), found[2], span('x-value', found[3]));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== '');
}

// JSON -------------------------------------------------------------------------------------------------------------

function jsonLines(text) {
  return text.split('\n').map((line) => {
    const [, indent, name, colon, value, comma] = /^(\s*)(?:("(?:[^"\\]|\\.)*")(: ))?(.*?)(,?)$/.exec(line);
    const parts = [indent];
    if (name !== undefined) parts.push(span('x-name', name), colon);
    parts.push(value.startsWith('"') ? span('x-text', value) : span('x-value', value), comma);
    return parts.filter((part) => part !== '');
  });
}
