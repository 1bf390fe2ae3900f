// The stream of what happens in the sandbox. It comes back by itself, and asks for what it missed.

import { get } from './api.js';

/** How long after a stream was closed a new one is opened, in milliseconds. */
const AGAIN_AFTER = 1000;

/** How long after the page was hidden it stops to listen, in milliseconds: where nobody looks, the sandbox is left alone. */
const HIDDEN_FOR = 5000;

/**
 * Hears of exchanges as they begin and end. Where the stream breaks, or the page was hidden, it goes on after the last one
 * that came.
 */
export class Events {
  /** @param exchanges where they are kept */
  constructor(exchanges) {
    this.exchanges = exchanges;
    this.listeners = new Set();
    this.isLive = undefined;
    this.run = undefined;
    this.source = undefined;
    this.isPaused = false;
    let timer;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => this.pause(), HIDDEN_FOR);
      else if (this.isPaused) this.goOn();
    });
  }

  pause() {
    this.isPaused = true;
    this.source?.close();
  }

  goOn() {
    this.isPaused = false;
    this.start();
  }

  /** Calls a function when the stream starts or breaks, with whether it runs. */
  onLive(listener) {
    this.listeners.add(listener);
    if (this.isLive !== undefined) listener(this.isLive);
  }

  say(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    for (const listener of this.listeners) listener(isLive);
  }

  /** Reads what there is, then listens. */
  async start() {
    try {
      const { run } = await get('about');
      if (run !== this.run) await this.exchanges.load();
      this.run = run;
    } catch {
      this.again();
      return;
    }
    if (!this.isPaused) this.listen();
  }

  again() {
    this.say(false);
    setTimeout(() => { if (!this.isPaused) this.start(); }, AGAIN_AFTER);
  }

  listen() {
    this.source?.close();
    const source = new EventSource(`/admin/events?after=${this.exchanges.sequence}`);
    this.source = source;
    source.addEventListener('open', () => this.say(true));
    source.addEventListener('exchange', (event) => {
      this.exchanges.put(JSON.parse(event.data), Number(event.lastEventId));
    });
    source.addEventListener('gap', () => this.exchanges.load());
    source.addEventListener('error', () => {
      // The sandbox may have been started anew, with other exchanges of the same ids: only a look at it tells.
      source.close();
      this.again();
    });
  }
}
