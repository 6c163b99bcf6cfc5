"""Opens a spreadsheet with calamine in a process of its own, so that a hostile file cannot take the server down.

Run as a script, not imported: stdin the file, argv the limits (bytes of memory, seconds, characters of text),
stdout JSON {"sheets": [{"name", "hidden", "rows": [[text]], "lost": [[row from 1, column from 0]],
"merged": [[top, left, bottom, right]]}]}. Ends with 3 when the file is damaged, 4 when it holds too much.
"""

import datetime
import io
import json
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

DAMAGED, TOO_MUCH = 3, 4
EXACT = 10**15  # a spreadsheet keeps 15 digits


def text_of(value: object) -> str:
    """What was typed, as far as the file remembers it: 2 and not 2.0, dates as 2019-08-04."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        whole = value.is_integer() if abs(value) < 1e300 else False
        return str(int(value)) if whole else format(value, ".15g")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def read(content: bytes, characters: int) -> list[dict[str, object]]:
    """Every sheet of a workbook as texts, at most so many characters in all; says what was left out or lost its digits."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets: list[dict[str, object]] = []
    for meta in workbook.sheets_metadata:
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        rows, lost = [], []
        for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
            texts = [text_of(cell) for cell in cells]
            lost += [[number, i] for i, cell in enumerate(cells) if isinstance(cell, int | float) and abs(cell) >= EXACT]
            characters -= sum(map(len, texts))
            if characters < 0:
                sys.exit(TOO_MUCH)
            rows.append(texts)
        merged = [[top + 1, left, bottom + 1, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
        hidden = meta.visible is not SheetVisibleEnum.Visible
        sheets.append({"name": meta.name, "hidden": hidden, "rows": rows, "lost": lost, "merged": merged})
    return sheets


if __name__ == "__main__":
    memory, seconds, most_characters = (int(argument) for argument in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        json.dump({"sheets": read(sys.stdin.buffer.read(), most_characters)}, sys.stdout, ensure_ascii=True)
    except MemoryError:
        sys.exit(TOO_MUCH)
    except (CalamineError, ValueError, OverflowError):
        sys.exit(DAMAGED)
    except BaseException as error:  # a Rust panic is no Exception
        if type(error).__name__ == "PanicException":
            sys.exit(DAMAGED)
        raise
