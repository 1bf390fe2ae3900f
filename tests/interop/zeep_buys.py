"""zeep is a web shop at a running sandbox: it reads the WSDL there, and sells from article to file.

    python3 warehouse.py python3 zeep_buys.py

Asserted is what zeep sends (its HistoryPlugin) and what it understands of the answers.
"""

import datetime
import decimal
import os

import zeep
from zeep.plugins import HistoryPlugin

URL = os.environ["SANDBOX_URL"]
WHO = {"UserName": "demo", "Password": "open-sesame"}
CODE = {**WHO, "GoodsOwnerCode": "DEMO"}
ID = {**WHO, "GoodsOwnerId": 1}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

NAME = "Große Tasse »Ærø« & <Söhne> 🏺\u200d𝒜"
REMARK = "Bitte klingeln:\n\t\"3.\" Stock & links, 5 < 6 > 4; ]]> ümläut 🚚"
WEIGHT = decimal.Decimal("1234567890123456789.0123456789")
PRICE = decimal.Decimal("-0.0000000000000000000000000001")
DUE = datetime.datetime(2031, 2, 28, 23, 59, 58, 123000)
CONTENT = bytes(range(256)) * 300


class Shop:
    """A port of the service, with what was sent and received last."""

    def __init__(self, port):
        self.history = HistoryPlugin()
        self.client = zeep.Client(f"{URL}?WSDL", plugins=[self.history])
        self.service = self.client.bind("Service", port)

    def sent(self, *path):
        """The one element of the last request that this path of names leads to, from anywhere below the body."""
        [found] = self.history.last_sent["envelope"].findall(".//{*}Body//" + "/".join(f"{{*}}{name}" for name in path))
        return found

    def sent_nil(self, *path):
        return self.sent(*path).get(XSI + "nil") == "true"


def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def article(shop):
    saved = shop.service.ProcessArticle(
        **CODE,
        art={
            "ArticleOperation": "CreateOrUpdate",
            "ArticleIdentification": "ArticleNumber",
            "ArticleSystemId": None,
            "ArticleNumber": "TASSE-1",
            "ArticleName": NAME,
            "ArticleDescription": REMARK,
            "Weight": WEIGHT,
            "Price": PRICE,
            "QuantityPerPallet": 2147483647,
            "IsStockArticle": True,
        },
    )
    same(shop.sent("art", "ArticleName").text, NAME)
    same(shop.sent("art", "Weight").text, "1234567890123456789.0123456789")
    same(shop.sent_nil("art", "ArticleSystemId"), True)
    same((saved.Success, saved.Message, saved.ErrorMessage, saved.OrderId), (True, None, None, 0))
    query = {"ArticleNumbersToGet": {"string": ["TASSE-1", "none & other"]}}
    answer = shop.service.GetInventoryByQuery(**CODE, GetInventoryQuery=query)
    same([one.text for one in shop.sent("ArticleNumbersToGet")], ["TASSE-1", "none & other"])
    [line] = answer.InventoryLines.InventoryLine
    read = line.Article
    same((read.SystemId, read.Name, read.Description), (saved.ArticleDefId, NAME, REMARK))
    same((read.Weight, read.Price, read.Volume), (WEIGHT, PRICE, None))
    same((read.QuantityPerPallet, read.IsStockArticle), (2147483647, True))
    same((line.NumberOfItems, line.SellableNumberOfItems, line.LastInDate), (0, 0, None))


def in_order(shop):
    saved = shop.service.ProcessInOrder(
        **CODE,
        co={
            "InOrderInfo": {
                "InOrderIdentification": "GoodsOwnerOrderNumber",
                "InOrderOperation": "CreateOrUpdate",
                "GoodsOwnerOrderNumber": "EINKAUF-1",
                "OrderRemark": REMARK,
                "InDate": DUE,
            },
            "InOrderLines": {
                "InOrderLine": [
                    {
                        "OrderLineIdentification": "ExternalOrderLineCode",
                        "ArticleIdentification": "ArticleNumber",
                        "ExternalOrderLineCode": "1 & only",
                        "ArticleNumber": "TASSE-1",
                        "NumberOfItems": decimal.Decimal("12.125"),
                    }
                ]
            },
        },
    )
    same(shop.sent("InOrderInfo", "InDate").text, "2031-02-28T23:59:58.123000")
    assert saved.Success and saved.InOrderId > 0, saved
    # What zeep is not given and may be nil is sent as nil: it asks for nothing in particular.
    answer = shop.service.GetInOrdersByQuery(**CODE, query={"InOrderNumbersToGet": {"string": ["EINKAUF-1"]}})
    same(shop.sent_nil("query", "InDateFrom"), True)
    # zeep unwraps a result of one member.
    [read] = answer.ReceivedInOrder
    same((read.InOrderInfo.InOrderId, read.InOrderInfo.InDate), (saved.InOrderId, DUE))
    same(read.InOrderInfo.Comment, REMARK)
    [line] = read.ReceivedInOrderLines.ReceivedInOrderLine
    same((line.ExternalOrderLineCode, line.Article.Name), ("1 & only", NAME))
    same((line.AdvisedNumberOfItems, line.ReceivedNumberOfItems), (decimal.Decimal("12.125"), 0))


def process_order(shop, operation, lines=None, number="KAUF & 1"):
    order = {
        "OrderInfo": {
            "OrderIdentification": "GoodsOwnerOrderNumber",
            "OrderOperation": operation,
            "GoodsOwnerOrderNumber": number,
            "DeliveryInstruction": REMARK,
            "DeliveryDate": DUE,
        },
        "Customer": {
            "CustomerOperation": "CreateOrUpdate",
            "CustomerIdentification": "CustomerNumber",
            "CustomerNumber": "K-1",
            "Name": NAME,
            "CountryCode": "DE",
            # The schema asks for these, and zeep keeps to it.
            "IsVisible": True,
            "NotifyBySMS": False,
            "NotifyByEmail": False,
            "NotifyByTelephone": False,
        },
    }
    if lines is not None:
        order["CustomerOrderLines"] = {
            "CustomerOrderLine": [
                {
                    "OrderLineIdentification": "ExternalOrderLineCode",
                    "ArticleIdentification": "ArticleNumber",
                    "ExternalOrderLineCode": code,
                    "ArticleNumber": article_number,
                    "NumberOfItems": decimal.Decimal(items),
                }
                for code, article_number, items in lines
            ]
        }
    return shop.service.ProcessOrder(**CODE, co=order)


def read_order(shop, order_id):
    answer = shop.service.GetOrdersByQuery(**CODE, query={"OrderIdsToGet": {"int": [order_id]}})
    [read] = answer.Order
    lines = read.PickedOrderLines.PickedOrderLine
    return read, [(line.ExternalOrderLineCode, line.OrderedNumberOfItems) for line in lines]


def order(shop):
    created = process_order(shop, "Create", [("a", "TASSE-1", "2.5"), ("ä", "TASSE-1", "1")])
    same([line.text for line in shop.sent("CustomerOrderLines").iter("{*}NumberOfItems")], ["2.5", "1"])
    same(shop.sent_nil("CustomerOrderLines", "CustomerOrderLine[1]", "SubOrderLineSpecification"), True)
    same((created.Success, created.GoodsOwnerOrderNumber), (True, "KAUF & 1"))
    read, lines = read_order(shop, created.OrderId)
    same(lines, [("a", decimal.Decimal("2.5")), ("ä", 1)])
    info = read.OrderInfo
    same((info.GoodsOwnerOrderNumber, info.OrderStatusNumber, info.DeliveryDate), ("KAUF & 1", 300, DUE))
    same((info.DeliveryInstruction, read.Consignee.Name), (REMARK, NAME))
    same((info.ShippedTime, info.FreightPrice), (datetime.datetime(1, 1, 1), None))

    updated = process_order(shop, "Update", [("ä", "TASSE-1", "7")])
    same((updated.Success, updated.OrderId), (True, created.OrderId))
    same(read_order(shop, created.OrderId)[1], [("ä", 7)])

    refused = process_order(shop, "Create", [("1", "none", "1")], number="KAUF-2")
    same((refused.Success, refused.OrderId), (False, 0))
    same(refused.Message, 'Article "none" was not found by ArticleNumber')
    query = {"OrderNumbersToGet": {"string": ["KAUF-2"]}}
    same(shop.service.GetOrdersByQuery(**CODE, query=query), None)
    return created.OrderId


def file(shop, order_id):
    named = {
        "File": {"FileName": "Etikett „ä“ & <1>.pdf", "FileBytes": CONTENT, "MimeType": "application/pdf", "FileId": 0},
        "GoodsOwnerId": 1,
        "OrderFileIdentificationType": "SystemId",
        "OrderSystemId": order_id,
    }
    same(shop.service.UploadOrderFile(**WHO, OrderFile=named), None)
    same(len(shop.sent("OrderFile", "File", "FileBytes").text), 4 * len(CONTENT) // 3)
    found = shop.service.GetFileList(**WHO, FileSearchValues={"GoodsOwnerCode": "DEMO", "OrderId": order_id})
    same(shop.sent_nil("FileSearchValues", "GoodsOwnerId"), True)
    [info] = found.FileInfo
    same((info.FileName, info.OrderNumber, info.ArticleNo), (named["File"]["FileName"], "KAUF & 1", None))
    read = shop.service.GetFile(**WHO, FileId=info.FileId)
    same((read.FileName, read.MimeType, read.FileId), (info.FileName, "application/pdf", info.FileId))
    same(read.FileBytes, CONTENT)


def remove(shop, order_id):
    removed = process_order(shop, "Remove")
    same((removed.Success, removed.OrderId), (True, order_id))
    same(read_order(shop, order_id)[0].OrderInfo.OrderStatusNumber, 1000)
    again = process_order(shop, "Remove")
    same((again.Success, again.Message), (False, 'Order "KAUF & 1" is cancelled'))


def sync_time(shop, port):
    name = f"Nachtlauf & <{port}>"
    same(shop.service.GetTimeOfLastSync(**ID, IntegrationType=name), None)
    shop.service.SetTimeOfLastSync(**ID, IntegrationType=name, syncTime=DUE)
    same(shop.sent("SetTimeOfLastSync", "IntegrationType").text, name)
    same(shop.service.GetTimeOfLastSync(**ID, IntegrationType=name), DUE)
    at = datetime.datetime(2031, 2, 28, tzinfo=datetime.timezone.utc)
    shop.service.SetTimeOfLastSync(**ID, IntegrationType=name, syncTime=at)
    same(shop.sent("SetTimeOfLastSync", "syncTime").text, "2031-02-28T00:00:00Z")
    same(shop.service.GetTimeOfLastSync(**ID, IntegrationType=name), at)


def faults(shop, code):
    says = "Server was unable to process request. ---> "
    for operation, arguments, reason in [
        ("GetInventoryByQuery", {**CODE, "Password": "guess"}, "Logon failed: wrong user name or password"),
        ("GetFile", {**WHO, "FileId": 4711}, "File 4711 was not found"),
    ]:
        try:
            shop.service[operation](**arguments)
        except zeep.exceptions.Fault as fault:
            same((fault.code, fault.message), (code, says + reason))
        else:
            raise AssertionError(f"{operation} was not refused")
    refused = shop.service.ProcessArticle(**{**CODE, "Password": "guess"})
    same((refused.Success, refused.Message), (False, "Logon failed: wrong user name or password"))


def main():
    for port, code in [("ServiceSoap", "soap:Server"), ("ServiceSoap12", "soap:Receiver")]:
        shop = Shop(port)
        article(shop)
        in_order(shop)
        order_id = order(shop)
        file(shop, order_id)
        remove(shop, order_id)
        sync_time(shop, port)
        faults(shop, code)
        print(f"zeep: bought and sold over {port}")


main()
