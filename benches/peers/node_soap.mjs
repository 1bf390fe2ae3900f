// node-soap: the whole call, from the text of the answer to objects; and an order as the text that would be sent.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, contract, what] = process.argv.slice(2);
const soap = createRequire(join(folder, "/"))("soap");
const LINES = 50;
let answer, sent;
const httpClient = {
  request(address, body, callback) {
    sent = body;
    const response = { status: 200, statusCode: 200, headers: { "content-type": "text/xml; charset=utf-8" }, data: answer };
    callback(null, response, answer);
  },
};
const client = await soap.createClientAsync(contract, { httpClient });

async function best(rounds, task) {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begun = process.cpuUsage();
    await task();
    const took = process.cpuUsage(begun);
    least = Math.min(least, (took.user + took.system) / 1e6);
  }
  return least;
}

const who = { UserName: "user", Password: "password", GoodsOwnerCode: "DEMO" };
if (what === "write") {
  answer =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ProcessOrderResponse ' +
    'xmlns="http://ongoingsystems.se/WSI"/></s:Body></s:Envelope>';
  const line = (_, number) => ({
    OrderLineIdentification: "ExternalOrderLineCode",
    ArticleIdentification: "ArticleNumber",
    ExternalOrderLineCode: `line ${number}`,
    OrderLineComment: "pick from the front",
    ArticleNumber: `A-${1000 + number}`,
    ArticleName: "Skruv 4,5 × 40 <förzinkad>",
    NumberOfItems: "12.50",
  });
  const co = { CustomerOrderLines: { CustomerOrderLine: Array.from({ length: LINES }, line) } };
  const seconds = await best(5, async () => {
    for (let again = 0; again < 200; again++) await client.ProcessOrderAsync({ ...who, co });
  });
  console.log(`${(200 / seconds).toFixed(0)} orders of ${LINES} lines a second (${Buffer.byteLength(sent)} bytes each)`);
} else {
  answer = readFileSync(what, "utf8");
  const seconds = await best(3, () => client.GetOrdersByQueryAsync({ ...who, query: {} }));
  console.log(`${(Buffer.byteLength(answer) / seconds / 1e6).toFixed(1)} MB/s`);
}
