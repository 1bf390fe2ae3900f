// The page: which view is shown, and what stands around it.

import { get } from './api.js';
import { connectView } from './connect.js';
import { controls } from './controls.js';
import { disturbancesView } from './disturbances.js';
import { el, placeOf, show } from './dom.js';
import { Events } from './events.js';
import { Exchanges } from './exchanges.js';
import { operationsView } from './operations.js';
import { requestsView } from './requests.js';
import { tableView } from './table.js';
import { Work } from './work.js';

/** Views that are not tables of the warehouse. */
const VIEWS = [
  { name: 'requests', title: 'Requests', open: requestsView },
  { name: 'disturbances', title: 'Disturbances', open: disturbancesView },
  { name: 'connect', title: 'Connect', open: connectView },
  { name: 'operations', title: 'Operations', open: operationsView },
];

const main = document.getElementById('main');
const nav = document.getElementById('views');
const menu = document.getElementById('menu');

let sandbox;
let view;

async function start() {
  const [about, tables, actions] = await Promise.all([get('about'), get('state'), get('actions')]);
  const exchanges = new Exchanges();
  sandbox = { about, tables, actions, exchanges, events: new Events(exchanges) };
  sandbox.work = new Work(sandbox);
  showLive();
  showNavigation();
  show(document.getElementById('controls'), controls(sandbox));
  await sandbox.events.start();
  exchanges.onChange(announce);
  window.addEventListener('hashchange', () => go(true));
  go(false);
}

/** The view and the keys in it that the address names. */
function place() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').filter((part) => part !== '');
  const [name = 'requests', ...keys] = parts.map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { name, keys };
}

function go(moved) {
  const { name, keys } = place();
  closeMenu();
  if (view?.name !== name) {
    view?.close?.();
    view = { name, ...openView(name) };
    main.setAttribute('aria-label', view.title);
    show(main, view.element);
    document.title = `${view.title} · Sandbox warehouse`;
    for (const link of nav.querySelectorAll('a')) {
      if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (moved) main.focus({ preventScroll: true });
  }
  view.choose?.(keys);
}

function openView(name) {
  const found = VIEWS.find((one) => one.name === name);
  if (found !== undefined) return { title: found.title, ...found.open(sandbox) };
  const table = sandbox.tables.find((one) => one.name === name);
  if (table !== undefined) return { title: table.title, ...tableView(sandbox, table) };
  return { title: 'Not found', element: el('p', { class: 'pane' }, `This page has no view "${name}".`) };
}

function showNavigation() {
  const link = ({ name, title }) => el('li', {}, el('a', { href: placeOf(name), 'data-view': name }, title));
  const [requests, ...others] = VIEWS;
  show(
    nav,
    el('ul', {}, link(requests)),
    el('h2', {}, 'Warehouse'),
    el('ul', {}, sandbox.tables.map(link)),
    el('h2', {}, 'Integration'),
    el('ul', {}, others.map(link)),
  );
}

function showLive() {
  const live = document.getElementById('live');
  sandbox.events.onLive((isLive) => {
    live.dataset.live = isLive;
    live.textContent = isLive ? 'Live' : 'Reconnecting';
  });
}

/** Tells a screen reader what came, at most every few seconds. */
let waiting = [];
function announce(fresh) {
  const ended = fresh.filter((exchange) => exchange.kind === 'request' && exchange.outcome !== 'running');
  if (ended.length === 0) return;
  if (waiting.length === 0) setTimeout(tell, 2000);
  waiting.push(...ended);
}

function tell() {
  const [first] = waiting;
  const text = waiting.length === 1 ? `New: ${first.name} ${first.outcome}` : `${waiting.length} new exchanges`;
  document.getElementById('announcer').textContent = text;
  waiting = [];
}

function closeMenu() {
  document.body.classList.remove('menu-open');
  menu.setAttribute('aria-expanded', 'false');
}

menu.addEventListener('click', () => {
  const isOpen = document.body.classList.toggle('menu-open');
  menu.setAttribute('aria-expanded', String(isOpen));
  if (isOpen) nav.querySelector('a').focus();
});
document.getElementById('skip').addEventListener('click', () => main.focus());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.body.classList.contains('menu-open')) {
    closeMenu();
    menu.focus();
  }
});

start().catch((error) => show(main, el('p', { class: 'pane problem', role: 'alert' }, error.message)));
