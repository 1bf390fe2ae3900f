// A line to the sandbox that can be cut, as a cable is.

import { connect, createServer } from 'node:net';

export class Line {
  static async to(port) {
    const line = new Line(port);
    await new Promise((done) => line.server.listen(0, '127.0.0.1', done));
    line.root = `http://127.0.0.1:${line.server.address().port}`;
    return line;
  }

  constructor(port) {
    this.sockets = new Set();
    this.isCut = false;
    this.server = createServer((near) => {
      if (this.isCut) {
        near.destroy();
        return;
      }
      const far = connect(port, '127.0.0.1');
      for (const [socket, other] of [[near, far], [far, near]]) {
        this.sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  }

  cut() {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.isCut = false;
  }

  close() {
    this.cut();
    this.server.close();
  }
}
