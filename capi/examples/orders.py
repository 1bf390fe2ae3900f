"""Pushes a file of orders and pulls them back, from Python, with nothing but its standard library.

    python3 orders.py orders.jsonl 'changed-%Y%m%dT%H%M%SZ.jsonl'   # a new file for each run, named by UTC time

The address and the login come from ONGOING_URL, ONGOING_USERNAME, ONGOING_PASSWORD, ONGOING_GOODS_OWNER_CODE and
ONGOING_GOODS_OWNER_ID, or from the profile of ongoing.toml that ONGOING_PROFILE names; ONGOING_LIBRARY is the path of the library where it is in no usual place.
"""

import ctypes
import ctypes.util
import json
import os
import sys

ABI = 1
ANSWER, MESSAGE, HINT, OUTCOME, KIND, EXCHANGE_ID = range(1, 7)
RECORD = 3


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(ctypes.c_char)), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode()


class Progress(ctypes.Structure):
    _fields_ = [
        ("event", ctypes.c_int32),
        ("done", ctypes.c_uint64),
        ("total", ctypes.c_uint64),
        ("place", Text),
        ("key", Text),
        ("state", Text),
        ("text", Text),
    ]


Callback = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.POINTER(Progress))


class OngoingError(Exception):
    """A function failed: `outcome` says what that means for the warehouse."""

    def __init__(self, session):
        super().__init__(session.text(MESSAGE))
        self.outcome = session.text(OUTCOME)
        self.kind = session.text(KIND)
        self.hint = session.text(HINT)
        self.exchange_id = session.text(EXCHANGE_ID)
        self.exit_code = session.number(1)


class Session:
    def __init__(self, library, **settings):
        text = [ctypes.c_char_p, ctypes.c_size_t]
        self._library = library
        library.ongoing_new.argtypes = [ctypes.c_uint32]
        library.ongoing_new.restype = ctypes.c_void_p
        library.ongoing_set.argtypes = [ctypes.c_void_p, *text, *text]
        library.ongoing_open.argtypes = [ctypes.c_void_p]
        library.ongoing_call.argtypes = [ctypes.c_void_p, *text, *text]
        library.ongoing_rows.argtypes = [ctypes.c_void_p, *text, *text, ctypes.c_uint32]
        library.ongoing_next.argtypes = [
            ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(ctypes.c_char)), ctypes.POINTER(ctypes.c_size_t),
        ]
        for name in ("ongoing_push", "ongoing_pull"):
            getattr(library, name).argtypes = [ctypes.c_void_p, *text, *text, *text, Callback, ctypes.c_void_p]
        library.ongoing_text.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(ctypes.c_size_t)]
        library.ongoing_text.restype = ctypes.POINTER(ctypes.c_char)
        library.ongoing_number.argtypes = [ctypes.c_void_p, ctypes.c_int32]
        library.ongoing_number.restype = ctypes.c_int64
        library.ongoing_free.argtypes = [ctypes.c_void_p]
        library.ongoing_free.restype = None
        self._session = library.ongoing_new(ABI)
        if not self._session:
            raise RuntimeError("the library has another binary interface")
        for name, value in settings.items():
            if value is not None:
                self._do("set", name, str(value))
        self._do("open")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._library.ongoing_free(self._session)
        self._session = None

    def _do(self, function, *texts, more=()):
        arguments = [self._session]
        for text in texts:
            data = text.encode()
            arguments += [data, len(data)]
        if getattr(self._library, "ongoing_" + function)(*arguments, *more):
            raise OngoingError(self)

    def text(self, field):
        length = ctypes.c_size_t()
        data = self._library.ongoing_text(self._session, field, ctypes.byref(length))
        return ctypes.string_at(data, length.value).decode()

    def number(self, value):
        return self._library.ongoing_number(self._session, value)

    def call(self, operation, request=None):
        self._do("call", operation, "" if request is None else json.dumps(request))
        return json.loads(self.text(ANSWER))

    def rows(self, operation, query, page_size=1000):
        self._do("rows", operation, json.dumps(query), more=[page_size])
        row, length = ctypes.POINTER(ctypes.c_char)(), ctypes.c_size_t()
        while True:
            if self._library.ongoing_next(self._session, ctypes.byref(row), ctypes.byref(length)):
                raise OngoingError(self)
            if not row:
                return
            yield json.loads(ctypes.string_at(row, length.value))

    def _file(self, function, what, path, options, follow):
        @Callback
        def callback(_, progress):
            return 1 if follow and follow(progress.contents) else 0

        self._do(function, what, path, json.dumps(options), more=[callback, None])
        return json.loads(self.text(ANSWER))

    def push(self, kind, path, follow=None, **options):
        return self._file("push", kind, path, options, follow)

    def pull(self, rows, path, follow=None, **options):
        return self._file("pull", rows, path, options, follow)


def show(progress):
    if progress.event == RECORD:
        print(f"{progress.done} of {progress.total}: order {progress.key} is {progress.state}")


def main(orders, changed):
    path = os.environ.get("ONGOING_LIBRARY") or ctypes.util.find_library("ongoingwms")
    names = ["profile", "url", "user_name", "password", "goods_owner_code", "goods_owner_id"]
    variables = ["PROFILE", "URL", "USERNAME", "PASSWORD", "GOODS_OWNER_CODE", "GOODS_OWNER_ID"]
    settings = {name: os.environ.get("ONGOING_" + variable) for name, variable in zip(names, variables)}
    with Session(ctypes.CDLL(path), **settings) as session:
        print("statuses:", len(session.call("GetOrderStatuses")))
        print("pushed:", session.push("orders", orders, show, resend_delay=1)["done"])
        print("pulled:", session.pull("orders", changed, since="last-sync")["rows"])
        numbers = [row["OrderInfo"]["GoodsOwnerOrderNumber"] for row in session.rows("GetOrdersByQuery", {})]
        print("orders:", ", ".join(sorted(numbers)))
        info = {
            "OrderOperation": "Remove",
            "OrderIdentification": "GoodsOwnerOrderNumber",
            "GoodsOwnerOrderNumber": "no such order",
        }
        try:
            session.call("ProcessOrder", {"OrderInfo": info})
        except OngoingError as error:
            print(f"cancel: {error.outcome}, {error.kind}, {error.exit_code}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OngoingError as error:
        print(f"error: {error}\n  hint: {error.hint}", file=sys.stderr)
        sys.exit(error.exit_code)
