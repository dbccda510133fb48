"""The vocabulary of FHIR R4: which types there are, and what the values of primitives look like.

Written by ``python -m tests.regenerate`` from the definitions of R4: change nothing by hand. ``model.r4`` reads it.
"""

VERSION = "4.0.1"
"""The version of FHIR."""

DOMAIN_RESOURCES = """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic
    BiologicallyDerivedProduct BodyStructure CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
    ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
    CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
    DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
    FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
    Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
    MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
    MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
    MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
    Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
    Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure
    Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
    ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
    SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription
    Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
    SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities
    TestReport TestScript ValueSet VerificationResult VisionPrescription
"""
"""The types of resource that may have a narrative and contain others."""

OTHER_RESOURCES = """
    Binary Bundle Parameters
"""
"""The types of resource that have neither."""

COMPLEX_TYPES = {
    "Address": "Element",
    "Age": "Quantity",
    "Annotation": "Element",
    "Attachment": "Element",
    "BackboneElement": "Element",
    "CodeableConcept": "Element",
    "Coding": "Element",
    "ContactDetail": "Element",
    "ContactPoint": "Element",
    "Contributor": "Element",
    "Count": "Quantity",
    "DataRequirement": "Element",
    "Distance": "Quantity",
    "Dosage": "BackboneElement",
    "Duration": "Quantity",
    "Element": "",
    "ElementDefinition": "BackboneElement",
    "Expression": "Element",
    "Extension": "Element",
    "HumanName": "Element",
    "Identifier": "Element",
    "MarketingStatus": "BackboneElement",
    "Meta": "Element",
    "Money": "Element",
    "Narrative": "Element",
    "ParameterDefinition": "Element",
    "Period": "Element",
    "Population": "BackboneElement",
    "ProdCharacteristic": "BackboneElement",
    "ProductShelfLife": "BackboneElement",
    "Quantity": "Element",
    "Range": "Element",
    "Ratio": "Element",
    "Reference": "Element",
    "RelatedArtifact": "Element",
    "SampledData": "Element",
    "Signature": "Element",
    "SubstanceAmount": "BackboneElement",
    "Timing": "BackboneElement",
    "TriggerDefinition": "Element",
    "UsageContext": "Element",
}
"""Data type -> the type that it is a kind of."""

PRIMITIVE_TYPES = r"""
base64Binary Element - - - (\s*([0-9a-zA-Z\+/=]){4}\s*)+
boolean Element - - - true|false
canonical uri - - - \S*
code string - - - [^\s]+(\s[^\s]+)*
date Element - - - ([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))?)?
dateTime Element - - - ([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])(T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?
decimal Element - - - -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
id string - - - [A-Za-z0-9\-\.]{1,64}
instant Element - - - ([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)-(0[1-9]|1[0-2])-(0[1-9]|[1-2][0-9]|3[0-1])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))
integer Element -2147483648 2147483647 - -?([0]|([1-9][0-9]*))
markdown string - - - [ \r\n\t\S]+
oid uri - - - urn:oid:[0-2](\.(0|[1-9][0-9]*))+
positiveInt integer - - - [1-9][0-9]*
string Element - - 1048576 [ \r\n\t\S]+
time Element - - - ([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?
unsignedInt integer - - - [0]|([1-9][0-9]*)
uri Element - - - \S*
url uri - - - \S*
uuid uri - - - urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
xhtml Element - - - -
"""  # noqa: E501
"""A primitive type a line: its name, the type that it is a kind of, its least and its greatest value, the greatest
length, and its pattern; ``-`` where R4 says nothing."""

CHOICES = """
    abatement additive age allowed amount answer asNeeded author born bounds characteristic chargeItem code
    collected content created date deceased defaultValue definingSubstance definition detail diagnosis dose
    doseNumber due duration effective entity event example fastingStatus fixed identified indication instances item
    legallyBinding location manufacturer maxValue medication minValue minimumVolume module multipleBirth name
    occurred occurrence offset onset participantEffective pattern performed probability procedure product quantity
    rate reported scheduled seriesDoses serviced source start statusReason studyEffective subject substance target
    time timing topic used value when
"""
"""The elements that are written ``name[x]``: the JSON name has the type behind it."""

CHOICE_TYPES = """
    Address Age Annotation Attachment CodeableConcept Coding ContactDetail ContactPoint Contributor Count
    DataRequirement Distance Dosage Duration Expression HumanName Identifier Meta Money ParameterDefinition Period
    Quantity Range Ratio Reference RelatedArtifact SampledData Signature Timing TriggerDefinition UsageContext
    base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string
    time unsignedInt uri url uuid
"""
"""The types that a choice may have."""
