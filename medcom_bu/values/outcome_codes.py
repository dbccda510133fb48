"""Why a FHIR message is refused: severity, type and detail of an issue in an OperationOutcome, with Danish words.

Source: FHIR R4, issue-severity, issue-type, operation-outcome; MedCom, terminology 1.4.0,
medcom-acknowledgement-error-codes. The Danish words are ours: neither has any.
"""

from __future__ import annotations

from medcom_bu.values.codes import CodeList


class IssueSeverity(CodeList):
    """How bad it is."""

    FATAL = "fatal", "Fatal", "Fatal fejl"
    ERROR = "error", "Error", "Fejl"
    WARNING = "warning", "Warning", "Advarsel"
    INFORMATION = "information", "Information", "Oplysning"


class IssueType(CodeList):
    """What sort of fault it is."""

    INVALID = "invalid", "Invalid content", "Ugyldigt indhold"
    STRUCTURE = "structure", "Structural issue", "Forkert opbygning"
    REQUIRED = "required", "Required element missing", "Et påkrævet felt mangler"
    VALUE = "value", "Element value invalid", "Et felt har en ugyldig værdi"
    INVARIANT = "invariant", "Validation rule failed", "En regel i standarden er ikke overholdt"
    SECURITY = "security", "Security problem", "Sikkerhedsproblem"
    LOGIN = "login", "Login required", "Login mangler"
    UNKNOWN = "unknown", "Unknown user", "Ukendt bruger"
    EXPIRED = "expired", "Session expired", "Sessionen er udløbet"
    FORBIDDEN = "forbidden", "Forbidden", "Adgang nægtet"
    SUPPRESSED = "suppressed", "Information suppressed", "Oplysninger er tilbageholdt"
    PROCESSING = "processing", "Processing failure", "Behandlingen mislykkedes"
    NOT_SUPPORTED = "not-supported", "Content not supported", "Indholdet understøttes ikke"
    DUPLICATE = "duplicate", "Duplicate", "Findes allerede"
    MULTIPLE_MATCHES = "multiple-matches", "Multiple matches", "Flere mulige match"
    NOT_FOUND = "not-found", "Not found", "Findes ikke"
    DELETED = "deleted", "Deleted", "Er slettet"
    TOO_LONG = "too-long", "Content too long", "Indholdet er for langt"
    CODE_INVALID = "code-invalid", "Invalid code", "Ugyldig kode"
    EXTENSION = "extension", "Unacceptable extension", "En udvidelse kan ikke accepteres"
    TOO_COSTLY = "too-costly", "Operation too costly", "Behandlingen er for krævende"
    BUSINESS_RULE = "business-rule", "Business rule violation", "En forretningsregel er ikke overholdt"
    CONFLICT = "conflict", "Edit version conflict", "Konflikt mellem versioner"
    TRANSIENT = "transient", "Transient issue", "Forbigående problem"
    LOCK_ERROR = "lock-error", "Lock error", "Data er låst"
    NO_STORE = "no-store", "No store available", "Lageret er ikke tilgængeligt"
    EXCEPTION = "exception", "Exception", "Uventet fejl"
    TIMEOUT = "timeout", "Timeout", "Tiden er udløbet"
    INCOMPLETE = "incomplete", "Incomplete results", "Ufuldstændigt resultat"
    THROTTLED = "throttled", "Throttled", "For mange forespørgsler"
    INFORMATIONAL = "informational", "Informational note", "Til orientering"


class MedcomDetail(CodeList):
    """The coded details of an Acknowledgement that MedCom has added. The spelling is theirs."""

    UNKNOWN_RECEIVER = "MSG_Receiver_Identifier_UNKNOWN", "The receiver is unknown", "Modtageren er ukendt"
    NO_RECEIVER = "MSG_Receiver_Identifier_MISSING", "The receiver is missing", "Modtagerens identifikation mangler"
    NOT_TAKEN = (
        "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE",
        "The receiver does not take this type of message",
        "Modtageren kan ikke tage imod denne type meddelelse",
    )
    UNKNOWN_VALUE = (
        "MSG_VALUESET_VALUE_UNKNOWN",
        "A code is not in its value set",
        "En kode findes ikke i sin kodeliste",
    )
    UNKNOWN_CODE = (
        "MSG_CodeSystem_VALUE_UNKNOWN",
        "A code is not in its code system",
        "En kode findes ikke i sit kodesystem",
    )
    TOO_LONG = "MSG_Element_To_Long", "An element is too long", "Et felt er for langt"
    WRONG_TYPE = "MSG_Datatype_Wrong", "A data type is wrong", "Et felt har en forkert datatype"
    NO_MAILBOX = "MSG_Mailbox_Out_Of_Operation", "The mailbox is out of operation", "Postkassen er ude af drift"
    DAMAGED = "MSG_Damaged_durin_transport", "Damaged during transport", "Meddelelsen er beskadiget undervejs"


class FhirDetail(CodeList):
    """The coded details of an Acknowledgement that are FHIR's own."""

    BAD_ID = "MSG_ID_INVALID", "An id is not accepted", "Et id accepteres ikke"
    LONG_ID = "MSG_ID_TOO_LONG", "An id is too long", "Et id er for langt"
    BAD_FORMAT = "MSG_BAD_FORMAT", "Bad format", "Forkert format"
    BAD_SYNTAX = "MSG_BAD_SYNTAX", "Bad syntax", "Forkert syntaks"
    BAD_DATE = "MSG_DATE_FORMAT", "A date is not valid", "En dato er ikke gyldig"
    DUPLICATE_ID = "MSG_DUPLICATE_ID", "An id is used twice", "Et id er brugt to gange"
    INVALID_ID = "MSG_INVALID_ID", "An id is invalid", "Et id er ugyldigt"
    JSON_OBJECT = "MSG_JSON_OBJECT", "A resource is no JSON object", "En ressource er ikke et JSON-objekt"
    LOCAL_FAIL = "MSG_LOCAL_FAIL", "A reference inside the message fails", "En henvisning i meddelelsen kan ikke følges"
    NO_MATCH = "MSG_NO_MATCH", "Nothing matches", "Intet passer"
    NOT_THERE = "MSG_NO_EXIST", "It does not exist", "Det findes ikke"
    NO_SUMMARY = "MSG_NO_SUMMARY", "No summary", "Ingen sammenfatning"
    BAD_PARAMETER = "MSG_PARAM_INVALID", "A parameter is invalid", "En parameter er ugyldig"
    REPEATED_PARAMETER = "MSG_PARAM_NO_REPEAT", "A parameter is repeated", "En parameter er gentaget"
    UNKNOWN_PARAMETER = "MSG_PARAM_UNKNOWN", "A parameter is unknown", "En parameter er ukendt"
    OTHER_ID = "MSG_RESOURCE_ID_MISMATCH", "The ids of a resource differ", "En ressources id'er stemmer ikke overens"
    BAD_RESOURCE = "MSG_RESOURCE_FAIL", "A resource is not accepted", "En ressource accepteres ikke"
    NO_RESOURCE_ID = "MSG_RESOURCE_ID_MISSING", "A resource has no id", "En ressource mangler id"
    NOT_ALLOWED = "MSG_RESOURCE_NOT_ALLOWED", "A resource is not allowed here", "En ressource må ikke stå her"
    NO_RESOURCE = "MSG_RESOURCE_REQUIRED", "A resource is missing", "En ressource mangler"
    OTHER_TYPE = "MSG_RESOURCE_TYPE_MISMATCH", "A resource is of another type", "En ressource er af en anden type"
    DUPLICATE_IN_MESSAGE = "MSG_TRANSACTION_DUPLICATE_ID", "An id occurs twice", "Et id står to gange i meddelelsen"
    NO_ID_IN_MESSAGE = "MSG_TRANSACTION_MISSING_ID", "An id is missing", "Et id mangler i meddelelsen"
    UNKNOWN_TYPE = "MSG_UNKNOWN_TYPE", "A type of resource is unknown", "En ressourcetype er ukendt"
    VERSIONED = "MSG_VERSION_AWARE", "A version must be named", "Versionen skal angives"
    VERSION_CONFLICT = "MSG_VERSION_AWARE_CONFLICT", "The versions conflict", "Versionerne er i konflikt"
    VERSION_ADDRESS = "MSG_VERSION_AWARE_URL", "The address must name a version", "Adressen skal angive en version"
    WRONG_NAMESPACE = "MSG_WRONG_NS", "The wrong namespace", "Forkert navnerum"
