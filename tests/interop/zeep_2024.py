"""A client of the contract of 2024 at a running sandbox: every answer is valid by that contract's schema and read by zeep in
strict mode; every request that zeep makes of it is understood.

    python3 warehouse.py python3 zeep_2024.py
"""

import json
import os
import re
import sys
import tomllib
import urllib.error
import urllib.request

from lxml import etree

from exchanges import ROOT, body_of, cases
from zeep_agrees import NAMESPACE, Judge

CONTRACT = ROOT / "fixtures/contracts/2024.wsdl"
URL = os.environ["SANDBOX_URL"]
SENDER = {"UserName": "demo", "Password": "open-sesame", "GoodsOwnerCode": "DEMO", "GoodsOwnerId": "1"}
# Members of requests that are newer than 2024: fixtures/contracts/additions.txt.
NEWER = {
    "ArticleSystemIdsToGet",
    "FileWillBeDeletedAt",
    "ProductionOrderFreeBoolean1",
    "ProductionOrderFreeBoolean2",
    "ProductionOrderLineProduceBatchNo",
    "ProductionOrderLineProduceSerial",
}
# What has this member in 2024 already.
HAS_IT = {"UploadArticleDefFile", "UploadOrderFile"}

NUMBER = "<ArticleIdentification>ArticleNumber</ArticleIdentification><ArticleNumber>{}</ArticleNumber>"
ARTICLE = f"<art><ArticleOperation>CreateOrUpdate</ArticleOperation>{NUMBER}<ArticleName>{{}}</ArticleName>{{}}</art>"
PARTS = (
    '<ArticleStructureSpecification ArticleStructureType="ProductionArticle"><StructureArticleDefinition>'
    "<NumberOfItems>2</NumberOfItems><SubArticleDefinition><ArticleOperation>CreateOrUpdate</ArticleOperation>"
    f"{NUMBER.format('A')}</SubArticleDefinition></StructureArticleDefinition></ArticleStructureSpecification>"
)
# What makes groups, classes, dangerous goods and the like.
FULL = (
    "<ArticleUnitCode>PCS</ArticleUnitCode><Weight>1.5</Weight><ArticleGroup><ArticleGroupOperation>FindOrCreate</ArticleGroupOperation>"
    "<ArticleGroupIdentification>ArticleGroupCode</ArticleGroupIdentification><ArticleGroupCode>G</ArticleGroupCode></ArticleGroup>"
    "<DangerousGoods><UNNumber>1950</UNNumber><UNPackageType>II</UNPackageType></DangerousGoods>"
    "<TaricNumbers><TaricNumber><Country><CountryCode>SE</CountryCode></Country><TaricNumber>69120023</TaricNumber></TaricNumber></TaricNumbers>"
    "<ArticleDefinitionClasses><ArticleDefinitionClassesOperation>FindOrCreate</ArticleDefinitionClassesOperation><Classes><Class>"
    "<Name>Fragile</Name><Code>FRAGILE</Code></Class></Classes></ArticleDefinitionClasses>"
)
IN_ORDER = (
    "<co><InOrderInfo><InOrderIdentification>GoodsOwnerOrderNumber</InOrderIdentification>"
    "<InOrderOperation>CreateOrUpdate</InOrderOperation><GoodsOwnerOrderNumber>{}</GoodsOwnerOrderNumber></InOrderInfo>"
    "<InOrderLines><InOrderLine><OrderLineIdentification>ExternalOrderLineCode</OrderLineIdentification>"
    "<ArticleIdentification>ArticleNumber</ArticleIdentification><ExternalOrderLineCode>1</ExternalOrderLineCode>"
    "<ArticleNumber>A</ArticleNumber><NumberOfItems>{}</NumberOfItems>{}</InOrderLine></InOrderLines></co>"
)
ITEMS = (
    "<Items><InOrderLineArticleItem><Batch>L7</Batch><Serial>S1</Serial><ExpiryDate>2031-01-01T00:00:00</ExpiryDate>"
    "<NumberOfItems>2</NumberOfItems></InOrderLineArticleItem></Items>"
)
ORDER = (
    "<co><OrderInfo><OrderIdentification>GoodsOwnerOrderNumber</OrderIdentification>"
    "<OrderOperation>CreateOrUpdate</OrderOperation><GoodsOwnerOrderNumber>{}</GoodsOwnerOrderNumber></OrderInfo>"
    "<Customer><CustomerOperation>CreateOrUpdate</CustomerOperation><CustomerIdentification>CustomerNumber</CustomerIdentification>"
    "<CustomerNumber>K</CustomerNumber><Name>Karin</Name><CountryCode>SE</CountryCode></Customer>"
    "<TransporterContract><TransporterContractIdentification>CodeAndServiceCode</TransporterContractIdentification>"
    "<TransporterContractOperation>CreateOrUpdate</TransporterContractOperation><TransporterCode>T</TransporterCode>"
    "<TransporterServiceCode>X</TransporterServiceCode></TransporterContract>"
    "<CustomerOrderLines><CustomerOrderLine><OrderLineIdentification>ExternalOrderLineCode</OrderLineIdentification>"
    "<ArticleIdentification>ArticleNumber</ArticleIdentification><ExternalOrderLineCode>1</ExternalOrderLineCode>"
    "<ArticleNumber>A</ArticleNumber><NumberOfItems>{}</NumberOfItems></CustomerOrderLine></CustomerOrderLines></co>"
)
PRODUCTION = (
    "<ProductionOrder><ProductionOrderNumber>MADE-1</ProductionOrderNumber><ProductionOrderLines><ProductionOrderLine>"
    "<ToProduceNumberOfItems>1</ToProduceNumberOfItems><ArticleNumber>MADE</ArticleNumber>"
    "<ProductionOrderLineNumber>1</ProductionOrderLineNumber></ProductionOrderLine></ProductionOrderLines></ProductionOrder>"
)
SHIPMENT = (
    "<Shipment><ShipmentHeader><ShipmentOperation>CreateOrUpdate</ShipmentOperation>"
    "<ShipmentIdentification>ShipmentOrderNumber</ShipmentIdentification><ShipmentOrderNumber>IN-S</ShipmentOrderNumber></ShipmentHeader>"
    "<ShipmentContainers><ShipmentContainer><OrderId>1</OrderId></ShipmentContainer></ShipmentContainers>"
    "<ShipmentContainerItems><ShipmentContainerItem><InOrderId>1</InOrderId></ShipmentContainerItem></ShipmentContainerItems></Shipment>"
)
# Reads that find something, where the request in fixtures/refusals.toml finds nothing.
READS = {
    "GetInOrdersByQuery": "<query></query>",
    "GetInOrderStatusReports": "<query><InOrderNumbersToReport><string>IN</string></InOrderNumbersToReport></query>",
    "GetOrdersByQuery": "<query></query>",
    "GetOrderStatusReports": "<query><OrderNumbersToReport><string>P</string></OrderNumbersToReport></query>",
    "GetInventoryByQuery": "<GetInventoryQuery></GetInventoryQuery>",
    "GetInventoryPerWarehouse": "<InventoryPerWarehouseQuery></InventoryPerWarehouseQuery>",
    "GetInventoryChanges": "<query></query>",
    "GetHistoricalInventoryByQuery": "<GetHistoricalInventoryQuery><StockDate>2099-01-01</StockDate></GetHistoricalInventoryQuery>",
    "GetWarehouseTransferOrderByQuery": "<query></query>",
    "GetProductionOrdersByQuery": "<query></query>",
    "GetInvoices": "<query><GetInvoiceRows>true</GetInvoiceRows></query>",
    "GetInvoicesByQuery": "<query><GetInvoiceRows>true</GetInvoiceRows></query>",
    "GetShipmentsByQuery": "<query><GetOrders>true</GetOrders></query>",
    "GetReturnOrdersByQuery": "<ReturnOrdersQuery></ReturnOrdersQuery>",
    "GetFileList": "<FileSearchValues><GoodsOwnerId>1</GoodsOwnerId></FileSearchValues>",
    "GetTimeOfLastSync": "<IntegrationType>orders</IntegrationType>",
}


class Sandbox:
    """The sandbox, and what the contract of 2024 has to say of its answers."""

    def __init__(self, judge):
        self.judge = judge
        schema = etree.parse(str(CONTRACT)).getroot().find(".//{http://www.w3.org/2001/XMLSchema}schema")
        # Serialized apart, it keeps the prefixes in scope.
        self.schema = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
        [binding] = [found for name, found in judge.client.wsdl.bindings.items() if name.endswith("}ServiceSoap")]
        self.operations = binding.port_type.operations.keys()
        self.wrong = []
        self.judged = self.faults = 0
        self.answered = set()

    def post(self, operation, body):
        envelope = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
            f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>{body}</soap:Body></soap:Envelope>'
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}/{operation}"'}
        request = urllib.request.Request(URL, envelope.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return body_of(answer.read())
        except urllib.error.HTTPError as error:
            return body_of(error.read())

    def ask(self, operation, content, senders):
        members = "".join(f"<{name}>{SENDER[name]}</{name}>" for name in senders if not content.startswith(f"<{name}>"))
        return self.post(operation, f'<{operation} xmlns="{NAMESPACE}">{members}{content}</{operation}>')

    def act(self, action, **arguments):
        url = URL.split("/", 3)
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{'/'.join(url[:3])}/admin/{action}", json.dumps(arguments).encode(), headers)
        try:
            urllib.request.urlopen(request, timeout=60).close()
        except urllib.error.HTTPError as error:
            sys.exit(f"{action} {arguments}: {error.read().decode()}")

    def check(self, operation, what, body):
        """Valid by the schema, and read by zeep."""
        if operation not in self.operations:
            return
        if etree.QName(body).localname == "Fault":
            self.faults += 1
            return
        self.judged += 1
        self.answered.add(operation)
        if not self.schema.validate(body):
            self.wrong.append(f"{operation} {what}: {self.schema.error_log.last_error}")
        try:
            self.judge.client.get_element(body.tag).parse(body, self.judge.client.wsdl.types)
        except Exception as error:  # whatever it is, it is not read
            self.wrong.append(f"{operation} {what}: zeep: {type(error).__name__}: {error}")

    def has_data(self, operation, body):
        texts = [node for node in body.iter() if node.text and etree.QName(node).localname not in ("Success", "GoodsOwnerId")]
        if operation in self.operations and not texts and len(body):
            self.wrong.append(f"{operation}: the answer holds no data")


def furnish(sandbox, senders):
    """A warehouse in which every query finds something."""

    def ask(operation, content):
        body = sandbox.ask(operation, content, senders[operation])
        sandbox.check(operation, "to furnish", body)
        said = etree.tostring(body).decode()
        if "Fault" in body.tag or ">false</Success>" in said:
            sys.exit(f"{operation}: {said}")

    ask("ProcessArticle", ARTICLE.format("A", "Mug", FULL))
    ask("ProcessArticle", ARTICLE.format("MADE", "Set", PARTS))
    ask("ProcessInOrder", IN_ORDER.format("STOCK-A", 9, ITEMS))
    sandbox.act("receive", inOrder="STOCK-A")
    sandbox.act("tag", inOrder="STOCK-A", line="1", tags=["T-1", "T-2"])
    sandbox.act("count", article="A", number=8)
    ask("ProcessOrder", ORDER.format("P", 1))
    sandbox.act("pick", order="P")
    sandbox.act("invoice", orders=["P"], price=2)
    sandbox.act("ship", order="P", tracking="TRACK-1")
    ask("ProcessProductionOrder", PRODUCTION)
    sandbox.act("produce", productionOrder="MADE-1")
    ask("ProcessShipment", SHIPMENT)
    sandbox.act("transfer", transfer="TR-1", lines=[{"line": "A", "number": 1}])


def main():
    judge = Judge(CONTRACT)
    sandbox = Sandbox(judge)
    listed = tomllib.loads((ROOT / "fixtures/refusals.toml").read_text())["operation"]
    senders = {}
    for entry in listed:
        name = entry["name"]
        known = judge.elements(name) if name in sandbox.operations else {"UserName": 0, "Password": 0}
        senders[name] = [member for member in known if member in SENDER]
    furnish(sandbox, senders)
    for entry in listed:
        name = entry["name"]
        sandbox.check(name, "taken", sandbox.ask(name, entry["taken"], senders[name]))
    sandbox.act("carry-out", goodsOperationOrder="G")
    sandbox.act("return", returnOrder="R")
    for entry in listed:
        name = entry["name"]
        if name.startswith("Get"):
            body = sandbox.ask(name, READS.get(name, entry["taken"]), senders[name])
            sandbox.check(name, "with data", body)
            sandbox.has_data(name, body)
    for entry in listed:
        for content in entry["refused"]:
            body = sandbox.ask(entry["name"], content, senders[entry["name"]])
            sandbox.check(entry["name"], content, body)
    missing = sandbox.operations - sandbox.answered
    print(
        f"zeep of 2024: {sandbox.judged} answers of {len(sandbox.answered)} operations read, "
        f"{sandbox.faults} faults beside them"
    )

    sent = set()
    for case in cases():
        if case.operation in sandbox.operations and case.name.endswith(("__all_members", "__minimal")):
            send(sandbox, case)
            sent.add(case.operation)
    print(f"zeep of 2024: requests of {len(sent)} operations made and understood")
    wrong = sandbox.wrong + [f"{name}: no answer" for name in missing | (sandbox.operations - sent)]
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


def send(sandbox, case):
    """zeep makes the request of `input.json`; it is valid, and the sandbox understands it."""
    given = case.json
    if case.operation not in HAS_IT:
        case.json = lambda name: without(given(name))
    body = sandbox.judge.request(case)
    if not sandbox.schema.validate(body):
        sandbox.wrong.append(f"{case.name}: {sandbox.schema.error_log.last_error}")
    text = etree.tostring(body).decode()
    for name, value in SENDER.items():
        text = re.sub(rf"(<(?:\w+:)?{name}>)[^<]*<", rf"\g<1>{value}<", text)
    answer = sandbox.post(case.operation, text)
    said = etree.tostring(answer).decode()
    if "Server was unable to read request" in said:
        sandbox.wrong.append(f"{case.name}: {said}")
    sandbox.check(case.operation, case.name, answer)


def without(value):
    if isinstance(value, dict):
        return {name: without(inner) for name, inner in value.items() if name not in NEWER}
    if isinstance(value, list):
        return [without(inner) for inner in value]
    return value


if __name__ == "__main__":
    main()
