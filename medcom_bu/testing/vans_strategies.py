"""Strategies for VANSEnvelopes: with a message inside, and the receipts for one."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from medcom_bu.messages.envelopes import (
    DocumentFormat,
    EndPoint,
    EndPointType,
    MetaInformation,
    NegativeMessage,
    NegativeVans,
    PositiveMessage,
    Processing,
    ServiceTag,
    TransportType,
    VansDocument,
    VansEnvelope,
    VansError,
    VansMessage,
    VansReceipt,
    VansTransport,
)
from medcom_bu.testing.value_strategies import texts
from medcom_bu.values.base64 import Base64


def envelopes() -> st.SearchStrategy[VansEnvelope]:
    """VANSEnvelopes with bytes inside, and the three receipts for one: valid, every element in and out.

    The bytes are declared as binary: nothing judges them, so the report on such an envelope is not complete.
    """
    number = st.uuids(allow_nil=False).map(str)
    end = st.builds(EndPoint, text=_token(18), type=st.sampled_from([EndPointType.VANS, EndPointType.COMPANY_NUMBER]))
    sent = st.datetimes(min_value=datetime(1000, 1, 1)).map(datetime.isoformat)
    original = {"original_envelope_identifier": number, "original_message": _meta_information()}
    error = st.builds(VansError, code=st.none() | st.integers(1).map(str), description=texts(512))
    outcome = st.one_of(
        st.builds(PositiveMessage, **original),
        st.builds(NegativeMessage, error=error, **original),
        st.builds(NegativeVans, error=error, **original),
        st.builds(NegativeVans, error=error, original_envelope_identifier=number),
    )
    return st.builds(
        VansEnvelope,
        sender_id=end,
        receiver_id=end,
        envelope_identifier=number,
        sent_date_time=st.builds(str.__add__, sent, st.sampled_from(["", "Z", "+02:00", "-11:30"])),
        content=_vans_message() | st.builds(VansReceipt, outcome=outcome),
    )


def _token(longest: int) -> st.SearchStrategy[str]:
    """Text of which a schema that collapses white space sees ``longest`` characters at most."""
    return st.text("0123456789AZaz", min_size=1, max_size=longest).flatmap(
        lambda text: st.sampled_from([text, f" {text}\n"])
    )


def _meta_information() -> st.SearchStrategy[MetaInformation]:
    document = st.builds(
        VansDocument,
        format=st.sampled_from(DocumentFormat),
        name=texts(255),
        version=st.none() | texts(255),
        size_in_bytes=st.integers(-(2**31), 2**31 - 1).map(str),
    )
    tag = st.builds(ServiceTag, name=texts(70), text=texts(70))
    transport = st.builds(
        VansTransport,
        type=st.none() | st.sampled_from(TransportType),
        transform_message=st.sampled_from(["true", "false", "0", "1", " true "]),
        service_tag=st.lists(tag, max_size=5).map(tuple),
    )
    processing = st.builds(Processing, provider_identifier=texts(255), service_identifier=texts(255))
    return st.builds(
        MetaInformation,
        identifier=st.uuids(allow_nil=False).map(str),
        processing=st.none() | processing,
        document=document,
        transport=st.none() | transport,
    )


@st.composite
def _vans_message(draw: st.DrawFn) -> VansMessage:
    content, meta = draw(st.binary(min_size=1, max_size=200)), draw(_meta_information())
    document = meta.document.replace(
        format=DocumentFormat.BINARY,
        size_in_bytes=draw(st.sampled_from(["{}", " {} ", "+{}", "0{}"])).format(len(content)),
    )
    return VansMessage(meta_information=meta.replace(document=document), data=Base64(content))
