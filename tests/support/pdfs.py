"""What an independent reader, pypdf, makes of a PDF."""

from __future__ import annotations

import io
from typing import Any

import pypdf


def reader_of(file: bytes) -> pypdf.PdfReader:
    """The file, which must not need repair."""
    return pypdf.PdfReader(io.BytesIO(file), strict=True)


def pages_of(file: bytes) -> list[str]:
    """The text of each page, in the order in which it is set."""
    return [page.extract_text() for page in reader_of(file).pages]


def words_of(file: bytes) -> list[str]:
    """The words of all pages, in the order in which they are set."""
    return " ".join(pages_of(file)).split()


def fonts_of(file: bytes) -> dict[str, bool]:
    """Each font that the pages use, and whether it is in the file."""
    found = {}
    for page in reader_of(file).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            kind = font.get_object()
            inner = kind["/DescendantFonts"][0].get_object() if "/DescendantFonts" in kind else kind
            descriptor = inner.get("/FontDescriptor", {})
            found[str(kind["/BaseFont"])] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def claims_of(file: bytes) -> dict[str, str | None]:
    """The standards that the file claims to keep, by its XMP: ``pdfa`` and ``pdfua``."""
    root: Any = reader_of(file).trailer["/Root"]
    xmp: str = root["/Metadata"].get_data().decode()

    def between(name: str) -> str:
        return xmp.partition(f"<{name}>")[2].partition("<")[0]

    level = between("pdfaid:part") + between("pdfaid:conformance")
    return {"pdfa": level or None, "pdfua": between("pdfuaid:part") or None}


def roles_of(file: bytes) -> list[str]:
    """The roles of what the file is tagged with, in reading order: ``Document``, ``H1``, ``P``."""
    root: Any = reader_of(file).trailer["/Root"]
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"])[1:])
            walk(node.get("/K"))

    walk(root["/StructTreeRoot"])
    return found
