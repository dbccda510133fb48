"""Where MedCom's converter is not followed: record -> reason. See docs/edifact.md; every other record agrees.

A record is here only as long as it differs.
"""

from __future__ import annotations

SIZE = "the size written is that of the content; the converter copies the size in the letter, and cannot read it back"
CODE = "a code of no list: the converter makes it empty, here it stays as its text, with an error"
WRITTEN_BACK = "a code of no list is written as it came, since a receiver has a default; the converter makes it empty"
NO_CODE = "a value that has no EDIFACT code: no segment is written, the converter writes an empty one"
XLS = "xls is XLS: the converter knows the misspelling xsl instead"
FNX = "fnx has a code in the newer version; the older schema refuses the value, whatever is written"
SPACE = "the converter erases the text in front of a Space"
LINE_FEED = "a line feed becomes a blank, where every reader would delete it and join the words"
ALIGNED = "no line break is added beside aligned text where one is; the converter adds one at every turn"
NOTHING = "a style that holds nothing takes no segment; the converter begins a new one behind it"
ITS_OWN = "a full stop alone or a backslash at the end of a line would mean something else; the converter loses them"
CRASH = "the converter stops"
WHOLE = "70 characters stand in one component, which has room for them; the converter parts them, and reads a part"
SPECIALITY = "2504 is dermato_venerologi_praksis; the converter writes 2511, which is another"
PATHOLOGY = "patologi without a blank is the value of the schemas in use; the converter knows it with a blank"
REGISTER = "the speciality of a municipality is of its register, as Den gode kiropraktorepikrise, 2015, page 21, has it"
DEPARTMENT = "a unit without a department has _ for it, as Den gode kiropraktorepikrise, 2015, page 21, has it"
TYPE = "a receipt repeats the message type, which the version tells; what it does not tell is Ukendt"
EARLIER = "S03 names the letter that is corrected: Den gode kiropraktorepikrise, 2015, page 39"
ACTION = "an action that contradicts the receipt is an error; the converter does not look at it"
CORRECTION = "rettetbrev is M; the converter writes N always, and reads only N in a referral"
TWO_IDENTIFIERS = "invalid: a value holds one of the two identifiers of a patient"
INVALID = "invalid: the value has no place for what is there too many"
NO_LIST = "invalid: an identifier without its list is written without one; the converter makes it a location number"
DEFAULT_REASON = "a reason without a code is unspecified, in both negative receipts; the converter says so in one"
ONE_TEXT = "several FTX are one text"
KEPT = "something has no place, and is kept; the converter drops it"
ORDER = "found by its qualifier, wherever it stands"
EMPTY_GROUP = "an S14 without text is what the converter itself writes for a letter without text"
ABSENT = "what is not there is absent; the converter makes an empty element, which the schema refuses"
UUID = "an identifier that is not a UUID stays; the converter adds hyphens to it"
FURTHER = "a second CIN+H is a further diagnosis"
CUT = "a sign that is not released cuts a text, which is an error; the converter drops the rest or makes names of it"
MOMENT = "a moment that is not twelve digits stays as its text; the converter cuts it in pieces"
UNKNOWN_ROLE = "the address of the interchange makes a sender, of whom nothing else is known"
RELEASE = "a release that is not needed is an error, and stays in the text: it may be a question mark"
SERVICE = "other service characters are honoured"
PADDING = "NUL behind UNZ is padding"
CONTROL = "a control character stays; the XML of the converter is not well-formed"
SEVERAL = "several messages are read"
NO_HEADER = "without UNB there is no message, here as there"

WRITING = {
    "BIN01-330-oc-andet": WRITTEN_BACK,
    "CTL01-501-andet": WRITTEN_BACK,
    "DIS91-hdr-211-eocs-uoplyst": WRITTEN_BACK,
    "DIS91-hdr-229-ack-bad": WRITTEN_BACK,
    "REF01-411-hv-andet": WRITTEN_BACK,
    "REF01-414-diag-andet": WRITTEN_BACK,
    "REF01-416-adddiag-andet": WRITTEN_BACK,
    "REF01-420-rel-andet": WRITTEN_BACK,
    "SPEC-B-ukendt_speciale": WRITTEN_BACK,
    "SPEC-D-ukendt_speciale": WRITTEN_BACK,
    "BIN01-306-size-too-small": SIZE,
    "BIN01-307-size-too-large": SIZE,
    "BIN01-317-service-bytes": SIZE,
    "BIN01-331-oe12-xls": XLS,
    "BIN01-331-oe12-xsl": XLS,
    "BIN01-332-oe05-fnx": FNX,
    "BIN01-332-oe05-xls": XLS,
    "BIN01-332-oe05-xsl": XLS,
    "CTL01-503-text-no-code": DEFAULT_REASON,
    "CTL01-508-space-elem": SPACE,
    "CTL02-508-space-elem": SPACE,
    "CTL02-513-ver-B0130X": TYPE,
    "CTL02-513-ver-B0131X": TYPE,
    "CTL02-513-ver-H0730R": TYPE,
    "CTL02-513-ver-I0130D": TYPE,
    "CTL02-513-ver-SST012": TYPE,
    "CTL02-513-ver-XB0130X": TYPE,
    "CTL02-513-ver-XB0131X": TYPE,
    "CTL02-514-two-orig": INVALID,
    "CTL03-512-refuse-in-positive": INVALID,
    "DIS91-fmt-104-right": ALIGNED,
    "DIS91-fmt-105-center": ALIGNED,
    "DIS91-fmt-112-center-break-both": ALIGNED,
    "DIS91-fmt-117-fixed-all-styles": ALIGNED,
    "DIS91-fmt-118-mixed-lines": ALIGNED,
    "DIS91-fmt-122-empty-bold": NOTHING,
    "DIS91-fmt-123-bold-only-break": NOTHING,
    "DIS91-fmt-131-bold-space": SPACE,
    "DIS91-fmt-134-center-first-then-text": ALIGNED,
    "DIS91-fmt-141-70bytes-danish-last": CRASH,
    "DIS91-hdr-201-subject-70": WHOLE,
    "DIS91-hdr-202-subject-words70": WHOLE,
    "DIS91-hdr-205-prio-unknown": NO_CODE,
    "DIS91-hdr-215-bothids": TWO_IDENTIFIERS,
    "DIS91-hdr-221-idcode-kommunenummer": REGISTER,
    "DIS91-hdr-222-idcode-missing": NO_LIST,
    "DIS91-hdr-225-dep-missing-unit": DEPARTMENT,
    "DIS91-ref-244-desc70": WHOLE,
    "DIS91-ref-247-bin-xls": XLS,
    "DIS91-txt-005-space-elem": SPACE,
    "DIS91-txt-011-dot-line": ITS_OWN,
    "DIS91-txt-012-trailing-backslash": ITS_OWN,
    "DIS91-txt-050-non-latin1": CRASH,
    "DIS91-txt-051-non-latin1-charref": CRASH,
    "DIS91-txt-056-crlf-in-text": LINE_FEED,
    "DIS91-txt-063-newline-as-split-point": LINE_FEED,
    "REF01-404-prio-andet": NO_CODE,
    "REF01-405-status-andet": NO_CODE,
    "REF01-406-transport-andet": NO_CODE,
    "REF01-430-bothids": TWO_IDENTIFIERS,
    "REF01-437-rettet": CORRECTION,
    "SPEC-B-patologi": PATHOLOGY,
    "SPEC-D-dermato_venerologi_praksis": SPECIALITY,
    "SPEC-D-patologi": PATHOLOGY,
    "SPEC-R-dermato_venerologi_praksis": SPECIALITY,
    "SPEC-R-patologi": PATHOLOGY,
}
"""From XML to EDIFACT."""

READING = {
    "bin-311-oe-xls": XLS,
    "bin-313-aid-short": UUID,
    "bin-321-data-nocontents": ABSENT,
    "ctl-403-action7": ACTION,
    "ctl-405-two-ftx-ucm": ONE_TEXT,
    "ctl-413-uci-missing": ABSENT,
    "ctl-414-ucm-no-type": ABSENT,
    "dis-100-rff-order": ORDER,
    "dis-101-prio-unknown": CODE,
    "dis-103-oe-not-first": ORDER,
    "dis-111-subject-2comp": CUT,
    "dis-113-s14-empty": EMPTY_GROUP,
    "dis-149-nad-unknown": UNKNOWN_ROLE,
    "dis-151-dtm-204": MOMENT,
    "dis-156-no-s02": ABSENT,
    "dis-157-extra-group-s03": EARLIER,
    "ref-204-con-typed-sender": KEPT,
    "ref-206-gis-m": CORRECTION,
    "ref-207-two-di": ONE_TEXT,
    "ref-215-cin-h-twice": FURTHER,
    "ref-229-dtm-204": MOMENT,
    "ref-230-dtm-len": MOMENT,
    "ref-235-s07-missing": ABSENT,
    "syn-007-una-other-delims": SERVICE,
    "syn-012-trailing-nul": PADDING,
    "syn-025-bad-release": RELEASE,
    "syn-033-ctrl-char": CONTROL,
    "syn-040-two-messages": SEVERAL,
    "syn-053-time6": MOMENT,
    "syn-054-ack2": CODE,
    "syn-079-unb-missing": NO_HEADER,
    "syn-086-unescaped-colon": CUT,
    "syn-087-unescaped-plus": CUT,
    "syn-088-unb-no-date": MOMENT,
    "syn-089-unb-date-only": MOMENT,
    "syn-094-unh-ref-empty": ABSENT,
}
"""From EDIFACT to XML: other values, unknown codes apart, or another verdict of the layout."""


OF_A_RECEIVER = {"limit", "demand", "refused", "receiver", "letters"}
