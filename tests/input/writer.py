"""Writes tables as CSV in the dialects of Python's csv module, with what they hold.

    writer.py FOLDER SEED COUNT

makes FOLDER/<n>.csv, and FOLDER/tables.jsonl with a line for each: how it was written, and its rows.
"""

import csv
import io
import json
import pathlib
import random
import sys

ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": None,
    "utf-16": None,
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "cp1252": "windows-1252",
    "iso8859-15": "iso-8859-15",
    "cp1250": "windows-1250",
    "koi8-r": "koi8-r",
    "shift_jis": "shift_jis",
}
LETTERS = {"shift_jis": "ソ表能A", "koi8-r": "ЖяA", "cp1250": "ŁžA", "iso8859-15": "Œ€A", "cp1252": "œ€ÅA"}
PIECES = ["\n", "\r\n", "\r", '"', "'", ",", ";", "\t", "|", " ", "\\", "a", "B7", "=", "sep", '""', '";"', "x,y", "1;2;3"]


def cell(random, letters, ends):
    pieces = [piece for piece in PIECES if piece not in ("\n", "\r\n", "\r") or piece in ends]
    return "".join(random.choice(pieces + list(letters)) for _ in range(random.choice([0, 1, 1, 2, 3, 5, 8])))


def table(random):
    encoding = random.choice(list(ENCODINGS))
    letters = LETTERS.get(encoding, "åЖ漢😀")
    width = random.choice([1, 2, 2, 3, 4, 6, 8])
    # With line ends in cells or without: without them nothing may be refused.
    plain = random.random() < 0.3
    line_end = random.choice(["\r\n", "\n", "\r"])
    quoting, escape, double = random.choice(
        [
            (csv.QUOTE_MINIMAL, None, True),
            (csv.QUOTE_ALL, None, True),
            (csv.QUOTE_NONNUMERIC, None, True),
            (csv.QUOTE_MINIMAL, "\\", False),
            (csv.QUOTE_ALL, "\\", False),
            (csv.QUOTE_NONE, "\\", False),
        ]
    )
    # Before 3.13, Python neither quotes nor escapes a line end of another kind than its own, so that its own reader does
    # not read it.
    quotes_all = quoting in (csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)
    ends = ["\n", "\r\n", "\r"] if quotes_all or line_end == "\r\n" else [line_end]
    rows = []
    for number in range(random.choice([0, 1, 2, 3, 8, 20])):
        row = [cell(random, letters, [] if plain else ends) for _ in range(width)]
        # The record's number, which it must have.
        row[0] = f"{number}" + row[0][:20]
        rows.append(row)
    return {
        "encoding": encoding,
        "label": ENCODINGS[encoding],
        "delimiter": random.choice([",", ";", "\t", "|"]),
        "quote": random.choice(['"', '"', "'"]),
        "quoting": quoting,
        "none": quoting == csv.QUOTE_NONE,
        "escape": escape,
        "double": double,
        "line_end": line_end,
        "header": random.random() < 0.7,
        "sep": random.random() < 0.1,
        "plain": plain,
        "multiline": random.random() < 0.5,
        "width": width,
        "rows": rows,
    }


def written(table):
    text = io.StringIO(newline="")
    if table["sep"]:
        text.write(f"sep={table['delimiter']}{table['line_end']}")
    writer = csv.writer(
        text,
        delimiter=table["delimiter"],
        quotechar=table["quote"],
        quoting=table["quoting"],
        escapechar=table["escape"],
        doublequote=table["double"],
        lineterminator=table["line_end"],
    )
    if table["header"]:
        writer.writerow([f"column {n}" for n in range(table["width"])])
    writer.writerows(table["rows"])
    return text.getvalue().encode(table["encoding"])


def main(folder, seed, count):
    folder = pathlib.Path(folder)
    chance = random.Random(int(seed))
    with open(folder / "tables.jsonl", "w", encoding="utf-8", newline="\n") as tables:
        for number in range(int(count)):
            made = table(chance)
            (folder / f"{number}.csv").write_bytes(written(made))
            tables.write(json.dumps(made) + "\n")


main(*sys.argv[1:])
