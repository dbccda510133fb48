"""Strategies for ehmiSBDH envelopes: with bytes inside, valid, every element and attribute in and out."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from medcom_bu.messages.standard_business_document import (
    AUTHORITY,
    GLN_PREFIX,
    BinaryContent,
    BusinessScope,
    BusinessService,
    BusinessServiceName,
    ContentEncoding,
    CorrelationInformation,
    DocumentIdentification,
    DocumentScope,
    DocumentStandard,
    MimeType,
    Partner,
    PartnerIdentification,
    ScopeType,
    ServiceTransaction,
    StandardBusinessDocument,
    StandardBusinessDocumentHeader,
    TransactionType,
)
from medcom_bu.testing.value_strategies import texts
from medcom_bu.values.base64 import Base64


def business_documents() -> st.SearchStrategy[StandardBusinessDocument]:
    """StandardBusinessDocuments with bytes inside that are not a message: the report on one is not complete."""
    header = st.builds(
        StandardBusinessDocumentHeader,
        header_version=st.sampled_from(["1.0", ""]),
        sender=_partner(),
        receiver=_partner(),
        document_identification=_identification(),
        business_scope=st.builds(BusinessScope, scope=st.lists(_scope(), max_size=4).map(tuple)),
    )
    content = st.builds(
        BinaryContent,
        data=st.binary(min_size=1, max_size=200).map(lambda data: Base64(b"\1" + data)),
        mime_type=st.sampled_from(MimeType),
        encoding=st.none() | st.sampled_from(ContentEncoding),
    )
    return st.builds(StandardBusinessDocument, standard_business_document_header=header, binary_content=content)


def _text() -> st.SearchStrategy[str]:
    return st.just("") | texts(300)


def _time() -> st.SearchStrategy[str]:
    """A time, in some of them with the white space that XML Schema takes out."""
    moment = st.datetimes(min_value=datetime(1000, 1, 1)).map(datetime.isoformat)
    return st.builds(str.__add__, moment, st.sampled_from(["", "Z", "+02:00"])) | moment.map(
        lambda text: f"\n  {text} "
    )


def _partner() -> st.SearchStrategy[Partner]:
    number = st.integers(0, 10**13 - 1).map(lambda n: f"{GLN_PREFIX}{n:013}")
    identifier = st.builds(PartnerIdentification, text=number | _text(), authority=st.sampled_from([AUTHORITY, None]))
    return st.builds(Partner, identifier=identifier)


def _identification() -> st.SearchStrategy[DocumentIdentification]:
    return st.builds(
        DocumentIdentification,
        standard=st.sampled_from(DocumentStandard),
        type_version=_text(),
        instance_identifier=st.uuids(allow_nil=False).map(str) | _text(),
        type=st.just("Bundle") | _text(),
        multiple_type=st.sampled_from([None, "false"]),
        creation_date_and_time=_time(),
    )


def _scope() -> st.SearchStrategy[DocumentScope]:
    correlation = st.builds(
        CorrelationInformation,
        requesting_document_creation_date_time=_time(),
        requesting_document_instance_identifier=_text(),
        expected_response_date_time=_time(),
    )
    service = st.builds(
        BusinessService,
        business_service_name=st.sampled_from(BusinessServiceName),
        service_transaction=_transaction(),
    )
    return st.builds(
        DocumentScope,
        type=st.sampled_from(ScopeType),
        instance_identifier=_text(),
        identifier=st.sampled_from(["dk-medcom-messaging", "dk-medcom-DocumentReference", ""]),
        scope_information=st.lists(correlation | service, max_size=3).map(tuple),
    )


def _transaction() -> st.SearchStrategy[ServiceTransaction]:
    flag, zero = st.sampled_from([None, "false"]), st.sampled_from([None, "0"])
    return st.builds(
        ServiceTransaction,
        type_of_service_transaction=st.none() | st.sampled_from(TransactionType),
        is_non_repudiation_required=flag,
        is_authentication_required=flag,
        is_non_repudiation_of_receipt_required=flag,
        is_intelligible_check_required=flag,
        is_application_error_response_requested=flag,
        time_to_acknowledge_receipt=st.sampled_from([None, "600000"]),
        time_to_acknowledge_acceptance=zero,
        time_to_perform=zero,
        recurrence=zero,
    )
