// `ongoing sandbox` as a process of its own, and requests to it.

import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The environment without settings of whoever runs the tests. */
function clean() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ONGOING_')));
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts a sandbox with some goods and orders; `port` where a former one has to be followed. */
export async function startSandbox({ port, seed = true } = {}) {
  const own = port ?? (await freePort());
  const words = ['sandbox', '--port', String(own), ...(seed ? ['--seed-data'] : [])];
  const process_ = spawn(process.env.ONGOING, words, { env: clean(), stdio: ['ignore', 'ignore', 'inherit'] });
  const root = `http://127.0.0.1:${own}`;
  for (let tries = 0; ; tries += 1) {
    try {
      const about = await (await fetch(`${root}/admin/about`)).json();
      return new Sandbox(process_, own, root, about);
    } catch (error) {
      if (tries > 200 || process_.exitCode !== null) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

class Sandbox {
  constructor(child, port, root, about) {
    Object.assign(this, { child, port, root, about });
  }

  async stop() {
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Sends the members of an operation; gives the text of the answer. */
  async send(operation, members, headers = {}) {
    const { url, namespace, user, password } = this.about;
    const sender = `<GoodsOwnerCode>${this.about.goodsOwners[0].code}</GoodsOwnerCode><UserName>${user}</UserName><Password>${password}</Password>`;
    const body = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>`
      + `<${operation} xmlns="${namespace}">${sender}${members}</${operation}></soap:Body></soap:Envelope>`;
    const answer = await fetch(url, {
      method: 'POST',
      // An idle connection may be closed by the sandbox just when it is used again.
      headers: { Connection: 'close', 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${namespace}/${operation}"`, ...headers },
      body,
    });
    return answer.text();
  }

  async sendOrder(number, { remark = '', article = 'TEA-EARL', count = 1 } = {}) {
    const escaped = remark.replace(/[&<]/g, (letter) => ({ '&': '&amp;', '<': '&lt;' })[letter]);
    const answer = await this.send('ProcessOrder', `<co><OrderInfo><OrderIdentification>GoodsOwnerOrderNumber</OrderIdentification>`
      + `<OrderOperation>CreateOrUpdate</OrderOperation><GoodsOwnerOrderNumber>${number}</GoodsOwnerOrderNumber>`
      + `<OrderRemark>${escaped}</OrderRemark></OrderInfo>`
      + `<Customer><CustomerOperation>CreateOrUpdate</CustomerOperation><CustomerIdentification>CustomerNumber</CustomerIdentification><CustomerNumber>C-9</CustomerNumber><Name>Greta Gran</Name></Customer>`
      + `<CustomerOrderLines><CustomerOrderLine><OrderLineIdentification>ArticleNumber</OrderLineIdentification>`
      + `<ArticleIdentification>ArticleNumber</ArticleIdentification><ArticleNumber>${article}</ArticleNumber><NumberOfItems>${count}</NumberOfItems>`
      + `</CustomerOrderLine></CustomerOrderLines></co>`);
    if (!answer.includes('<Success>true</Success>')) throw new Error(`the order ${number} was not accepted: ${answer}`);
  }

  /** A warehouse in use: so many orders, and as many exchanges as are kept. */
  async fill(orders, exchanges) {
    const work = [];
    for (let index = 0; index < orders; index += 1) work.push(() => this.sendOrder(`F-${index}`));
    for (let index = orders; index < exchanges; index += 1) work.push(() => this.send('GetOrderStatuses', ''));
    const worker = async () => {
      for (let next = work.shift(); next !== undefined; next = work.shift()) await next();
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  }

  async act(action, given = {}) {
    const answer = await fetch(`${this.root}/admin/${action}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(given),
    });
    return { status: answer.status, value: await answer.json() };
  }

  /** Runs a text of the page as a person would paste it; `ongoing` is the one of this build. */
  async shell(text) {
    const env = { ...clean(), PATH: `${process.env.ONGOING.replace(/\/[^/]*$/, '')}:${process.env.PATH}` };
    try {
      const { stdout, stderr } = await run('sh', ['-c', text], { env });
      return { code: 0, stdout, stderr };
    } catch (error) {
      return { code: error.code, stdout: error.stdout, stderr: error.stderr };
    }
  }
}
