"""What vendors' tests are given: samples of every type and version, each valid, the same at every call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import medcom_bu
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing import assert_valid, fhir_samples, samples


def test_the_fixture_has_each_type_and_version(medcom_samples: Mapping[str, Any]) -> None:
    assert set(medcom_samples) == {*samples(), "CareCommunication/5.0", "CareCommunication/4.0", "Acknowledgement/2.0"}
    for message in medcom_samples.values():
        if isinstance(message, Emessage):
            assert_valid(medcom_bu.to_xml(message))
        else:
            assert_valid(medcom_bu.to_fhir(message))
            assert_valid(medcom_bu.to_fhir(message, "xml"))
            assert medcom_bu.validate(message).complete


def test_fhir_samples_are_the_same_each_time() -> None:
    assert fhir_samples() == fhir_samples()
    versions = [getattr(message, "version", None) for message in fhir_samples().values()]
    assert versions == ["5.0", "4.0", None]
