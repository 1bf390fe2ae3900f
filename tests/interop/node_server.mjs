// A SOAP server that node-soap makes from our WSDL. It answers each call with the values of a folder's `output.json`
// and prints what it understood of the request, one JSON object a line; its first line is the port.
//
//   node node_server.mjs FOLDER_OF_NODE_MODULES service.wsdl FOLDER_OF_EXCHANGES
//
// The folder's name is part of the address: http://127.0.0.1:PORT/<Operation>__<point>/service.asmx

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, wsdlFile, exchanges] = process.argv.slice(2);
const soap = createRequire(join(modules, "/"))("soap");
const NAMESPACE = "http://ongoingsystems.se/WSI";

const options = {
  // JavaScript has no decimal, and its dates lose what stands behind the milliseconds and the offset.
  customDeserializer: { decimal: (text) => text, dateTime: (text) => text },
  handleNilAsNull: true,
  preserveWhitespace: true,
};

/** A value in the JSON form as node-soap takes it; `description` is what node-soap knows of its type. */
function toSoap(value, description) {
  if (value === null || typeof value !== "object") return value;
  const type = value["@type"];
  if (type) description = wsdl.findSchemaObject(NAMESPACE, type).description(wsdl.definitions);
  const members = type ? { attributes: { xsi_type: { type, xmlns: NAMESPACE, prefix: "derived" } } } : {};
  for (const [name, member] of Object.entries(value)) {
    if (name === "@type") continue;
    if (Array.isArray(member)) {
      const [list, inner] = itemOf(description, name);
      const items = member.map((item) => toSoap(item, inner));
      members[name] = list ? { [list]: items } : items;
    } else if (name in description) {
      members[name] = toSoap(member, description[name]);
    } else {
      throw new Error(`node-soap knows no ${name}`);
    }
  }
  return members;
}

/** The element of the items below the member, null where the member itself repeats; and the items' description. */
function itemOf(description, name) {
  if (`${name}[]` in description) return [null, description[`${name}[]`]];
  const [item] = Object.keys(description[name]).filter((key) => key.endsWith("[]"));
  return [item.slice(0, -2), description[name][item]];
}

/** Answers a call of this operation. */
function answer(operation) {
  return (request, _callback, _headers, http) => {
    const folder = http.url.split("/")[1];
    console.log(JSON.stringify({ folder, operation: operation.$name, action: http.headers.soapaction, request }));
    if (!folder.startsWith(`${operation.$name}__`)) throw new Error(`${folder}: called was ${operation.$name}`);
    const output = JSON.parse(readFileSync(join(exchanges, folder, "output.json"), "utf8"));
    const [description] = Object.values(operation.output.description(wsdl.definitions));
    const [result] = Object.keys(description).filter((name) => name.endsWith("Result"));
    if (!result) return {};
    return toSoap({ [result]: output }, description);
  };
}

let wsdl;
const server = createServer((_request, response) => response.writeHead(404).end());
server.listen(0, "127.0.0.1", () => {
  const xml = readFileSync(wsdlFile, "utf8");
  const services = {};
  const path = /^\/[A-Za-z0-9_]+\/service\.asmx/;
  const listening = soap.listen(server, { path, services, xml, ...options, callback: ready });
  function ready(error) {
    if (error) throw error;
    wsdl = listening.wsdl;
    // node-soap writes xsi:type and xsi:nil, and leaves it to the WSDL to declare the prefix.
    wsdl.xmlnsInEnvelope += ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
    for (const [serviceName, service] of Object.entries(wsdl.definitions.services)) {
      services[serviceName] = {};
      for (const [portName, port] of Object.entries(service.ports)) {
        const methods = Object.entries(port.binding.methods);
        services[serviceName][portName] = Object.fromEntries(
          methods.map(([name, operation]) => [name, answer(operation)]),
        );
      }
    }
    console.log(server.address().port);
  }
});
