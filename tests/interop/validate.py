"""xmllint validates the body of every request, and of every regular answer, against the schema in the WSDL.

    python3 validate.py [FOLDER_OF_RANDOM_REQUESTS]

Needs xmllint (Debian: libxml2-utils) and lxml, which only takes the bodies out of their envelopes.
"""

import pathlib
import subprocess
import sys
import tempfile

from lxml import etree

from exchanges import WSDL, body_of, cases

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


def judge(bodies):
    """The names of the bodies that xmllint refuses, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        [schema] = etree.parse(str(WSDL)).getroot().iter(SCHEMA)
        (folder / "schema.xsd").write_bytes(etree.tostring(schema))
        files = {}
        for name, body in bodies.items():
            path = folder / name.replace("/", ".")
            path.write_bytes(etree.tostring(body))
            files[str(path)] = name
        said = []
        for some in batches(list(files)):
            command = ["xmllint", "--noout", "--nonet", "--schema", str(folder / "schema.xsd"), *some]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            said += done.stderr.splitlines()
    valid = {line.removesuffix(" validates") for line in said if line.endswith(" validates")}
    wrong = {name for path, name in files.items() if path not in valid}
    return wrong, [line for line in said if not line.endswith(" validates")]


def batches(files, most=500):
    """No command line is endless."""
    return [files[start : start + most] for start in range(0, len(files), most)]


def main():
    bodies = {}
    for case in cases():
        names = ["request.xml"] if case.is_sent() and not case.keeps_unknown("input.json") else []
        # A text that an open type keeps is valid by the annotations only, which no validator knows.
        if case.is_regular() and not case.keeps_unknown("output.json"):
            names.append("response.xml")
        for name in names:
            bodies[f"{case.name}/{name}"] = case.body(name)
    wrong, said = judge(bodies)
    print(
        f"xmllint: {len(bodies)} bodies judged, {len(bodies) - len(wrong)} valid, "
        f"{len(DISAGREES)} known to be judged wrongly, {len(BORNE)} invalid on purpose"
    )
    unexpected = wrong ^ {*DISAGREES, *BORNE}

    if len(sys.argv) > 1:
        random = {path.name: body_of(path.read_bytes()) for path in sorted(pathlib.Path(sys.argv[1]).iterdir())}
        operations = {name.split("__")[0] for name in random}
        not_there = {case.operation for case in cases()} - operations
        wrong, more = judge(random)
        print(
            f"xmllint: {len(random)} random requests of {len(operations)} operations judged, "
            f"{len(random) - len(wrong)} valid"
        )
        unexpected |= wrong | not_there
        said += more
    if unexpected:
        print("expected otherwise:", *sorted(unexpected))
        print("\n".join(said))
        sys.exit(1)


main()
