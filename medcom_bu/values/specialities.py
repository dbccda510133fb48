"""The specialities of senders, as data; see ``codes`` for how a member is written.

Source: MedCom's XML schemas; for EDIFACT's codes Den gode XML MEDBIN, 2020, pages 21-27; Den gode XML korrespondance,
2018, pages 24-28; Den gode kiropraktorepikrise, 2015, pages 31-35.
"""

from __future__ import annotations

from medcom_bu.values.codes import DEFAULT, CodeList, Edifact


class MedicalSpecialityCode(CodeList):
    """Speciality of a sender. The 23 members after :attr:`PSYCHOLOGIST` are new: older receivers may refuse them."""

    NOT_CLASSIFIED = "ikkeklassificeret", "Not classified", "Ikke klassificeret", Edifact("99"), DEFAULT
    INTERNAL_MEDICINE_HOSPITAL = (
        "intern_medicin_sygehus",
        "Internal medicine, hospital",
        "Intern medicin, sygehus",
        Edifact("1"),
    )
    GERIATRICS = "geriatri", "Geriatrics", "Geriatri", Edifact("2")
    HEPATOLOGY = "hepatologi", "Hepatology", "Hepatologi", Edifact("3")
    HAEMATOLOGY = "haematologi", "Haematology", "Hæmatologi", Edifact("4")
    INFECTIOUS_DISEASES = "infektionsmedicin", "Infectious diseases", "Infektionsmedicin", Edifact("5")
    CARDIOLOGY = "kardiologi", "Cardiology", "Kardiologi", Edifact("6")
    ALLERGOLOGY = "med_allergologi", "Allergology", "Medicinsk allergologi", Edifact("7")
    ENDOCRINOLOGY = "med_endokrinologi", "Endocrinology", "Medicinsk endokrinologi", Edifact("8")
    GASTROENTEROLOGY_MEDICAL = (
        "med_gastroenterologi",
        "Gastroenterology, medical",
        "Medicinsk gastroenterologi",
        Edifact("9"),
    )
    RESPIRATORY_MEDICINE = "med_lungesygdomme", "Respiratory medicine", "Medicinske lungesygdomme", Edifact("10")
    NEPHROLOGY = "nefrologi", "Nephrology", "Nefrologi", Edifact("11")
    RHEUMATOLOGY = "reumatologi", "Rheumatology", "Reumatologi", Edifact("12")
    DERMATO_VENEREOLOGY_HOSPITAL = (
        "dermato_venerologi_sygehus",
        "Dermato-venereology, hospital",
        "Dermato-venerologi, sygehus",
        Edifact("18"),
    )
    NEUROLOGY = "neurologi", "Neurology", "Neurologi", Edifact("20")
    ONCOLOGY = "onkologi", "Oncology", "Onkologi", Edifact("22")
    SURGERY_HOSPITAL = "kirurgi_sygehus", "Surgery, hospital", "Kirurgi, sygehus", Edifact("30")
    VASCULAR_SURGERY = "karkirurgi", "Vascular surgery", "Karkirurgi", Edifact("31")
    GASTROENTEROLOGY_SURGICAL = (
        "kir_gastroenterologi",
        "Gastroenterology, surgical",
        "Kirurgisk gastroenterologi",
        Edifact("32"),
    )
    PLASTIC_SURGERY = "plastikkirurgi", "Plastic surgery", "Plastikkirurgi", Edifact("33")
    THORACIC_SURGERY = "thoraxkirurgi", "Thoracic surgery", "Thoraxkirurgi", Edifact("34")
    UROLOGY = "urologi", "Urology", "Urologi", Edifact("35")
    GYNAECOLOGY_AND_OBSTETRICS_HOSPITAL = (
        "gynaekologi_obstetrik_sygehus",
        "Gynaecology and obstetrics, hospital",
        "Gynækologi og obstetrik, sygehus",
        Edifact("38"),
    )
    NEUROSURGERY = "neurokirurgi", "Neurosurgery", "Neurokirurgi", Edifact("40")
    ORTHOPAEDIC_SURGERY_HOSPITAL = (
        "ortopaedisk_kirurgi_sygehus",
        "Orthopaedic surgery, hospital",
        "Ortopædisk kirurgi, sygehus",
        Edifact("42"),
    )
    OPHTHALMOLOGY = "oftalmologi", "Ophthalmology", "Oftalmologi", Edifact("44")
    EAR_NOSE_AND_THROAT = "oto_rhino_laryngologi", "Ear, nose and throat", "Oto-rhino-laryngologi", Edifact("46")
    HOSPITAL_DENTISTRY = "hospitalsodontologi", "Hospital dentistry", "Hospitalsodontologi", Edifact("48")
    PSYCHIATRY_HOSPITAL = "psykiatri_sygehus", "Psychiatry, hospital", "Psykiatri, sygehus", Edifact("50")
    CHILD_AND_ADOLESCENT_PSYCHIATRY = (
        "boerne_ungdomspsykiatri",
        "Child and adolescent psychiatry",
        "Børne- og ungdomspsykiatri",
        Edifact("52"),
    )
    CLINICAL_BIOCHEMISTRY = "klin_biokemi", "Clinical biochemistry", "Klinisk biokemi", Edifact("60")
    CLINICAL_PHYSIOLOGY_AND_NUCLEAR_MEDICINE = (
        "klin_fys_nuklearmedicin",
        "Clinical physiology and nuclear medicine",
        "Klinisk fysiologi og nuklearmedicin",
        Edifact("61"),
    )
    CLINICAL_IMMUNOLOGY = "klin_immunologi", "Clinical immunology", "Klinisk immunologi", Edifact("62")
    CLINICAL_MICROBIOLOGY = "klin_mikrobiologi", "Clinical microbiology", "Klinisk mikrobiologi", Edifact("63")
    CLINICAL_NEUROPHYSIOLOGY = (
        "klin_neurofysiologi",
        "Clinical neurophysiology",
        "Klinisk neurofysiologi",
        Edifact("64"),
    )
    PATHOLOGICAL_ANATOMY = "patologisk_anatomi", "Pathological anatomy", "Patologisk anatomi", Edifact("65")
    DIAGNOSTIC_RADIOLOGY = "diagnostisk_radiologi", "Diagnostic radiology", "Diagnostisk radiologi", Edifact("66")
    CLINICAL_PHARMACOLOGY = "klin_farmakologi", "Clinical pharmacology", "Klinisk farmakologi", Edifact("67")
    CLINICAL_GENETICS = "klin_genetik", "Clinical genetics", "Klinisk genetik", Edifact("68")
    ANAESTHESIOLOGY_HOSPITAL = (
        "anaestesiologi_sygehus",
        "Anaesthesiology, hospital",
        "Anæstesiologi, sygehus",
        Edifact("84"),
    )
    OCCUPATIONAL_MEDICINE = "arbejdsmedicin", "Occupational medicine", "Arbejdsmedicin", Edifact("86")
    GENERAL_MEDICINE = "almen_medicin", "General medicine", "Almen medicin", Edifact("90")
    SOCIAL_MEDICINE = "samfundsmedicin", "Social medicine", "Samfundsmedicin", Edifact("91")
    GENERAL_PRACTITIONER_OR_OUT_OF_HOURS_DOCTOR = (
        "almenlaege_laegevagt",
        "General practitioner or out-of-hours doctor",
        "Almen læge, lægevagt",
        Edifact("580"),
    )
    EYE_SPECIALIST = "oejenlaege", "Eye specialist", "Øjenlæge", Edifact("1519")
    EAR_NOSE_AND_THROAT_SPECIALIST = (
        "oere_naese_halslaege",
        "Ear, nose and throat specialist",
        "Øre-næse-halslæge",
        Edifact("2021"),
    )
    ANAESTHESIOLOGY_PRACTICE = (
        "anaestesiologi_praksis",
        "Anaesthesiology, practice",
        "Anæstesiologi, praksis",
        Edifact("2501"),
    )
    X_RAY_COPENHAGEN = "roentgen_kbh", "X-ray, Copenhagen", "Røntgen, København", Edifact("2503")
    DERMATO_VENEREOLOGY_PRACTICE = (
        "dermato_venerologi_praksis",
        "Dermato-venereology, practice",
        "Dermato-venerologi, praksis",
        Edifact("2504"),
    )
    X_RAY = "roentgen", "X-ray", "Røntgen", Edifact("2505")
    RHEUMATOLOGY_AND_PHYSICAL_MEDICINE = (
        "reumatologi_fysiurgi",
        "Rheumatology and physical medicine",
        "Reumatologi og fysiurgi",
        Edifact("2506"),
    )
    GYNAECOLOGY_AND_OBSTETRICS_PRACTICE = (
        "gynaekologi_obstetrik_praksis",
        "Gynaecology and obstetrics, practice",
        "Gynækologi og obstetrik, praksis",
        Edifact("2507"),
    )
    INTERNAL_MEDICINE_PRACTICE = (
        "intern_medicin_praksis",
        "Internal medicine, practice",
        "Intern medicin, praksis",
        Edifact("2508"),
    )
    SURGERY_PRACTICE = "kirurgi_praksis", "Surgery, practice", "Kirurgi, praksis", Edifact("2509")
    CLINICAL_CHEMISTRY = "klinisk_kemi", "Clinical chemistry", "Klinisk kemi", Edifact("2511")
    NEUROLOGY_PRACTICE = "neuromedicin", "Neurology, practice", "Neuromedicin", Edifact("2518")
    ORTHOPAEDIC_SURGERY_PRACTICE = (
        "ortopaedisk_kirurgi_praksis",
        "Orthopaedic surgery, practice",
        "Ortopædisk kirurgi, praksis",
        Edifact("2520"),
    )
    PATHOLOGY = "patologi", "Pathology", "Patologi", Edifact("2522")
    PLASTIC_SURGERY_PRACTICE = "plastkirurgi", "Plastic surgery, practice", "Plastikkirurgi, praksis", Edifact("2523")
    PSYCHIATRY_PRACTICE = "psykiatri_praksis", "Psychiatry, practice", "Psykiatri, praksis", Edifact("2524")
    PAEDIATRICS_PRACTICE = "paediatri", "Paediatrics, practice", "Pædiatri", Edifact("2525")
    CHILD_PSYCHIATRY = "boernepsykiatri", "Child psychiatry", "Børnepsykiatri", Edifact("2526")
    TROPICAL_MEDICINE = "tropemedicin", "Tropical medicine", "Tropemedicin", Edifact("2528")
    DENTIST = "tandlaege", "Dentist", "Tandlæge", Edifact("4050")
    PHYSIOTHERAPY = "fysioterapi", "Physiotherapy", "Fysioterapi", Edifact("4551")
    CHIROPRACTOR = "kiropraktor", "Chiropractor", "Kiropraktor", Edifact("5053")
    SPECTACLES = "briller", "Spectacles", "Briller", Edifact("5552")
    PODIATRY = "fodterapi", "Podiatry", "Fodterapi", Edifact("6054")
    FOOT_CARE = "fodbehandlking", "Foot care", "Fodbehandling", Edifact("6055")
    MEDICAL_LABORATORIES = "med_laboratorier", "Medical laboratories", "Medicinske laboratorier", Edifact("7045")
    REGIONAL_LABORATORIES = "omegnslaboratorier", "Regional laboratories", "Omegnslaboratorier", Edifact("7046")
    PSYCHOLOGIST = "psykolog", "Psychologist", "Psykolog", Edifact("9463")
    ACUTE = "akut", "Acute", "Akut", Edifact("15")
    GENERAL_PRACTITIONER_OUT_OF_HOURS_HOME_VISITS = (
        "almenlaege_vagtkoersel",
        "GP, out-of-hours home visits",
        "Almen læge, vagtkørsel",
        Edifact("0581"),
    )
    GENERAL_PRACTITIONER_OUT_OF_HOURS_HELP = (
        "almenlaege_vagtlaegehjaelp",
        "GP, out-of-hours help",
        "Almen læge, vagtlægehjælp",
        Edifact("0582"),
    )
    MIXED = "blandet", "Mixed", "Blandet", Edifact("00")
    PODIATRY_ARTHRITIS = "fodterapi_leddegigt", "Podiatry, arthritis", "Fodterapi, leddegigt", Edifact("6060")
    PODIATRY_RADIATION = "fodterapi_radioaktiv", "Podiatry, after radiation", "Fodterapi, radioaktiv", Edifact("6059")
    PHYSIOTHERAPY_HOSPITAL = "fysioterapi_sygehus", "Physiotherapy, hospital", "Fysioterapi, sygehus", Edifact("98")
    PHYSIOTHERAPY_FREE_OF_CHARGE = (
        "fysioterapi_vederlagsfri",
        "Physiotherapy free of charge",
        "Vederlagsfri fysioterapi",
        Edifact("4562"),
    )
    CHIROPRACTOR_64 = "kiropraktor_64", "Chiropractor, number 64", "Kiropraktor (64)", Edifact("5064")
    MEDICAL_LABORATORY_KPLL = (
        "med_laboratorier_kpll",
        "Medical laboratory KPLL",
        "Medicinsk laboratorium, KPLL",
        Edifact("7044"),
    )
    MEDICAL_LABORATORY_SSI = (
        "med_laboratorier_ssi",
        "Medical laboratory SSI",
        "Medicinsk laboratorium, SSI",
        Edifact("7048"),
    )
    NEUROSURGERY_PRACTICE = "neurokirurgi_praksis", "Neurosurgery, practice", "Neurokirurgi, praksis", Edifact("2517")
    PAEDIATRICS_HOSPITAL = "paediatri_sygehus", "Paediatrics, hospital", "Pædiatri, sygehus", Edifact("80")
    PALLIATIVE_CARE = "palliativ", "Palliative care", "Palliativ", Edifact("14")
    FORENSIC_MEDICINE = "retsmedicin", "Forensic medicine", "Retsmedicin", Edifact("92")
    RIDING_THERAPY = "ridefysioterapi", "Riding therapy", "Ridefysioterapi", Edifact("4557")
    RIDING_THERAPY_FREE_OF_CHARGE = (
        "ridefysioterapi_vederlagsfri",
        "Riding therapy free of charge",
        "Vederlagsfri ridefysioterapi",
        Edifact("4565"),
    )
    SEXOLOGY = "sexologi", "Sexology", "Sexologi", Edifact("39")
    DENTAL_HYGIENISTS = "tandplejere", "Dental hygienists", "Tandplejere", Edifact("4049")
    TEDDY = "teddy", "Teddy Øfeldt", "Teddy Øfeldt", Edifact("4658")
    OUT_OF_HOURS_DOCTOR = "vagtlaege", "Out-of-hours doctor", "Vagtlæge", Edifact("1080")
    OUT_OF_HOURS_MEDICAL_HELP = "vagtlaegehjaelp", "Out-of-hours medical help", "Vagtlægehjælp", Edifact("1083")
    OUT_OF_HOURS_MEDICAL_HELP_COPENHAGEN = (
        "vagtlaegehjaelp_kbh",
        "Out-of-hours medical help, Copenhagen",
        "Vagtlægehjælp, København",
        Edifact("1082"),
    )


_ALL = tuple(MedicalSpecialityCode)
NEWER_SPECIALITIES = frozenset(_ALL[_ALL.index(MedicalSpecialityCode.PSYCHOLOGIST) + 1 :])
"""Those that MedCom added in 2012 and 2015. MedCom's converter refuses them."""
