// The exchanges that this page knows, newest first.

import { get } from './api.js';
import { paced } from './dom.js';

/** As many as the sandbox keeps. */
const KEPT = 2000;

/** How soon an exchange is shown, and the pause before the next ones are while they rush in, in milliseconds. */
const SOON = 30;
const PAUSE = 1000;

/** Summaries of exchanges by their ids. Listeners are called once for everything that comes in a moment. */
export class Exchanges {
  constructor() {
    this.byId = new Map();
    this.listeners = new Set();
    this.fresh = [];
    this.everything = false;
    this.newest = 0;
    /** Number of the last change that came: the stream goes on after it. */
    this.sequence = 0;
    this.sorted = undefined;
    this.tell = paced(SOON, PAUSE, () => this.tellAll());
  }

  /** Reads all that the sandbox keeps. What this page knew before may be of another run, and is forgotten. */
  async load() {
    const { exchanges, sequence } = await get('exchanges', { last: KEPT });
    this.byId = new Map(exchanges.reverse().map((exchange) => [exchange.id, exchange]));
    this.newest = exchanges.at(-1)?.id ?? 0;
    this.sequence = sequence;
    this.everything = true;
    this.changed();
  }

  /** Adds an exchange, or says more about one that ran. */
  put(exchange, sequence) {
    this.sequence = sequence;
    this.byId.set(exchange.id, exchange);
    this.newest = Math.max(this.newest, exchange.id);
    if (this.byId.size > KEPT) this.byId.delete(this.byId.keys().next().value);
    this.fresh.push(exchange);
    this.changed();
  }

  /** Newest first. */
  list() {
    this.sorted ??= [...this.byId.values()].sort((one, other) => other.id - one.id);
    return this.sorted;
  }

  /** Calls a function after changes, with the exchanges that came, and whether all may be others; gives what ends that. */
  onChange(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed() {
    this.sorted = undefined;
    this.tell();
  }

  tellAll() {
    const fresh = this.fresh.splice(0);
    const { everything } = this;
    this.everything = false;
    for (const listener of this.listeners) listener(fresh, everything);
  }
}

/** Actions that leave the goods as they are. */
const BESIDE = ['snapshot', 'disturb', 'undisturb', 'refuse'];

/** Whether the warehouse may be another after an exchange. */
export function changesWarehouse(exchange) {
  if (exchange.outcome === 'running') return false;
  return exchange.kind === 'work' ? !BESIDE.includes(exchange.name) : exchange.effect !== 'read';
}
