"""zeep: the whole call, from the text of the answer to objects; and an order as the text that would be sent."""
import sys
import time

import requests
import zeep
from lxml import etree

LINES = 50


class Held(zeep.Transport):
    answer = b""

    def post(self, address, message, headers):
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "text/xml; charset=utf-8"
        response._content = self.answer
        return response


def best(rounds, task):
    return min(timed(task) for _ in range(rounds))


def timed(task):
    begun = time.process_time()
    task()
    return time.process_time() - begun


transport = Held()
settings = zeep.Settings(strict=False, xml_huge_tree=True)
client = zeep.Client(sys.argv[1], transport=transport, settings=settings)
who = {"UserName": "user", "Password": "password", "GoodsOwnerCode": "DEMO"}
if sys.argv[2] == "write":
    line = lambda number: {
        "OrderLineIdentification": "ExternalOrderLineCode",
        "ArticleIdentification": "ArticleNumber",
        "SubOrderLineSpecification": None,
        "ExternalOrderLineCode": f"line {number}",
        "OrderLineComment": "pick from the front",
        "ArticleNumber": f"A-{1000 + number}",
        "ArticleName": "Skruv 4,5 × 40 <förzinkad>",
        "NumberOfItems": "12.50",
    }
    order = {"CustomerOrderLines": {"CustomerOrderLine": [line(number) for number in range(LINES)]}}
    size = 0

    def write():
        global size
        for _ in range(20):
            size = len(etree.tostring(client.create_message(client.service, "ProcessOrder", **who, co=order)))

    print(f"{20 / best(5, write):.0f} orders of {LINES} lines a second ({size} bytes each)")
else:
    transport.answer = open(sys.argv[2], "rb").read()
    seconds = best(3, lambda: client.service.GetOrdersByQuery(**who, query={}))
    print(f"{len(transport.answer) / seconds / 1e6:.2f} MB/s")
