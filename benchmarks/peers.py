"""The others: packages that may not be installed, and a tree that holds a whole attachment."""

from __future__ import annotations

import base64
import importlib
import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from lxml import etree

from benchmarks.measure import Work


def is_installed(package: str) -> bool:
    """Whether the package can be imported."""
    return importlib.util.find_spec(package) is not None


class Xsdata:
    """xsdata with classes that it generates from the schema, once, into ``folder``."""

    def __init__(self, schema: Path, folder: Path) -> None:
        from xsdata.formats.dataclass.parsers import XmlParser
        from xsdata.formats.dataclass.serializers import XmlSerializer

        beside = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
        command = [sys.executable, "-m", "xsdata", "generate", str(schema), "--package", "generated"]
        command += ["--structure-style", "single-package"]  # in modules apart they import each other
        subprocess.run(command, cwd=folder, env=beside, check=True, capture_output=True)
        sys.path.insert(0, str(folder))
        self._cls = importlib.import_module("generated").Emessage
        self._parser, self._serializer = XmlParser(), XmlSerializer()

    def read(self, data: bytes) -> Any:
        """Bytes to an object."""
        return self._parser.from_bytes(data, self._cls)

    def writer(self, data: bytes) -> Work:
        """A writer of the object that the bytes hold."""
        message = self.read(data)
        return lambda: self._serializer.render(message).encode("ISO-8859-1", "xmlcharrefreplace")


def xmlschema_reader(schema: Path, data: bytes) -> Work:
    """xmlschema's validated objects."""
    import xmlschema

    compiled = xmlschema.XMLSchema(str(schema))
    return lambda: compiled.to_objects(io.BytesIO(data))


def read_as_tree(path: Path, element: str) -> bytes:
    """The attachment of a file, by a tree that holds its base64 as text."""
    tree = etree.parse(path, etree.XMLParser(huge_tree=True))
    return base64.b64decode(str(tree.findtext(f".//{{*}}{element}")))


def write_as_tree(skeleton: bytes, element: str, content: bytes, path: Path) -> None:
    """The message with the content as its attachment, by a tree that holds its base64 as text."""
    tree = etree.fromstring(skeleton)
    found = tree.find(f".//{{*}}{element}")
    assert found is not None
    found.text = base64.b64encode(content).decode()
    etree.ElementTree(tree).write(path, encoding="ISO-8859-1", xml_declaration=True)
