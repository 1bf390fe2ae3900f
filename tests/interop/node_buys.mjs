// node-soap is a web shop at a running sandbox: it reads the WSDL there, and sells from article to file.
//
//   python3 warehouse.py node node_buys.mjs FOLDER_OF_NODE_MODULES
//
// Asserted is what node-soap sends (`lastRequest`) and what it understands of the answers.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const soap = createRequire(join(process.argv[2], "/"))("soap");
const URL = process.env.SANDBOX_URL;
const WHO = { UserName: "demo", Password: "open-sesame" };
const CODE = { GoodsOwnerCode: "DEMO", ...WHO };
const ID = { ...WHO, GoodsOwnerId: 1 };

const NAME = "Große Tasse »Ærø« & <Söhne> 🏺\u200d𝒜";
const REMARK = "Bitte klingeln:\n\t\"3.\" Stock & links, 5 < 6 > 4; ]]> ümläut 🚚";
const SENT_REMARK = "Bitte klingeln:&#xA;&#x9;&quot;3.&quot; Stock &amp; links, 5 &lt; 6 &gt; 4; ]]&gt; ümläut 🚚";
const WEIGHT = "1234567890123456789.0123456789";
const PRICE = "-0.0000000000000000000000000001";
const DUE = "2031-02-28T23:59:58.123";
const CONTENT = Buffer.from(Array.from({ length: 76800 }, (_, index) => index % 256));

const OPTIONS = {
  // JavaScript has no decimal.
  customDeserializer: { decimal: (text) => text },
  handleNilAsNull: true,
};

/** Calls an operation; gives the content of its result. */
async function call(client, operation, request) {
  const [answer] = await client[`${operation}Async`](request);
  return answer ? answer[`${operation}Result`] : answer;
}

/** The last request has this element. */
function sent(client, element) {
  assert.ok(client.lastRequest.includes(element), `${element} is not in ${client.lastRequest}`);
}

async function article(client) {
  const saved = await call(client, "ProcessArticle", {
    ...CODE,
    art: {
      ArticleOperation: "CreateOrUpdate",
      ArticleIdentification: "ArticleNumber",
      ArticleSystemId: null,
      ArticleNumber: "TASSE-1",
      ArticleName: NAME,
      ArticleDescription: REMARK,
      Weight: WEIGHT,
      Price: PRICE,
      QuantityPerPallet: 2147483647,
      IsStockArticle: true,
    },
  });
  sent(client, "<ArticleName>Große Tasse »Ærø« &amp; &lt;Söhne&gt; 🏺\u200d𝒜</ArticleName>");
  sent(client, '<ArticleSystemId xsi:nil="true"></ArticleSystemId>');
  sent(client, `<Price>${PRICE}</Price>`);
  assert.equal(saved.Success, true);
  const answer = await call(client, "GetInventoryByQuery", {
    ...CODE,
    GetInventoryQuery: { ArticleNumbersToGet: { string: ["TASSE-1", "none & other"] } },
  });
  sent(client, "<string>TASSE-1</string><string>none &amp; other</string>");
  const [line, ...more] = answer.InventoryLines.InventoryLine;
  assert.equal(more.length, 0);
  const { SystemId, Name, Description, Weight, Price, Volume, QuantityPerPallet, IsStockArticle } = line.Article;
  assert.deepEqual(
    { SystemId, Name, Description, Weight, Price, Volume, QuantityPerPallet, IsStockArticle },
    {
      SystemId: saved.ArticleDefId,
      Name: NAME,
      Description: REMARK,
      Weight: WEIGHT,
      Price: PRICE,
      Volume: null,
      QuantityPerPallet: "2147483647",
      IsStockArticle: true,
    },
  );
  assert.deepEqual([line.NumberOfItems, line.SellableNumberOfItems, line.LastInDate], [0, "0", null]);
}

async function inOrder(client) {
  const saved = await call(client, "ProcessInOrder", {
    ...CODE,
    co: {
      InOrderInfo: {
        InOrderIdentification: "GoodsOwnerOrderNumber",
        InOrderOperation: "CreateOrUpdate",
        GoodsOwnerOrderNumber: "EINKAUF-1",
        OrderRemark: REMARK,
        InDate: DUE,
      },
      InOrderLines: {
        InOrderLine: [
          {
            OrderLineIdentification: "ExternalOrderLineCode",
            ArticleIdentification: "ArticleNumber",
            ExternalOrderLineCode: "1 & only",
            ArticleNumber: "TASSE-1",
            NumberOfItems: "12.125",
          },
        ],
      },
    },
  });
  sent(client, `<OrderRemark>${SENT_REMARK}</OrderRemark><InDate>${DUE}</InDate>`);
  assert.equal(saved.Success, true);
  const answer = await call(client, "GetInOrdersByQuery", {
    ...CODE,
    query: { InDateFrom: null, InOrderNumbersToGet: { string: "EINKAUF-1" } },
  });
  sent(client, '<InDateFrom xsi:nil="true"></InDateFrom>');
  const [read, ...more] = answer.InOrders.ReceivedInOrder;
  assert.equal(more.length, 0);
  assert.deepEqual(
    [read.InOrderInfo.InOrderId, read.InOrderInfo.InDate, read.InOrderInfo.Comment],
    // A time without an offset is one of this machine to JavaScript.
    [saved.InOrderId, new Date(DUE), REMARK],
  );
  const [line] = read.ReceivedInOrderLines.ReceivedInOrderLine;
  assert.deepEqual(
    [line.ExternalOrderLineCode, line.Article.Name, line.AdvisedNumberOfItems, line.ReceivedNumberOfItems],
    ["1 & only", NAME, "12.125", "0"],
  );
}

function processOrder(client, operation, lines, number = "KAUF & 1") {
  const co = {
    OrderInfo: {
      OrderIdentification: "GoodsOwnerOrderNumber",
      OrderOperation: operation,
      GoodsOwnerOrderNumber: number,
      DeliveryInstruction: REMARK,
      DeliveryDate: DUE,
    },
    Customer: {
      CustomerOperation: "CreateOrUpdate",
      CustomerIdentification: "CustomerNumber",
      CustomerNumber: "K-1",
      Name: NAME,
      CountryCode: "DE",
    },
  };
  if (lines) {
    co.CustomerOrderLines = {
      CustomerOrderLine: lines.map(([code, articleNumber, items]) => ({
        OrderLineIdentification: "ExternalOrderLineCode",
        ArticleIdentification: "ArticleNumber",
        SubOrderLineSpecification: null,
        ExternalOrderLineCode: code,
        ArticleNumber: articleNumber,
        NumberOfItems: items,
      })),
    };
  }
  return call(client, "ProcessOrder", { ...CODE, co });
}

async function readOrder(client, id) {
  const answer = await call(client, "GetOrdersByQuery", { ...CODE, query: { OrderIdsToGet: { int: [id] } } });
  const [order, ...more] = answer.Orders.Order;
  assert.equal(more.length, 0);
  const lines = order.PickedOrderLines.PickedOrderLine;
  return [order, lines.map((line) => [line.ExternalOrderLineCode, line.OrderedNumberOfItems])];
}

async function order(client) {
  const created = await processOrder(client, "Create", [
    ["a", "TASSE-1", "2.5"],
    ["ä", "TASSE-1", 1],
  ]);
  sent(client, "<ArticleNumber>TASSE-1</ArticleNumber><NumberOfItems>2.5</NumberOfItems></CustomerOrderLine>");
  sent(client, '<SubOrderLineSpecification xsi:nil="true"></SubOrderLineSpecification>');
  assert.deepEqual([created.Success, created.GoodsOwnerOrderNumber], [true, "KAUF & 1"]);
  const [read, lines] = await readOrder(client, created.OrderId);
  assert.deepEqual(lines, [
    ["a", "2.5"],
    ["ä", "1"],
  ]);
  const info = read.OrderInfo;
  assert.deepEqual(
    [info.GoodsOwnerOrderNumber, info.OrderStatusNumber, info.DeliveryDate, info.DeliveryInstruction],
    ["KAUF & 1", 300, new Date(DUE), REMARK],
  );
  assert.deepEqual([read.Consignee.Name, info.FreightPrice], [NAME, null]);

  const updated = await processOrder(client, "Update", [["ä", "TASSE-1", 7]]);
  assert.deepEqual([updated.Success, updated.OrderId], [true, created.OrderId]);
  assert.deepEqual((await readOrder(client, created.OrderId))[1], [["ä", "7"]]);

  const refused = await processOrder(client, "Create", [["1", "none", 1]], "KAUF-2");
  assert.deepEqual(
    [refused.Success, refused.OrderId, refused.Message],
    [false, 0, 'Article "none" was not found by ArticleNumber'],
  );
  const query = { OrderNumbersToGet: { string: ["KAUF-2"] } };
  const none = await call(client, "GetOrdersByQuery", { ...CODE, query });
  assert.equal(none.Orders, null);
  return created.OrderId;
}

async function file(client, orderId) {
  const named = { FileName: "Etikett „ä“ & <1>.pdf", FileBytes: CONTENT.toString("base64"), MimeType: "application/pdf" };
  const done = await call(client, "UploadOrderFile", {
    ...WHO,
    OrderFile: { File: named, GoodsOwnerId: 1, OrderFileIdentificationType: "SystemId", OrderSystemId: orderId },
  });
  sent(client, `<FileBytes>${named.FileBytes}</FileBytes>`);
  assert.equal(done, null);
  const found = await call(client, "GetFileList", {
    ...WHO,
    FileSearchValues: { GoodsOwnerId: null, GoodsOwnerCode: "DEMO", OrderId: orderId },
  });
  const [info, ...more] = found.FilesInfoList.FileInfo;
  assert.equal(more.length, 0);
  assert.deepEqual([info.FileName, info.OrderNumber, info.ArticleNo], [named.FileName, "KAUF & 1", undefined]);
  const read = await call(client, "GetFile", { ...WHO, FileId: info.FileId });
  assert.deepEqual([read.FileName, read.MimeType, read.FileId], [named.FileName, named.MimeType, info.FileId]);
  assert.deepEqual(Buffer.from(read.FileBytes, "base64"), CONTENT);
}

async function remove(client, orderId) {
  const removed = await processOrder(client, "Remove");
  assert.deepEqual([removed.Success, removed.OrderId], [true, orderId]);
  assert.equal((await readOrder(client, orderId))[0].OrderInfo.OrderStatusNumber, 1000);
  const again = await processOrder(client, "Remove");
  assert.deepEqual([again.Success, again.Message], [false, 'Order "KAUF & 1" is cancelled']);
}

async function syncTime(client, version) {
  const job = { ...ID, IntegrationType: `Nachtlauf & <${version}>` };
  assert.equal(await call(client, "GetTimeOfLastSync", job), null);
  await call(client, "SetTimeOfLastSync", { ...job, syncTime: DUE });
  sent(client, `<IntegrationType>Nachtlauf &amp; &lt;${version}&gt;</IntegrationType><syncTime>${DUE}</syncTime>`);
  assert.deepEqual(await call(client, "GetTimeOfLastSync", job), new Date(DUE));
  const at = "2031-02-28T00:00:00+02:00";
  await call(client, "SetTimeOfLastSync", { ...job, syncTime: at });
  assert.deepEqual(await call(client, "GetTimeOfLastSync", job), new Date(at));
  // README.md: a Date is sent as an empty element.
  await refused(call(client, "SetTimeOfLastSync", { ...job, syncTime: new Date(at) }), version, "Client", /AllXsd value/);
  sent(client, "<syncTime></syncTime>");
}

/** Asserts that a call ends in a fault. */
async function refused(answer, version, code, reason) {
  const error = await answer.then(
    () => assert.fail("there is no fault"),
    (error) => error,
  );
  const fault = error.root?.Envelope.Body.Fault;
  assert.ok(fault, error);
  const codes = { Server: "Receiver", Client: "Sender" };
  const [gotCode, gotReason] =
    version === "1.1" ? [fault.faultcode, fault.faultstring] : [fault.Code.Value, fault.Reason.Text];
  assert.equal(gotCode, `soap:${version === "1.1" ? code : codes[code]}`);
  assert.match(gotReason.$value ?? gotReason, reason);
  assert.equal(error.response.status, 500);
}

async function faults(client, version) {
  const wrong = { ...CODE, Password: "guess" };
  const says = "Server was unable to process request. ---> ";
  const login = new RegExp(`^${says}Logon failed: wrong user name or password$`);
  await refused(call(client, "GetInventoryByQuery", wrong), version, "Server", login);
  const id = new RegExp(`^${says}File 4711 was not found$`);
  await refused(call(client, "GetFile", { ...WHO, FileId: 4711 }), version, "Server", id);
  const answer = await call(client, "ProcessArticle", wrong);
  assert.deepEqual([answer.Success, answer.Message], [false, "Logon failed: wrong user name or password"]);
}

for (const version of ["1.1", "1.2"]) {
  const client = await soap.createClientAsync(`${URL}?WSDL`, { ...OPTIONS, forceSoap12Headers: version === "1.2" });
  await article(client);
  sent(client, `xmlns:soap="http://${version === "1.1" ? "schemas.xmlsoap.org/soap/envelope/" : "www.w3.org/2003/05/soap-envelope"}"`);
  await inOrder(client);
  const orderId = await order(client);
  await file(client, orderId);
  await remove(client, orderId);
  await syncTime(client, version);
  await faults(client, version);
  console.log(`node-soap: bought and sold over SOAP ${version}`);
}
