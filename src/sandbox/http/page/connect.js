// How to send requests to the sandbox.

import { copyButton } from './clipboard.js';
import { el, placeOf, show } from './dom.js';
import { snippets } from './snippets.js';
import { tabs } from './tabs.js';
import { clockTime } from './text.js';

export function connectView(sandbox) {
  const { about, exchanges } = sandbox;
  const seen = el('p', { class: 'seen', role: 'status' });
  const fact = (label, value, copied = value) => el('div', { class: 'connect-fact' },
    el('dt', {}, label), el('dd', {}, el('code', {}, value), copied === null ? null : copyButton('Copy', () => copied)));
  const element = el('div', { class: 'pane connect' },
    el('h2', { class: 'title' }, 'Connect'),
    el('p', { class: 'lead' }, 'Any SOAP client can talk to this sandbox. Nothing here is real, and nothing leaves this machine.'),
    seen,
    el('dl', { class: 'connect-facts' },
      fact('Address', about.url), fact('Contract (WSDL)', about.wsdl), fact('User', about.user),
      about.password === null ? fact('Password', 'the one that the sandbox was started with', null) : fact('Password', about.password),
      about.goodsOwners.map((owner) => fact('Goods owner', `${owner.code} (id ${owner.id})`, owner.code)),
      about.caFingerprint ? fact('CA fingerprint (SHA-256)', about.caFingerprint) : null,
      about.caFile ? fact('CA file', about.caFile) : null,
      fact('This page', about.root)),
    tabs('Ways to connect', snippets(about).map(({ name, doc, text }) => ({
      name,
      content: () => el('div', { class: 'snippet' },
        el('div', { class: 'side-head' }, el('p', { class: 'muted' }, doc), copyButton(`Copy ${name}`, () => text)),
        el('pre', { class: 'code', tabindex: '0', role: 'region', 'aria-label': `${name}, text to copy` }, text)),
    }))));

  function draw() {
    const last = exchanges.list().find((exchange) => exchange.kind === 'request');
    seen.dataset.seen = last !== undefined;
    if (last === undefined) show(seen, 'Waiting for the first request ..');
    else {
      show(seen, 'Connected: ', el('a', { href: placeOf('requests', last.id) }, last.name || 'a request'),
        ` from ${last.caller} at ${clockTime(last.time)}`);
    }
  }

  draw();
  return { element, close: exchanges.onChange(draw) };
}
