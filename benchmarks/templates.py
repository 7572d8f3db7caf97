"""Sentences with slots: what must read as language in a generated case.

Lesson statements, titles, causes and dates are what people see and what search weighs most, so they are sentences and
not drawn words. Slots: `{people}` "bewoners", `{adj}` "actieve", `{thing}` "het buurtbudget", `{name}` "buurtbudget",
`{things}` "buurtbudgetten", `{inf}` "versterken" (takes an object), `{method}` "wijkschouw", `{place}` "Klaarveen",
`{municipality}` "Duiven", `{number}` 2 to 60. Every use of a slot draws anew. Order and number are part of the
benchmark: changing either changes every generated case.
"""

STATEMENTS = (
    "Betrek {people} bij {thing} voordat er een besluit valt.",
    "Spreek met {people} af wie over {thing} beslist, en leg dat vast.",
    "Begin klein: met {thing} lukt het eerder dan met {thing}.",
    "Laat {people} zelf {thing} {inf} en blijf als gemeente in de buurt.",
    "Wie {thing} wil {inf}, heeft {adj} {people} nodig die elkaar kennen.",
    "Geef {people} een eigen budget voor {thing}, hoe klein het ook is.",
    "Zonder vaste plek voor {thing} verliezen {people} elkaar uit het oog.",
    "Nodig niet alleen {people} uit, maar vraag ook {people} persoonlijk om mee te doen.",
    "Zet {thing} op de agenda van elk overleg, anders verdwijnt het na {number} maanden.",
    "Een {method} levert meer op wanneer {people} de vragen bedenken.",
    "Maak zichtbaar wat {people} met {thing} hebben bereikt.",
    "Verdeel de rollen: {people} bewaken {thing}, {people} regelen de uitvoering.",
    "Wacht niet op {thing}; {people} willen binnen {number} weken iets zien gebeuren.",
    "Neem de tijd om {thing} te {inf}: haast kost later vertrouwen.",
    "Zorg dat {people} weten bij wie ze voor {thing} terechtkunnen.",
    "Koppel {thing} aan {thing}, zodat {people} maar één keer hoeven mee te denken.",
    "Vraag {people} wat ze kunnen, niet alleen wat ze van {thing} vinden.",
    "Leg een besluit over {thing} uit aan {people}, juist wanneer het anders uitvalt.",
    "Organiseer een {method} op een tijd waarop {adj} {people} ook kunnen.",
    "Eén aanspreekpunt voor {thing} scheelt {people} veel zoeken.",
    "Houd {thing} simpel: {people} haken af bij te veel papier.",
    "Vier met {people} elke stap waarmee jullie {thing} {inf}.",
    "Als {people} van functie wisselen, draag dan {thing} met een gesprek over.",
    "Reken op {number} jaar om {thing} te {inf}, en zeg dat eerlijk tegen {people}.",
    "Schrijf over {thing} in gewone taal, dan lezen {people} mee.",
    "Blijf na {thing} in gesprek met {people} die niet kwamen.",
    "Ruimte voor {thing} ontstaat pas als {people} iets durven los te laten.",
    "Vertrouw erop dat {people} {thing} goed beheren en controleer achteraf.",
    "Laat {people} en {people} samen {thing} {inf}, dat voorkomt wij en zij.",
    "Gebruik {thing} om {adj} {people} met elkaar in contact te brengen.",
    "Een {method} werkt alleen met een duidelijk vervolg: zeg wie wat doet met {thing}.",
    "Maak van {thing} geen doel op zich; het gaat erom dat {people} elkaar vinden.",
    "Betaal {people} voor hun tijd als {thing} veel van hen vraagt.",
    "Vraag bij {thing} wie er nog niet aan tafel zit, en zoek die {people} op.",
    "Stel samen met {people} vast wanneer {thing} goed genoeg is.",
    "Bescherm {people} tegen overvragen: niet elk plan heeft {thing} nodig.",
    "Kies liever {number} {adj} {people} die blijven dan een volle zaal voor {thing}.",
    "Bespreek vooraf wat er gebeurt wanneer {thing} mislukt.",
    "Leer van {things} elders, maar laat {people} in {place} hun eigen versie maken.",
    "Wissel van plek: een {method} bij {people} thuis geeft andere gesprekken dan op het gemeentehuis.",
)

CASE_TITLES = (
    "Samen werken aan {thing} in {place}",
    "{place}: {people} {inf} {thing}",
    "Hoe {people} in {place} {thing} leerden {inf}",
    "Een {method} voor {thing} in {place}",
    "{place} kiest voor {thing}",
    "Van {thing} naar {thing}: het verhaal van {place}",
    "Ruimte voor {adj} {people} in {place}",
    "{place} en {thing}",
)

SUMMARIES = (
    "In {place} ({municipality}) werkten {adj} {people} {number} jaar aan {thing}.",
    "Toen {thing} in {place} dreigde te verdwijnen, besloten {people} om zelf {thing} te {inf}.",
    "{people} en {people} in {place} zochten een nieuwe manier om {thing} te {inf}.",
    "De gemeente {municipality} gaf {people} in {place} de ruimte om met een {method} {thing} te {inf}.",
)

CHALLENGES = (
    "Te weinig {people} voor {thing}",
    "Onduidelijk wie over {thing} gaat",
    "{people} en {people} spreken een andere taal",
    "{thing} bereikt steeds dezelfde {people}",
    "Geen geld om {thing} te {inf}",
    "De regels voor {thing} passen niet bij {place}",
    "{adj} {people} haken af",
    "{thing} hangt aan één persoon",
    "Weerstand van {people} tegen {thing}",
    "Lang wachten op {thing}",
    "Geen plek voor {thing}",
    "{thing} en {thing} zitten elkaar in de weg",
)

CAUSES = (
    "{people} waren te laat bij {thing} betrokken.",
    "Niemand voelde zich verantwoordelijk voor {thing}.",
    "De afspraken over {thing} stonden nergens op papier.",
    "Er waren {number} {people} nodig en er kwamen er veel minder.",
    "{thing} was bedacht zonder {people}.",
)
APPROACHES = (
    "Met een {method} brachten {people} in beeld wat er voor {thing} nodig was.",
    "{people} maakten samen met {people} een plan om {thing} te {inf}.",
    "De gemeente stelde {number} uur per maand beschikbaar om {thing} te {inf}.",
    "Elke maand bespraken {people} de stand van {thing}.",
)
OUTCOMES = (
    "Na {number} maanden was {thing} op orde.",
    "{people} weten elkaar nu te vinden, maar {thing} blijft kwetsbaar.",
    "Het lukte niet om {thing} te {inf}; {people} zoeken verder.",
    "Intussen doen {number} {people} mee aan {thing}.",
)

TIMELINE = (
    "Eerste {method} in {place}",
    "Start van {thing}",
    "{people} richten een werkgroep op voor {thing}",
    "Besluit van de gemeenteraad van {municipality} over {thing}",
    "Opening van {thing} in {place}",
    "Evaluatie van {thing} met {number} {people}",
    "Subsidie voor {thing} toegekend",
    "Protest van {people} tegen {thing}",
    "{people} nemen {thing} over",
    "Feest: {number} jaar {thing}",
)

HEADINGS = (
    "Aanleiding", "Wat er speelde", "De start van {thing}", "Wie er meededen", "{people} aan zet", "Werken aan {thing}",
    "Wat lastig was", "Hoe het verder ging", "Wat {people} ervan vinden", "Stand van zaken",
)  # fmt: skip

SOURCES = (
    "Evaluatie {name} {place}", "Jaarverslag {name}", "Interview met {people} uit {place}", "Raadsbrief {name} {municipality}",
    "Verslag {method} {place}", "Plan van aanpak {name}", "{people} over {thing}",
)  # fmt: skip
PUBLISHERS = (
    "Gemeente {municipality}", "Dorpsblad {place}", "Bewonersvereniging {place}", "Stichting {name} {place}",
    "Omroep {municipality}", "Bureau {name}",
)  # fmt: skip
