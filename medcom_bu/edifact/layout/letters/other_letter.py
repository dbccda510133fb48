"""A letter of any type, as far as MedCom's letters have the same: who it is from, to and about.

It is read alone, and never judged: what is not placed here is not a fault. The role of the sender, PO or SSP, depends
on the type; SEQ says which of the parties it is.

Source: the layouts beside this one; "Den gode kiropraktorepikrise", D0933L, pages 14-17.
"""

from __future__ import annotations

from medcom_bu.edifact.layout.letters.parts import ADDRESS, PATIENT, REPLACEMENT, TELEPHONE, named, speciality
from medcom_bu.edifact.layout.notation import Group, Layout, always, maybe
from medcom_bu.messages.other_letter import OTHER, OtherLetter

_ROLES = ("SSP", "PO")

OTHER_LETTER = Layout(
    version=OTHER,
    letter=OtherLetter,
    groups=(
        Group(
            always("UNH+{letter.identifier}"),
            (maybe("DTM+!137:{letter.authorisation:MOMENT}:203"),),
        ),
        *(
            Group(
                always("S01+01"), (named(role), ADDRESS, TELEPHONE, always("SEQ++!1"), speciality("DIS01")), at="sender"
            )
            for role in _ROLES
        ),
        *(Group(always("S01+01"), (named(role), ADDRESS, always("SEQ++!2")), at="receiver") for role in _ROLES),
        Group(always("S02+02"), (always("GIS+{letter.status_code:STATUS}"),)),
        Group(
            always("S07+07"),
            (PATIENT, REPLACEMENT, ADDRESS, maybe("EMP+1++:::{occupancy_text}")),
            at="patient",
        ),
    ),
)
