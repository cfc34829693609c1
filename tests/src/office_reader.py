"""Reads a document from standard input and prints its tables as JSON: `office_reader.py docx` with the
package python-docx (headings and tables), `office_reader.py xlsx` with openpyxl (rows of the first sheet)."""

import io
import json
import sys


def style_of(paragraph):
    """The style a paragraph names, whether or not the document describes it."""
    names = paragraph._p.pPr
    return names.pStyle.val if names is not None and names.pStyle is not None else ""


data = io.BytesIO(sys.stdin.buffer.read())
if sys.argv[1] == "docx":
    import docx

    document = docx.Document(data)
    paragraphs = document.paragraphs
    print(
        json.dumps(
            {
                "headings": [p.text for p in paragraphs if style_of(p).lower().startswith("heading")],
                "text": "\n".join(p.text for p in paragraphs),
                "tables": [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables],
            }
        )
    )
else:
    import openpyxl

    sheet = openpyxl.load_workbook(data).worksheets[0]
    print(json.dumps({"name": sheet.title, "rows": [list(row) for row in sheet.iter_rows(values_only=True)]}))
