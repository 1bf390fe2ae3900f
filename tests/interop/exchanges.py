"""The golden exchanges as the judges see them."""

import json
import pathlib
import re
import tomllib

from lxml import etree

ROOT = pathlib.Path(__file__).resolve().parents[2]
WSDL = ROOT / "wsdl" / "service.wsdl"
EXCHANGES = ROOT / "fixtures" / "exchanges"


def body_of(envelope):
    """The element in the body, with the namespaces in scope."""
    return etree.fromstring(envelope, etree.XMLParser(resolve_entities=False)).find("{*}Body")[0]


class Case:
    """One folder."""

    def __init__(self, folder):
        self.folder = folder
        self.name = folder.name
        self.operation = folder.name.split("__")[0]
        settings = folder / "case.toml"
        self.settings = tomllib.loads(settings.read_text()) if settings.exists() else {}
        self.soap = self.settings.get("soap", "1.1")

    def has(self, name):
        return (self.folder / name).exists()

    def bytes(self, name):
        return (self.folder / name).read_bytes()

    def json(self, name):
        return json.loads(self.bytes(name), parse_float=str)

    def body(self, name):
        return body_of(self.bytes(name))

    def keeps_unknown(self, name):
        """Open content: the schema cannot know it."""
        return b'"@any"' in self.bytes(name)

    def is_sent(self):
        return self.has("request.xml")

    def is_regular(self):
        """The answer is what the contract promises: read whole, with nothing to bear."""
        if not self.has("response.xml"):
            return False
        if not self.is_utf_8("response.xml"):
            return False  # the judges do not know the headers, and believe a declaration that is wrong
        return self.has("output.json") and not self.is_borne() and not self.has("strict.txt")

    def is_utf_8(self, name):
        """The bytes are UTF-8, and nothing says otherwise."""
        try:
            text = self.bytes(name).decode()
        except UnicodeDecodeError:
            return False
        declared = re.match(r"""<\?xml[^>]*encoding=["']([^"']*)""", text)
        return declared is None or declared[1].lower() == "utf-8"

    def is_borne(self):
        """Something of the answer was passed over. Errors beside success are no fault of form."""
        notices = self.bytes("notices.txt").decode().splitlines() if self.has("notices.txt") else []
        return not all(": success with errors (" in notice for notice in notices)


def cases():
    found = [Case(folder) for folder in sorted(EXCHANGES.iterdir())]
    assert found, "no exchanges"
    return found
