"""xmllint validates the body of every request, and of every regular answer, against the schema in the WSDL.

Needs xmllint (Debian: libxml2-utils) and lxml, which only takes the bodies out of their envelopes.
"""

import pathlib
import subprocess
import sys
import tempfile

from lxml import etree

from exchanges import WSDL, cases

# What xmllint refuses although the specification allows it.
DISAGREES = {
    "GetInventoryByQuery__reading_decimal_28_places/response.xml": "libxml2 holds 24 digits",
    "GetInventoryByQuery__reading_decimal_29_digits/response.xml": "libxml2 holds 24 digits",
    "GetInventoryByQuery__xsi_type_other_xsi_prefix/response.xml": "spaces round a QName",
    "GetOrderStatuses__reading_int_spaces_round/response.xml": "spaces round an int",
    "GetTimeOfLastSync__reading_date_spaces_round/response.xml": "spaces round a dateTime",
    "ProcessArticle__writing_decimals/request.xml": "libxml2 holds 24 digits",
    "ProcessArticle__writing_decimals_from_json_numbers/request.xml": "libxml2 holds 24 digits",
}

# Answers that are not of the schema, and that both readers bear on purpose.
BORNE = {
    "GetOrderStatuses__reading_wrapper_nil/response.xml": "nil where only absence is allowed",
    "GetReturnOrdersByQuery__reading_enumeration_spaces_round/response.xml": "spaces round an enumeration",
    "GetSystemStatus__reading_text_absent_as_nil/response.xml": "nil where only absence is allowed",
    "GetTimeOfLastSync__reading_date_bare/response.xml": "a date without a time",
}

SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"


def main():
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        [schema] = etree.parse(str(WSDL)).getroot().iter(SCHEMA)
        (folder / "schema.xsd").write_bytes(etree.tostring(schema))
        for case in cases():
            names = ["request.xml"] if case.is_sent() and not case.keeps_unknown("input.json") else []
            # A text that an open type keeps is valid by the annotations only, which no validator knows.
            if case.is_regular() and not case.keeps_unknown("output.json"):
                names.append("response.xml")
            for name in names:
                path = folder / f"{case.name}.{name}"
                path.write_bytes(etree.tostring(case.body(name)))
                files[str(path)] = f"{case.name}/{name}"
        done = subprocess.run(
            ["xmllint", "--noout", "--nonet", "--schema", str(folder / "schema.xsd"), *files],
            capture_output=True,
            text=True,
            check=False,
        )
    valid = {line.removesuffix(" validates") for line in done.stderr.splitlines() if line.endswith(" validates")}
    wrong = [shown for path, shown in files.items() if path not in valid]
    print(
        f"xmllint: {len(files)} bodies judged, {len(valid)} valid, "
        f"{len(DISAGREES)} known to be judged wrongly, {len(BORNE)} invalid on purpose"
    )
    if set(wrong) != {*DISAGREES, *BORNE}:
        print("expected otherwise:", *sorted(set(wrong) ^ {*DISAGREES, *BORNE}))
        print("\n".join(line for line in done.stderr.splitlines() if not line.endswith(" validates")))
        sys.exit(1)


main()
