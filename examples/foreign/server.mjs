// The CRM service, made from crm.wsdl by node-soap: starts it, runs a command with its address, and judges what came.
//
//   node server.mjs FOLDER_OF_NODE_MODULES COMMAND

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";

const [modules, command] = process.argv.slice(2);
const soap = createRequire(join(modules, "/"))("soap");
const wsdl = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "crm.wsdl"), "utf8");

const came = [];
const saved = [];

/** Refuses a call without the session that login gave. */
function session(headers) {
  came.push(headers);
  assert.equal(headers?.SessionHeader?.sessionId, "s-1");
}

const operations = {
  login: ({ username, password }) => {
    assert.deepEqual([username, password], ["ada", "secret"]);
    return { sessionId: "s-1" };
  },
  save: ({ record }, _callback, headers) => {
    session(headers);
    saved.push(record);
    return { id: String(saved.length) };
  },
  find: ({ text }, _callback, headers) => {
    session(headers);
    const company = { attributes: { xsi_type: { type: "Company", xmlns: "urn:records", prefix: "rec" } } };
    const found = saved.filter((record) => record.Name.includes(text));
    return { record: found.map((record, index) => ({ ...company, Id: String(index + 1), Name: record.Name, Employees: record.Employees })) };
  },
};

const http = createServer((_request, response) => response.writeHead(404).end());
await new Promise((done) => http.listen(0, "127.0.0.1", done));
const server = await new Promise((done) => {
  const services = { Crm: { Crm: operations } };
  const listening = soap.listen(http, { path: "/crm", services, xml: wsdl, callback: () => done(listening) });
});
// node-soap writes xsi:type, and leaves it to the WSDL to declare the prefix.
server.wsdl.xmlnsInEnvelope += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
server.addSoapHeader('<LimitHeader xmlns="urn:crm"><callsLeft>99</callsLeft></LimitHeader>');

const child = spawn(command, [`http://127.0.0.1:${http.address().port}/crm`]);
let printed = "";
child.stdout.on("data", (text) => (printed += text));
child.stderr.pipe(process.stderr);
child.on("close", (code) => {
  http.close();
  process.stdout.write(printed);
  assert.equal(code, 0);
  assert.deepEqual(printed.trim().split("\n"), ["saved 1", "found 1: Ada & Söner, 36 employees", "99 calls left"]);
  assert.equal(came.length, 2);
  console.log("node-soap: a foreign client logged in, saved and found");
  process.exit(0);
});
