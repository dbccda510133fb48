"""What the persons of the synthetic cases write, in Danish: made up, and as a psychologist, a doctor or a clinic would.

``{name}`` is the child's given name, ``{he}``, ``{him}`` and ``{his}`` its pronouns, ``{He}`` where a sentence begins;
``{theme}`` is what the child is referred for.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Theme:
    """What a child is referred for. ``code`` is an SKS code that is suspected; empty for mere observation."""

    code: str
    ages: tuple[int, int]
    subject: str
    reasons: tuple[str, ...]
    symptoms: tuple[str, ...]
    functioning: tuple[str, ...]
    findings: tuple[str, ...]
    observations: tuple[str, ...]


THEMES = (
    Theme(
        "DF90",
        (7, 13),
        "Uro og opmærksomhed",
        (
            "Mistanke om ADHD. Udredning ønskes.",
            "Udredning for ADHD ønskes.\nVedvarende uopmærksomhed, uro og impulsivitet hjemme og i skolen.",
        ),
        (
            "{name} er let at aflede, mister tråden i fælles beskeder og rejser sig ofte. {He} svarer, før {he} er "
            "spurgt, og kommer i konflikt i frikvartererne.",
            "Svært ved at komme i gang og blive færdig. Glemmer bøger og aftaler. Uroen har været der siden 0. klasse.",
        ),
        (
            "Klarer morgenrutinen med billedstøtte. Lektier tager hele eftermiddagen. Spiser og sover alderssvarende.",
            "Går til svømning en gang om ugen, hvor der er en fast voksen. Få legeaftaler det seneste år.",
        ),
        (
            "WISC-V: jævn profil inden for normalområdet, lavere arbejdshukommelse og forarbejdningshastighed.",
            "Skalaer for opmærksomhed udfyldt af lærer og forældre: tydeligt forhøjet begge steder.",
        ),
        (
            "{name} forlod sin plads fire gange i en lektion.",
            "Med skærm om bordet arbejdede {name} ti minutter ad gangen.",
            "Konflikt i frikvarteret om reglerne i et boldspil; løst med en voksen.",
            "God dag: {name} nåede begge opgaver og var stolt af det.",
        ),
    ),
    Theme(
        "DF84",
        (6, 14),
        "Trivsel og samspil",
        (
            "Mistanke om autismespektrumforstyrrelse. Udredning ønskes.",
            "Udredning for autisme ønskes.\nVanskeligheder i socialt samspil og stort behov for forudsigelighed.",
        ),
        (
            "{name} leger ved siden af de andre børn og søger sjældent kontakt. Skift i planen giver gråd eller "
            "fastlåsthed i op til en time. Overfølsom for lyde og for sømme i tøjet.",
            "Taler gerne og længe om tog og køreplaner. Forstår ironi bogstaveligt. Øjenkontakten er sparsom.",
        ),
        (
            "Behov for støtte ved bad og påklædning. Spiser få slags mad. Sover dårligt før dage med noget nyt.",
            "Trives i små grupper med kendte voksne. Helt udmattet efter skole og går på sit værelse.",
        ),
        (
            "WPPSI/WISC: ujævn profil med styrker i det visuelle og vanskeligheder i den sociale forståelse.",
            "Observation i klassen to gange: lidt gensidighed, følger regler nøje, søger voksne frem for børn.",
        ),
        (
            "Vikar i to timer: {name} sad under bordet, til den kendte pædagog kom.",
            "{name} fulgte dagens plan, efter at skiftene var vist med piktogrammer.",
            "Ved fællessang holdt {name} sig for ørerne og gik ud med støtte.",
            "{name} fortalte klassen om køreplaner og blev mødt med interesse.",
        ),
    ),
    Theme(
        "DF41",
        (10, 17),
        "Skolefravær og angst",
        (
            "Mistanke om angst med skolefravær. Udredning og behandling ønskes.",
            "Bekymrende skolefravær og angst.\nKommunens tilbud er afprøvet uden tilstrækkelig effekt.",
        ),
        (
            "{name} har ondt i maven om morgenen og kan ikke komme ud ad døren. {He} beskriver hjertebanken, og at "
            "tankerne kører i ring. Uden for hjemmet følges {he} af en forælder.",
            "Bekymrer sig om sygdom og om, at der skal ske forældrene noget. Græder ved adskillelse.",
        ),
        (
            "Har mødt fire dage de seneste seks uger. Ser en enkelt ven, som kommer hjem til familien.",
            "Døgnrytmen er forskudt. Klarer hygiejne og måltider hjemme. Fritidsaktiviteter er indstillet.",
        ),
        (
            "Spørgeskema om angst: forhøjet for separation og generaliseret angst.",
            "Kognitivt forløb i gruppe, otte gange: deltog i fem, nogen bedring i søvnen.",
        ),
        (
            "{name} nåede til skolens parkeringsplads og vendte om.",
            "En time i skolens lille rum med kontaktlæreren; gik godt.",
            "Afbud fra hjemmet om morgenen, mavepine.",
            "{name} deltog online i dansktimen med kameraet slukket.",
        ),
    ),
    Theme(
        "",
        (13, 17),
        "Tristhed og isolation",
        (
            "Observation for depression. Vurdering ønskes.",
            "Tristhed, tilbagetrækning og tab af lyst gennem et halvt år.\nIngen akut fare. Udredning ønskes.",
        ),
        (
            "{name} er trist det meste af dagen, sover for lidt og har tabt interessen for musik, som {he} var glad "
            "for. {He} siger, at alt er lige meget.",
            "Træt, grådlabil og selvkritisk. Karaktererne er faldet. Holder sig fra vennerne siden sommer.",
        ),
        (
            "Passer skolen tre af fem dage. Skal mindes om måltider. Bruger aftenerne alene på værelset.",
            "Har droppet fritidsjobbet. Familien spiser sammen, men {name} siger kun lidt.",
        ),
        (
            "Spørgeskema om depression: i det moderate område ved to målinger med seks uger imellem.",
            "Fem samtaler i kommunens lettilgængelige tilbud; aftaler om søvn og aktivitet blev kun delvist holdt.",
        ),
        (
            "{name} sad med jakken på hele dagen og svarede kort.",
            "Samtale med vejleder: {name} græd, men tog imod tilbud om en fast tid.",
            "{name} mødte til to lektioner og gik hjem med hovedpine.",
            "{name} smilede til en klassekammerat i gruppearbejdet.",
        ),
    ),
)

DEVELOPMENT = (
    "Graviditet og fødsel uden komplikationer. Gik, da {he} var 13 måneder. Sproget kom til tiden.",
    "Født tre uger før termin. Sen sproglig udvikling; talepædagog fra {he} var tre år. Motorisk alderssvarende.",
    "Alderssvarende udvikling frem til skolestart ifølge forældrene.",
)
FAMILY = (
    "Bor med begge forældre og en lillesøster.",
    "Forældrene er skilt; {name} bor en uge hos hver. Samarbejdet er godt.",
    "Bor med mor. Ser far hver anden weekend. Mormor er en stor støtte.",
)
NETWORK = (
    "En nær ven fra børnehaven og en fætter på samme alder.",
    "Få jævnaldrende. Taler mest med andre over nettet om spil.",
)
EFFORTS = (
    "PPR-forløb i foråret: faste pauser, visuel struktur, forældrevejledning.",
    "Lettilgængeligt tilbud, fem samtaler. Nedsat skema i otte uger. Netværksmøde med skole og forældre.",
    "Inklusionspædagog ti timer om ugen i et halvt år. Sparring til klassens lærere.",
)
MEASURES = ("Ingen.", "Støttekontaktperson fire timer om ugen. Handleplan fra august, følges op hvert kvartal.")
SCHOOL_STATEMENTS = (
    "Fagligt på niveau i matematik, bagud i skriftlig fremstilling. Trives bedst i faste rammer.",
    "Skolen ser de samme vanskeligheder som hjemmet og har tilpasset skema og krav.",
)
RISK = (
    "Ingen selvmordstanker ved samtalen; der er spurgt direkte.",
    "Passive dødsønsker i efteråret, ingen planer. Forældrene er orienteret og holder øje.",
)
SELF_HARM = ("Ingen.", "Har kradset sig på armene to gange, senest for to måneder siden.")
SOMATIC = ("Rask. Normalt syn og normal hørelse.", "Astma, velbehandlet. Vækst følger kurven.")
ALLERGIES = ("Ingen kendte.", "Penicillin: udslæt.")
MEDICINES = (("Melatonin, eksempelpræparat", "3 mg til natten"), ("Inhalationsspray, eksempelpræparat", "ved behov"))
SCHOOLS = ("Eksempelskolen", "Prøveskolen", "Skolen ved Testsøen", "Fiktivby Friskole")
STREETS = ("Eksempelvej", "Prøvevænget", "Teststien", "Fiktivgade")

MUNICIPALITIES = ("Eksempel Kommune", "Prøvestad Kommune", "Fiktivby Kommune")
DOCTORS = ("Lægehuset Eksempelstad", "Lægerne Prøvegade", "Fiktivby Lægehus")
HOSPITAL_UNIT = "Børne- og Ungdomspsykiatri"

GIRLS = ("Alba", "Freja", "Ida", "Karla", "Nora", "Saga", "Yasmin", "Åse")
BOYS = ("Aksel", "Bjørn", "Emil", "Malik", "Noah", "Storm", "Villads", "Øjvind")
FAMILY_NAMES = ("Testesen", "Prøvesen", "Eksempelsen", "Testlund", "Prøvegaard", "Fiktivsen")
MOTHERS = ("Mette", "Anja", "Fatima", "Lærke", "Signe")
FATHERS = ("Anders", "Jens", "Omar", "Søren", "Thomas")
PSYCHOLOGISTS = ("Petra Prøve", "Per Prøve", "Ulla Test")
PHYSICIANS = ("Dan Dokter", "Dorte Dokter", "Lis Læge")
CLINICIANS = ("Klaus Klinik", "Kirsten Klinik")

QUESTIONS = (
    "Har I oplysninger om syn, hørelse og blodprøver?",
    "Kære læge\n\nVi overvejer at henvise {name} til børne- og ungdomspsykiatrien. Har du set {him} inden for det "
    "seneste år, og er der somatiske forhold, vi bør kende? Forældrene har givet samtykke til henvendelsen.",
    "Kære læge\n\nPPR følger {name}, som vi er bekymrede for.\n\n{theme}\n\nVi vil gerne vide:\n- om {he} er undersøgt "
    "for somatiske årsager\n- hvilken medicin {he} får\n- om der er psykisk sygdom i familien, som I må oplyse\n\n"
    "Forældrene har givet samtykke til udvekslingen. Ring gerne, hvis det er nemmere.",
)
ANSWERS_OF_DOCTOR = (
    "Set i sidste uge. Intet abnormt.",
    "Kære PPR\n\nJeg har set {name} sammen med en forælder. Somatisk rask, normalt syn og normal hørelse. Blodprøver "
    "er taget, svar følger. Jeg er enig i en henvisning.",
    "Kære PPR\n\nTak for henvendelsen. {name} er set to gange i år med mavepine og hovedpine uden somatisk forklaring. "
    "Vejning og højde følger kurven. Blodprøver uden anmærkning. Ingen fast medicin. {He} sover dårligt, og jeg har "
    "vejledt om søvn.\n\nJeg støtter, at kommunen henviser, og vil gerne have kopi af svaret.",
)
FORWARDS = ("Til orientering.", "Hermed svaret fra egen læge, som hører til vores henvisning.")
NOT_TAKEN = "Klinikken tager ikke denne type meddelelse. Send en korrespondance."
CORRECTIONS = (
    "Rettelse: {name} får ingen fast medicin; det fremgik ikke af den første henvisning.",
    "Rettelse: Der er tilkommet en udtalelse fra skolen, som bekræfter vanskelighederne.",
)
CLINIC_REPLIES = (
    "Henvisningen er modtaget. I hører fra os.",
    "Kære PPR\n\nHenvisningen er visiteret til udredning. Familien indkaldes inden for 30 dage. Send gerne "
    "skoleobservationer, som er lavet efter henvisningen.",
)
TITLES_OF_FILES = ("Pædagogisk-psykologisk vurdering", "Skoleudtalelse", "Resultat af test")
DRAWING = "Tegning fra samtalen"
DIARY = "Skolens logbog"
