"""CTL01, CTL02 and CTL03, CONTRL C0130Q, C0230Q and C0330Q: the receipts. They have no segment groups.

Source: MedCom's converter (behaviour), XML schemas of 2005/08/07; UN/EDIFACT, action codes 4 (rejected), 7 (accepted).
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Value, Version
from medcom_bu.edifact.layout.notation import Group, Layout, Row, always, maybe, never
from medcom_bu.messages.receipts import (
    XC0130Q,
    XC0230Q,
    XC0330Q,
    NegativeReceipt,
    NegativeVansReceipt,
    PositiveReceipt,
)

ORIGINAL = "original_emessage"


def _layout(version: Version, letter: type[Value], action: str, reason: Row) -> Layout:
    return Layout(
        version=version,
        letter=letter,
        groups=(
            Group(always("UNH+{letter.identifier}+CONTRL:D:93A:ZZ:{version}+" + version.type_code[1:])),
            Group(
                always(
                    "UCI+{original_envelope_identifier}+{original_sender.ean_identifier}:14"
                    f"+{{original_receiver.ean_identifier}}:14+*{action}"
                ),
                (reason,),
                at=ORIGINAL,
            ),
            Group(
                always(
                    "UCM+{original_letter_identifier}"
                    f"+{{=original_version_code:TYPE}}:D:93A:UN:{{original_version_code}}+*{action}"
                ),
                (reason,),
                each=f"{ORIGINAL}.original_letter",
            ),
        ),
    )


_REASON = maybe("FTX+{refuse_code:REFUSE|NC}+{refuse_text:TEXT}", most=1)
C0130Q = _layout(XC0130Q, NegativeVansReceipt, "4", _REASON)
"""CTL01, version C0130Q: a network could not deliver."""
C0230Q = _layout(XC0230Q, NegativeReceipt, "4", _REASON)
"""CTL02, version C0230Q: the receiver refuses."""
C0330Q = _layout(XC0330Q, PositiveReceipt, "7", never("FTX"))
"""CTL03, version C0330Q: the receiver has taken it."""

LAYOUTS = (C0130Q, C0230Q, C0330Q)
