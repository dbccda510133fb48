"""A layout of H0131R as nobody has it, as a data file and as a value."""

from __future__ import annotations

from medcom_bu import layouts

INVENTED = (
    layouts.to_toml(layouts.H0131R)
    .replace(
        '  { always = "GIS+{letter.status_code:STATUS}" },\n',
        '  { always = "GIS+{letter.status_code:STATUS}" },\n'
        '  { maybe = "RFF+!EOC:{episode_of_care_identifier:NUMBER}::{episode_of_care_type}",'
        ' each = "/letter.episode_of_care" },\n',
    )
    .replace(
        ":{referral.refer.diagnose_text}",
        ":{referral.refer.diagnose_text}+{referral.refer.diagnose_description_code:DIAGNOSE_DESCRIPTION}",
    )
    .replace(
        '  { maybe = "PTY+PRI+{additional_information.priority:PRIORITY}" },\n',
        '  { maybe = "PTY+PRI+{additional_information.priority:PRIORITY}" },\n'
        '  { maybe = "ALI+{additional_information.hospital_choice:CHOICE}" },\n',
    )
    + """
[codes.CHOICE]
values = { ALDB00 = "A0", ALDB01 = "A1", ALDB02 = "A2", ALDB03 = "A3" }

[codes.DIAGNOSE_DESCRIPTION]
extends = "DIAGNOSE_DESCRIPTION"
values = { henv_diagnose_ny_sygdom = "NY", henv_diagnose_samme_sygdom = "SA" }
also = { NYS = "henv_diagnose_ny_sygdom" }
"""
)
"""H0131R as nobody has it: rows and codes are made up."""
MINE = layouts.load(INVENTED.encode())
