"""A draft as a file for word processors (DOCX), to be finished by a human."""

from __future__ import annotations

import io
from datetime import datetime

from docx import Document
from docx.document import Document as Open
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from app.outward.report import Block, BlockKind, Report

LEVELS = {BlockKind.HEADING: 1, BlockKind.CHAPTER: 2}


def docx(report: Report, *, language: str, made_at: datetime, notes: tuple[str, ...] = ()) -> bytes:
    """The file. `notes` are lines on the draft itself, such as its limit of words, to be deleted in the end."""
    document = Document()
    _properties(document, report, language, made_at)
    document.add_heading(report.title, level=0)
    for note in notes:
        _to_fill(document.add_paragraph(), note)
    for block in report.blocks:
        _add(document, block)
    _page_number(document.sections[0].footer.paragraphs[0])
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add(document: Open, block: Block) -> None:
    if block.kind in LEVELS:
        document.add_heading(block.text, level=LEVELS[block.kind])
    elif block.kind is BlockKind.FILL:
        _to_fill(document.add_paragraph(), block.text)
    else:
        document.add_paragraph(f"{block.number}. {block.text}")


def _to_fill(paragraph: Paragraph, text: str) -> None:
    """In brackets and marked, so that nobody sends it off by mistake."""
    run = paragraph.add_run(f"[{text}]")
    run.italic = True
    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _properties(document: Open, report: Report, language: str, made_at: datetime) -> None:
    """What a file says of itself; nobody's name."""
    said = document.core_properties
    said.author, said.last_modified_by, said.comments = "", "", ""
    said.title, said.language = report.title, language
    said.created = said.modified = made_at.replace(tzinfo=None)
    style = document.styles.element.find(f".//{qn('w:lang')}")
    if style is not None:
        style.set(qn("w:val"), {"en": "en-US", "es": "es-US"}.get(language, language))


def _page_number(paragraph: Paragraph) -> None:
    """Treaty bodies ask for numbered pages; the word processor counts them."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
