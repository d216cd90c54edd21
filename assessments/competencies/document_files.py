"""A document as a DOCX file. Texts go in as text: no field, macro or link can come with them."""

import io
import re

from docx import Document
from docx.document import Document as Docx
from docx.shared import Pt

from assessments.competencies.document_text import Part, parts

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_docx(title: str, text: str) -> bytes:
    """The parts of the text in the heading, list and table styles of the word processor."""
    docx = Document()
    docx.styles["Normal"].font.size = Pt(11)
    docx.core_properties.title = _clean(title)
    docx.core_properties.author = ""
    docx.core_properties.comments = ""
    for part in parts(_clean(text)):
        _write(docx, part)
    target = io.BytesIO()
    docx.save(target)
    return target.getvalue()


def _write(docx: Docx, part: Part) -> None:
    if part.kind == "heading":
        docx.add_heading(part.text, level=part.size)
    elif part.kind == "points":
        for line in part.lines:
            docx.add_paragraph(line, style="List Bullet")
    elif part.kind == "numbered":  # numbers as text: lists of the word processor would go on counting
        for number, line in enumerate(part.lines, start=1):
            docx.add_paragraph(f"{number}.  {line}").paragraph_format.left_indent = Pt(18)
    elif part.kind == "table":
        _write_table(docx, part)
    else:
        docx.add_paragraph(part.text)


def _write_table(docx: Docx, part: Part) -> None:
    table = docx.add_table(rows=0, cols=len(part.rows[0]), style="Table Grid")
    for number, row in enumerate(part.rows):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            run = cell.paragraphs[0].add_run(words)
            run.bold = number == 0
    docx.add_paragraph()


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)
