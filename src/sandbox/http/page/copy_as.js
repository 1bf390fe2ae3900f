// A request as a command or a program that sends it again. Credentials are variables of the environment, never texts.

import { indented } from './xml_view.js';
import { localName, tokens, unescaped } from './xml_tokens.js';

const SENDER = {
  UserName: 'ONGOING_USERNAME',
  Password: 'ONGOING_PASSWORD',
  GoodsOwnerCode: 'ONGOING_GOODS_OWNER_CODE',
  GoodsOwnerId: 'ONGOING_GOODS_OWNER_ID',
};

/** How deep the operation's own members are: Envelope, Body, the operation. */
const MEMBERS = 3;

/** For Python: how zeep trusts a sandbox that serves over TLS. The variable goes before a session's own setting. */
export const ZEEP_TRUST = 'os.environ["REQUESTS_CA_BUNDLE"] = os.environ["ONGOING_CA_FILE"]\n';

/** For sh: curl with the envelope as it came. */
export function asCurl(request) {
  const pieces = tokens(indented(request.body));
  let depth = 0;
  let text = '';
  let variable;
  for (const piece of pieces) {
    if (piece.kind === 'close') {
      depth -= 1;
      if (variable !== undefined) text += `$${variable}`;
      variable = undefined;
    }
    if (variable === undefined || piece.kind !== 'text') text += quotedInDocument(piece.text);
    if (piece.kind === 'open') {
      variable = depth === MEMBERS ? SENDER[localName(piece.name)] : undefined;
      depth += 1;
    }
  }
  const headers = request.headers
    .filter(([name]) => /^(content-type|soapaction)$/i.test(name))
    .map(([name, value]) => ` \\\n  -H ${quoted(`${name}: ${value}`)}`);
  const mark = endMark(text);
  return `curl -sS${trust()} "$ONGOING_URL"${headers.join('')} \\\n  --data-binary @- <<${mark}\n${text}\n${mark}\n`;
}

/** For sh: `ongoing call` with the input in the contract's JSON form. */
export function asOngoing(operation, input) {
  const empty = input === undefined || input === null || Object.keys(input).length === 0;
  if (empty) return `ongoing call ${operation}\n`;
  const text = JSON.stringify(input, null, 2);
  const mark = endMark(text);
  return `ongoing call ${operation} --input - <<'${mark}'\n${text}\n${mark}\n`;
}

/** For Python: a call by zeep. */
export function asZeep(operation, body) {
  const members = Object.entries(elementTree(body)).map(([name, value]) => {
    if (SENDER[name] === undefined) return `    ${keyword(name, python(value, 1))},\n`;
    const read = `os.environ["${SENDER[name]}"]`;
    return `    ${name}=${name === 'GoodsOwnerId' ? `int(${read})` : read},\n`;
  });
  return `import os\n\nimport zeep\n\n${isTls() ? ZEEP_TRUST : ''}# Where zeep misses a member that the contract requires and this request left out: give it zeep.xsd.SkipValue.\nclient = zeep.Client(os.environ["ONGOING_URL"] + "?WSDL")\n`
    + `answer = client.service.${operation}(\n${members.join('')})\nprint(answer)\n`;
}

/** Over TLS, the sandbox has an authority of its own. */
const isTls = () => location.protocol === 'https:';

const trust = () => (isTls() ? ' --cacert "$ONGOING_CA_FILE"' : '');

/** The line that ends a here-document: one that does not stand in it. */
function endMark(text) {
  let mark = 'END';
  while (text.split('\n').includes(mark)) mark += '_';
  return mark;
}

/** In a here-document the shell reads `$`, the backquote and the backslash. */
function quotedInDocument(text) {
  return text.replace(/[\\$`]/g, '\\$&');
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function keyword(name, value) {
  return /^[A-Za-z_]\w*$/.test(name) ? `${name}=${value}` : `**{${JSON.stringify(name)}: ${value}}`;
}

/** The members of the operation: texts, null for nil, objects, and lists where a name comes twice. */
export function elementTree(body) {
  const root = { members: [], text: '' };
  const path = [root];
  for (const piece of tokens(body)) {
    const top = path.at(-1);
    if (piece.kind === 'open' || piece.kind === 'empty') {
      const isNil = /\bnil\s*=\s*["'](true|1)["']/.test(piece.text);
      const element = { name: localName(piece.name), members: [], text: '', isNil };
      top.members.push(element);
      if (piece.kind === 'open') path.push(element);
    } else if (piece.kind === 'close') {
      if (path.length > 1) path.pop();
    } else if (piece.kind === 'text') {
      top.text += unescaped(piece.text);
    }
  }
  const envelope = root.members.find((element) => element.name === 'Envelope');
  const operation = envelope?.members.find((element) => element.name === 'Body')?.members[0];
  return operation === undefined ? {} : membersOf(operation);
}

function membersOf(element) {
  const members = {};
  for (const member of element.members) {
    const value = valueOf(member);
    if (!Object.hasOwn(members, member.name)) members[member.name] = value;
    else if (Array.isArray(members[member.name])) members[member.name].push(value);
    else members[member.name] = [members[member.name], value];
  }
  return members;
}

function valueOf(element) {
  if (element.isNil) return null;
  return element.members.length === 0 ? element.text : membersOf(element);
}

/** A value in Python. */
function python(value, depth) {
  const indent = '    '.repeat(depth + 1);
  const end = '    '.repeat(depth);
  if (value === null) return 'None';
  if (typeof value === 'string') return pythonText(value);
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${indent}${python(item, depth + 1)},\n`).join('')}${end}]`;
  }
  const members = Object.entries(value).map(([name, member]) => {
    return `${indent}${pythonText(name)}: ${python(member, depth + 1)},\n`;
  });
  return `{\n${members.join('')}${end}}`;
}

/** JSON's escapes are Python's too, but for pairs of surrogates: these stay as they are. */
function pythonText(text) {
  return JSON.stringify(text);
}
