"""Integrations as they are written with zeep, replayed at a running sandbox: what each sends, and what it reads.

    python3 warehouse.py python3 zeep_integrates.py

`odoo` is the module of a shop system, `bridge` a bridge to an ERP system, `pager` a script that reads orders page by page.
All use zeep as it comes: no plug-in, strict, the WSDL that the sandbox serves.
"""

import datetime
import decimal
import json
import os
import urllib.request

import zeep

URL = os.environ["SANDBOX_URL"]
WHO = {"UserName": "demo", "Password": "open-sesame"}
CODE = {**WHO, "GoodsOwnerCode": "DEMO"}
DUE = datetime.datetime(2031, 2, 28)

service = zeep.Client(f"{URL}?WSDL").service


def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"


def taken(answer):
    """What integrations test of each answer."""
    assert answer.Success, answer
    return answer


def work(action, **what):
    """What people do in the warehouse."""
    root = "/".join(URL.split("/")[:3])
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{root}/admin/{action}", json.dumps(what).encode(), headers))


def address(name):
    # The flags come as texts out of a template.
    flags = {"IsVisible": "true", "NotifyBySMS": "false", "NotifyByEmail": "true", "NotifyByTelephone": "false"}
    return {"Name": name, "Address": "Industrigatan 7", "PostCode": "41106", "City": "Göteborg", "CountryCode": "SE", **flags}


def odoo():
    supplier = {
        "SupplierIdentificationType": "SupplierNumber",
        "SupplierOperation": "CreateOrUpdate",
        "SupplierNumber": "S-1",
        "SupplierName": "Keramik AB",
        "Address": address("Keramik AB"),
    }
    article = {
        "ArticleOperation": "CreateOrUpdate",
        "ArticleIdentification": "ArticleNumber",
        "ArticleNumber": "ODOO-1",
        "ArticleName": "Vas",
        "BarCode": "7350000000179",
        "Weight": 1.25,
        "MainSupplier": supplier,
        "AlternativeSuppliers": {
            "AlternativeSupplier": [
                {
                    "Supplier": {**supplier, "SupplierNumber": "S-2", "SupplierName": "Glas AB"},
                    "LeadTime": 14,
                    "SupplierArticleNumber": "G-77",
                }
            ]
        },
    }
    taken(service.ProcessArticle(**CODE, art=article))

    in_order = {
        "InOrderInfo": {
            "InOrderIdentification": "GoodsOwnerOrderNumber",
            "InOrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": "WH/IN/00012",
            "InDate": DUE,
        },
        "InOrderSupplier": {
            "InOrderSupplierIdentificationType": "SupplierNumber",
            "InOrderSupplierOperation": "Find",
            "SupplierNumber": "S-1",
        },
        "InOrderLines": {
            "InOrderLine": [
                {
                    "OrderLineIdentification": "ExternalOrderLineCode",
                    "ArticleIdentification": "ArticleNumber",
                    "ExternalOrderLineCode": "41",
                    "ArticleNumber": "ODOO-1",
                    "NumberOfItems": 10,
                }
            ]
        },
    }
    taken(service.ProcessInOrder(**CODE, co=in_order))
    work("receive", inOrder="WH/IN/00012")
    received = service.GetInboundTransactionsByQuery(
        **CODE, Query={"InDateFrom": datetime.datetime(2020, 1, 1), "InDateTo": None, "InboundTransactionTypesToGet": "ReceivedOnInOrder"}
    )
    [transaction] = taken(received).InboundTransactions.GoodsOwnerInboundTransaction
    same((transaction.Article.ArticleNumber, transaction.NumberOfItems), ("ODOO-1", 10))
    same(transaction.InOrder.InOrderNumber, "WH/IN/00012")

    order = {
        "OrderInfo": {
            "OrderIdentification": "GoodsOwnerOrderNumber",
            "OrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": "WH/OUT/00034",
            "DeliveryDate": DUE,
            "TermsOfDeliveryType": {"TypeOperation": "Find", "TypeIdentification": "Code", "Code": "DAP"},
        },
        "Customer": {
            "CustomerOperation": "CreateOrUpdate",
            "CustomerIdentification": "ExternalCustomerCode",
            "ExternalCustomerCode": "res.partner,7",
            **address("Anna Andersson"),
        },
        "TransporterContract": {
            "TransporterContractIdentification": "ServiceCode",
            "TransporterContractOperation": "Find",
            "TransportPayment": "Prepaid",
            "TransporterServiceCode": "PALLET",
        },
        "CustomerOrderLines": {
            "CustomerOrderLine": [
                {
                    "OrderLineIdentification": "ExternalOrderLineCode",
                    "ArticleIdentification": "ArticleNumber",
                    "ExternalOrderLineCode": "87",
                    "ArticleNumber": "ODOO-1",
                    "NumberOfItems": 3,
                    "VatCode": {"VatCodeOperation": "Find", "VatCodeIdentification": "VatPercent", "VatPercent": 25},
                }
            ]
        },
    }
    saved = taken(service.ProcessOrder(**CODE, co=order))
    work("pick", order="WH/OUT/00034")
    work("ship", order="WH/OUT/00034", tracking="TRACK-34")
    # zeep unwraps a result of one member.
    [read] = service.GetOrdersByQuery(**CODE, query={"OrderIdsToGet": {"int": [saved.OrderId]}}).Order
    taken(read)
    same((read.OrderInfo.OrderStatusNumber, read.PickedOrderLines.PickedOrderLine[0].PickedNumberOfItems), (450, 3))
    same(service.GetOrdersByQuery(**CODE, query={"LastReturnedFrom": datetime.datetime(2020, 1, 1)}), None)
    print("zeep: Odoo module")


def bridge():
    kit = {
        "ArticleOperation": "CreateOrUpdate",
        "ArticleIdentification": "ArticleNumber",
        "ArticleNumber": "KIT-1",
        "ArticleName": "Frukostset",
        "ArticleStructureSpecification": {
            "ArticleStructureType": "StructureArticle",
            "StructureArticleDefinition": [
                {
                    "NumberOfItems": items,
                    "SubArticleDefinition": {
                        "ArticleOperation": "CreateOrUpdate",
                        "ArticleIdentification": "ArticleNumber",
                        "ArticleNumber": number,
                        "ArticleName": name,
                    },
                }
                for number, name, items in [("CUP-1", "Kopp", 2), ("TRAY-1", "Bricka", 1)]
            ],
        },
    }
    taken(service.ProcessArticle(**CODE, art=kit))
    made = {
        "ArticleOperation": "CreateOrUpdate",
        "ArticleIdentification": "ArticleNumber",
        "ArticleNumber": "MADE-1",
        "ArticleName": "Presentask",
        "ArticleStructureSpecification": {
            "ArticleStructureType": "ProductionArticle",
            "StructureArticleDefinition": [
                {
                    "NumberOfItems": 1,
                    "SubArticleDefinition": {
                        "ArticleOperation": "CreateOrUpdate",
                        "ArticleIdentification": "ArticleNumber",
                        "ArticleNumber": "CUP-1",
                    },
                }
            ],
        },
    }
    taken(service.ProcessArticle(**CODE, art=made))

    items = [
        {
            "Serial": f"SN-{number}",
            "ContainerNo": "CONT-9",
            "NumberOfItems": 1,
            "SecondNumberOfItems": None,
        }
        for number in range(2)
    ]
    in_order = {
        "InOrderInfo": {
            "InOrderIdentification": "GoodsOwnerOrderNumber",
            "InOrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": "ERP-IN-1",
            "InDate": DUE,
        },
        "InOrderLines": {
            "InOrderLine": [
                {
                    "OrderLineIdentification": "ExternalOrderLineCode",
                    "ArticleIdentification": "ArticleNumber",
                    "ExternalOrderLineCode": "10",
                    "ArticleNumber": "TRAY-1",
                    "NumberOfItems": 2,
                    "Items": {"InOrderLineArticleItem": items},
                    "InOrderLineType": {
                        "InOrderLineTypeIdentificationType": "InOrderLineTypeCode",
                        "InOrderLineTypeOperation": "CreateOrFind",
                        "InOrderLineTypeCode": "NORMAL",
                    },
                }
            ]
        },
    }
    taken(service.ProcessInOrder(**CODE, co=in_order))

    order = {
        "OrderInfo": {
            "OrderIdentification": "GoodsOwnerOrderNumber",
            "OrderOperation": "CreateOrUpdate",
            "GoodsOwnerOrderNumber": "ERP-1",
            "DeliveryDate": DUE,
            "OrderClasses": {
                "Operation": "FindOrCreate",
                "Identification": "Code",
                "Classes": {"Class": [{"Code": "EXPRESS", "Name": "Express", "IsPalletTypeSuggestion": None}]},
            },
        },
        "Customer": {
            "CustomerOperation": "CreateOrUpdate",
            "CustomerIdentification": "CustomerNumber",
            "CustomerNumber": "ERP-C",
            **address("Östen Ström"),
        },
        "CustomerOrderLines": {
            "CustomerOrderLine": [
                {
                    "OrderLineIdentification": "ExternalOrderLineCode",
                    "ArticleIdentification": "ArticleNumber",
                    "SubOrderLineSpecification": specification,
                    "ExternalOrderLineCode": code,
                    "ArticleNumber": number,
                    "NumberOfItems": decimal.Decimal(items),
                }
                for code, number, items, specification in [
                    ("10", "KIT-1", "1", "ArticleRegisterSpecification"),
                    ("20", "CUP-1", "0.75", None),
                ]
            ]
        },
    }
    saved = taken(service.ProcessOrder(**CODE, co=order))
    file = {
        "File": {"FileName": "packsedel.pdf", "FileBytes": b"%PDF-1.4", "MimeType": "application/pdf", "FileId": -1},
        "GoodsOwnerId": 1,
        "OrderFileIdentificationType": "GoodsOwnerOrderNumber",
        "GoodsOwnerOrderNumber": "ERP-1",
    }
    same(service.UploadOrderFile(**WHO, OrderFile=file), None)
    # A window of time, with microseconds and an offset.
    zone = datetime.timezone(datetime.timedelta(hours=1))
    window = {
        "LastUpdatedFrom": datetime.datetime(2020, 1, 1, 0, 0, 0, 123456, zone),
        "LastUpdatedTo": datetime.datetime(2100, 1, 1, 0, 0, 0, 654321, zone),
    }
    found = service.GetOrdersByQuery(**CODE, query=window).Order
    [read] = [order for order in found if order.OrderInfo.OrderId == saved.OrderId]
    lines = {line.ExternalOrderLineCode: line.OrderedNumberOfItems for line in read.PickedOrderLines.PickedOrderLine}
    same((lines["10"], lines["20"]), (1, decimal.Decimal("0.75")))

    production = {
        "ProductionOrderIdentification": "ProductionOrderNumber",
        "ProductionOrderNumber": "ERP-P",
        "ProductionOrderOperation": "CreateOrUpdate",
        "ProductionOrderLines": {
            "ProductionOrderLine": [
                {
                    "ProductionOrderLineIdentification": "ProductionOrderLineNumber",
                    "ProductionOrderLineNumber": "1",
                    "ArticleNumber": "MADE-1",
                    "ToProduceNumberOfItems": 4,
                }
            ]
        },
    }
    taken(service.ProcessProductionOrder(**CODE, ProductionOrder=production))
    unknown = service.ProcessProductionOrder(
        **CODE,
        ProductionOrder={
            **production,
            "ProductionOrderNumber": "ERP-Q",
            "ProductionOrderLines": {
                "ProductionOrderLine": [
                    {**production["ProductionOrderLines"]["ProductionOrderLine"][0], "ArticleNumber": "none"}
                ]
            },
        },
    )
    [error] = unknown.ProcessProductionOrderErrors.ProcessProductionOrderError
    same((unknown.Success, error.ErrorType), (False, "NonExistingArticleSupplied"))

    operation = {
        "GoodsOperationOrderIdentification": "GoodsOperationOrderNumber",
        "GoodsOperationOrderNumber": "ERP-G",
        "GoodsOperationOrderLines": {
            "GoodsOperationOrderLine": [
                {
                    "GoodsOperationOrderLineIdentification": "GoodsOperationOrderLineNumber",
                    "GoodsOperationOrderLineOperation": "CreateOrUpdate",
                    "GoodsOperationOrderLineArticleIdentification": "ArticleNumber",
                    "GoodsOperationOrderLineArticleOperation": "Find",
                    "ArticleNumber": "TRAY-1",
                    "NumberOfItems": 1,
                    "GoodsOperationOrderLineNumber": "1",
                    "ToArticleItemStatus": {
                        "Identification": "ArticleItemStatusCode",
                        "Operation": "CreateOrUpdate",
                        "ArticleItemStatusCode": "DAMAGED",
                    },
                }
            ]
        },
    }
    taken(service.ProcessGoodsOperationOrder(**CODE, go=operation))

    returned = {
        "ReturnCustomerOrderIdentification": "OrderNumber",
        "ReturnOrderIdentification": "ReturnOrderNumber",
        "ReturnCause": {"ReturnCauseOperation": "SetUnknown", "ReturnCauseCode": ""},
        "CustomerOrderNumber": "WH/OUT/00034",
        "ReturnOrderNumber": "ERP-R",
        "ReturnOrderLines": {
            "ReturnOrderLine": [
                {
                    "ReturnOrderLineIdentification": "ArticleNumber",
                    "ToBeReturnedNumberOfItems": 1,
                    "ArticleNumber": "ODOO-1",
                    "ReturnCause": {"ReturnCauseOperation": "SetUnknown", "ReturnCauseCode": ""},
                }
            ]
        },
    }
    taken(service.ProcessReturnOrder(**CODE, ReturnOrder=returned))
    print("zeep: ERP bridge")


def pager():
    def page(first):
        answer = service.GetOrdersByQuery(**CODE, query={"MaxOrdersToGet": 1, "OrderIdFrom": first})
        # An empty list is nothing at all.
        return answer.Order if answer else []

    first, numbers = 0, []
    while orders := page(first):
        numbers += [order.OrderInfo.GoodsOwnerOrderNumber for order in orders]
        first = max(order.OrderInfo.OrderId for order in orders) + 1
    same(numbers, ["WH/OUT/00034", "ERP-1"])
    print("zeep: pages of orders")


odoo()
bridge()
pager()
