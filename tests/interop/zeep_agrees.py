"""zeep, in strict mode, makes the same requests from `input.json` and reads the same values from `response.xml`.

What is allowed to differ, and where, stands in README.md beside this file.
"""

import base64
import datetime
import decimal
import logging
import sys

import zeep
from zeep.xsd import ComplexType
from zeep.xsd.types import builtins

from exchanges import WSDL, cases

NAMESPACE = "http://ongoingsystems.se/WSI"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CREDENTIALS = {"UserName": "api-user", "Password": "***", "GoodsOwnerCode": "ACME", "GoodsOwnerId": 4711}
BLANKS = {"boolean": False, "int": 0, "long": 0, "decimal": "0", "dateTime": "0001-01-01T00:00:00"}

# Where zeep is known to differ, and why; README.md says who is right.
KNOWN = {
    "GetReturnOrdersByQuery__reading_enumeration_spaces_round/output.json": "spaces round an enumeration are kept",
    "GetSystemStatus__reading_cdata_comment_and_instruction_in_text/output.json": "text behind a comment is lost",
    "GetTimeOfLastSync__reading_date_24_00/output.json": "24:00:00 is not understood",
    "ProcessArticle__writing_decimals_from_json_numbers/request.xml": "a text with an exponent is passed through",
    "SetTimeOfLastSync__writing_date_24_00/request.xml": "24:00:00 is passed through",
}


# zeep tells of every value that it cannot read; what came of it is judged below.
logging.getLogger("zeep").setLevel(logging.CRITICAL)


class Judge:
    def __init__(self, wsdl=WSDL):
        self.client = zeep.Client(str(wsdl), settings=zeep.Settings(strict=True))
        self.services = {}
        for name, binding in self.client.wsdl.bindings.items():
            version = "1.2" if "12" in type(binding).__name__ else "1.1"
            self.services[version] = self.client.create_service(name, "https://wms.example/")

    def elements(self, element):
        """The members of a body element."""
        return dict(self.client.get_element(f"{{{NAMESPACE}}}{element}").type.elements)

    # ---- requests

    def request(self, case):
        """The body that zeep makes."""
        members = self.elements(case.operation)
        given = case.json("input.json")
        own = [name for name in members if name not in CREDENTIALS]
        structures = [name for name in own if isinstance(members[name].type, ComplexType)]
        if len(own) == 1 and structures and wrapped_item(members[own[0]]) is None:
            given = {own[0]: given}
        without = {camel(name) for name in case.settings.get("without", [])}
        self.known = {name: value for name, value in CREDENTIALS.items() if name not in without}
        arguments = {}
        for name, element in members.items():
            if name in CREDENTIALS:
                if name in self.known:
                    arguments[name] = self.known[name]
            elif name in given:
                arguments[name] = self.value(element, given[name])
            elif is_required_value(element):
                arguments[name] = BLANKS[element.type.name]
        message = self.client.create_message(self.services[case.soap], case.operation, **arguments)
        return message.find("{*}Body")[0]

    def value(self, element, given):
        """A JSON value as zeep takes it."""
        if given is None:
            return None
        if isinstance(given, list):
            item = wrapped_item(element)
            if item is None:
                return [self.single(element.type, one) for one in given]
            return {item.attr_name: [self.single(item.type, one) for one in given]}
        return self.single(element.type, given)

    def single(self, ty, given):
        if given is None:
            return None
        if not isinstance(ty, ComplexType):
            if isinstance(ty, builtins.Base64Binary):
                return base64.b64decode(given)
            if ty.name == "dateTime" and "T" not in given:
                # A bare date is sent with the time that it means.
                return given[:10] + "T00:00:00" + given[10:]
            return given
        values = {}
        for name, member in list(ty.elements) + list(ty.attributes):
            if name in given:
                values[name] = self.value(member, given[name])
            elif name in ("GoodsOwnerCode", "GoodsOwnerId") and name in self.known:
                values[name] = self.known[name]
            elif is_required_value(member):
                # What .NET holds where nothing was set.
                values[name] = BLANKS[member.type.name]
        if "GoodsOwnerId" in values and values["GoodsOwnerId"] == 0:
            values["GoodsOwnerId"] = self.known.get("GoodsOwnerId", 0)
        return values

    # ---- answers

    def answer(self, case):
        """The result as zeep reads it, in the JSON form."""
        body = case.body("response.xml")
        response = self.client.get_element(body.tag)
        value = response.parse(body, self.client.wsdl.types)
        results = list(response.type.elements)
        if not results:
            return {}
        [(name, element)] = results
        return self.shown(element, value[name])

    def shown(self, element, value):
        if value is None:
            return None
        item = wrapped_item(element)
        if item is not None:
            # zeep unwraps no list, and reads an empty wrapper as one without items.
            return [self.single_shown(item.type, one) for one in value[item.attr_name] or [] if one is not None]
        if isinstance(value, list):
            return [self.single_shown(element.type, one) for one in value]
        return self.single_shown(element.type, value)

    def single_shown(self, ty, value):
        if isinstance(ty, ComplexType):
            actual = value._xsd_type
            shown = {"@type": actual.name} if actual.name != ty.name else {}
            for name, member in list(actual.elements) + list(actual.attributes):
                inner = self.shown(member, value[name])
                # A member that repeats without a wrapper is never empty in the JSON form.
                if inner is not None and not (inner == [] and wrapped_item(member) is None):
                    shown[name] = "***" if "password" in name.lower() else inner
            return shown
        if isinstance(value, (bytes, bytearray)):
            return base64.b64encode(value).decode()
        return value


def wrapped_item(element):
    """The item of a type that is one repeated element and nothing else."""
    ty = element.type
    if not isinstance(ty, ComplexType) or element.accepts_multiple or list(ty.attributes) or ty._extension:
        return None
    members = [member for _, member in ty.elements]
    return members[0] if len(members) == 1 and members[0].accepts_multiple else None


def is_required_value(member):
    optional = getattr(member, "is_optional", True)
    return not optional and not getattr(member, "nillable", False) and getattr(member.type, "name", "") in BLANKS


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def canonical(element):
    """Canonical XML with the namespaces written out and without layout."""
    lines = []

    def walk(node, depth):
        attributes = {k: v for k, v in node.attrib.items()}
        text = "" if len(node) else node.text or ""
        lines.append(f"{'  ' * depth}{node.tag} {sorted(attributes.items())} {text!r}")
        for child in node:
            walk(child, depth + 1)

    walk(element, 0)
    return lines


def same(ours, theirs):
    """Whether two JSON forms hold the same values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(same(ours.get(key), theirs.get(key)) for key in {*ours, *theirs})
    if isinstance(ours, list) and isinstance(theirs, list):
        ours = [item for item in ours if item != {}]
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    # zeep reads an element without content as none at all.
    if theirs is None or theirs == []:
        return ours in (None, "", {}, []) or (isinstance(ours, list) and all(item == {} for item in ours))
    if isinstance(theirs, decimal.Decimal):
        return isinstance(ours, str) and ours == format(abs(theirs) if theirs == 0 else theirs, "f")
    if isinstance(theirs, datetime.datetime):
        return isinstance(ours, str) and moment(ours) == theirs
    return type(ours) is type(theirs) and ours == theirs


def moment(text):
    return builtins.DateTime().pythonvalue(text)


def first_difference(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *theirs]:
            if not same(ours.get(key), theirs.get(key)):
                return first_difference(ours.get(key), theirs.get(key), f"{path}.{key}")
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs)):
            if not same(*pair):
                return first_difference(*pair, f"{path}[{index + 1}]")
    return f"{path}: {ours!r} here, {theirs!r} there"


def main():
    judge = Judge()
    requests = answers = 0
    disagreements = {}
    for case in cases():
        name = case.name
        if case.is_sent() and not case.keeps_unknown("input.json"):
            requests += 1
            try:
                ours, theirs = canonical(case.body("request.xml")), canonical(judge.request(case))
                if ours != theirs:
                    pair = next((p for p in zip(ours, theirs) if p[0] != p[1]), (ours[-1], theirs[-1]))
                    disagreements[f"{name}/request.xml"] = f"\n  here:  {pair[0]}\n  there: {pair[1]}"
            except Exception as error:  # whatever it is, it is no agreement
                disagreements[f"{name}/request.xml"] = f"{type(error).__name__}: {error}"
        if case.is_regular() and not case.keeps_unknown("output.json"):
            answers += 1
            try:
                ours, theirs = case.json("output.json"), judge.answer(case)
                if not same(ours, theirs):
                    disagreements[f"{name}/output.json"] = first_difference(ours, theirs)
            except Exception as error:
                disagreements[f"{name}/output.json"] = f"{type(error).__name__}: {error}"
    print(f"zeep: {requests} requests and {answers} answers judged, {len(KNOWN)} disagreements known")
    for name in sorted(disagreements.keys() ^ KNOWN.keys()):
        print(name, disagreements.get(name, "is known to differ, and does not"))
    sys.exit(1 if disagreements.keys() ^ KNOWN.keys() else 0)


if __name__ == "__main__":
    main()
