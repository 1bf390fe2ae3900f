// Cuts XML into pieces. Never fails: what is no XML is text, so that a broken request can be shown too.

const PIECE = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<![^>]*>|<\/?[^\s<>/]+(?:"[^"]*"|'[^']*'|[^"'<>])*>/g;

/** Pieces `{ kind: 'open' | 'close' | 'empty' | 'text' | 'other', text, name }`, in order, with nothing left out. */
export function tokens(text) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(PIECE)) {
    if (found.index > end) pieces.push({ kind: 'text', text: text.slice(end, found.index) });
    pieces.push(tag(found[0]));
    end = found.index + found[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

function tag(text) {
  if (text.startsWith('<![CDATA[')) return { kind: 'text', text };
  if (text.startsWith('<!') || text.startsWith('<?')) return { kind: 'other', text };
  const name = /^<\/?([^\s<>/]+)/.exec(text)[1];
  if (text.startsWith('</')) return { kind: 'close', text, name };
  return { kind: text.endsWith('/>') ? 'empty' : 'open', text, name };
}

/** The part of a name after its prefix. */
export function localName(name) {
  return name.slice(name.indexOf(':') + 1);
}

/** Whether a text looks like XML at all. */
export function isXml(text) {
  return /^\s*\uFEFF?\s*<[?!A-Za-z_]/.test(text) && !/^\s*<!doctype html|^\s*<html/i.test(text);
}

const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text that stands between tags, with references and CDATA sections read. */
export function unescaped(text) {
  if (text.startsWith('<![CDATA[')) return text.slice(9, -3);
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
