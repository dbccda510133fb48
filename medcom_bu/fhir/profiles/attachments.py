"""What an Attachment says of its own data: the number of bytes, and their hash.

Those of the payloads of a message are left to the rules of messages, which have the large files available.

Source: FHIR R4, Attachment.size and Attachment.hash.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import attrs

from medcom_bu.fhir.profiles import catalogue_of_parts
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.scope import Check, Rule, Scope
from medcom_bu.numerals import whole
from medcom_bu.values.base64 import Base64

_PAYLOAD = re.compile(r"Bundle\.entry\[\d+\]\.resource\.payload\[")


@attrs.frozen
class AttachmentContent:
    """The size and the hash are those of the data, where there are both."""

    rule: Rule

    def __call__(self, value: Any, path: str, scope: Scope) -> None:
        """Judge an Attachment; data that is not base64 is reported where it stands."""
        if type(value) is not dict or type(value.get("data")) is not str:
            return
        if scope.is_in_message and _PAYLOAD.match(path):
            return
        size, digest = value.get("size"), value.get("hash")
        if size is None and digest is None:
            return
        content = Base64.decode(value["data"]).content
        if content is None:
            return
        declared = whole(size)
        if declared is not None and declared != len(content):
            scope.report(self.rule.broken(catalogue_of_parts.ATTACHMENT_SIZE, f"{path}.size", actual=len(content)))
        if type(digest) is str:
            sha1 = hashlib.sha1(content, usedforsecurity=False).digest()
            if digest != b64encode(sha1).decode():
                scope.report(self.rule.broken(catalogue_of_parts.ATTACHMENT_HASH, f"{path}.hash"))


def make_attachment(source: CheckSource) -> Iterator[Check]:
    """For each Attachment."""
    if source.type == "Attachment":
        yield AttachmentContent(source.rule)
