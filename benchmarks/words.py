"""The hand-written base words from which the benchmark's vocabulary grows.

Search behaves differently on real language than on random letters: a few words are everywhere, most are rare, and
in Dutch the rare ones are mostly compounds of the common ones. So the list here is written by hand, commonest first in
each group, and `benchmarks.vocabulary` inflects and joins it. The order is part of the benchmark: it sets the
frequencies, and changing it changes every generated case.

A noun is written `singular/plural/form as first part of a compound` (`-` for no plural), a verb
`infinitive/stem/third person/past/participle`, an adjective `base/inflected/comparative` (`-` for no comparative).
"""

FUNCTION_WORDS = """
    de van het een en in is dat op te zijn met voor die niet aan er om ook als dan bij naar maar door uit we wat nog
    over wordt zich hebben kan meer of deze heeft ze worden was tot dit al hun daar veel zo moet werd tegen onder geen
    waar toen alle ander nu wie omdat hoe wel zelf na zonder tussen kunnen andere vooral elkaar samen iedereen soms vaak
    altijd eerst daarna later moeten willen mensen zou zij hij hem haar ons onze men iets niets alleen weer eens juist
    echter daarom dus toch want terwijl zodat sinds tijdens binnen buiten achter langs rond via per vanaf totdat hoewel
    wanneer welke elke ieder enkele sommige beide genoeg bijna steeds opnieuw één eigen
"""

# People: all take "de".
PERSON_NOUNS = """
    bewoner/bewoners/bewoners inwoner/inwoners/inwoners vrijwilliger/vrijwilligers/vrijwilligers
    ambtenaar/ambtenaren/ambtenaren ondernemer/ondernemers/ondernemers professional/professionals/professional
    wethouder/wethouders/wethouders raadslid/raadsleden/raadsleden burger/burgers/burger jongere/jongeren/jongeren
    oudere/ouderen/ouderen buur/buren/buren huurder/huurders/huurders bestuurder/bestuurders/bestuurders
    onderzoeker/onderzoekers/onderzoekers opbouwwerker/opbouwwerkers/opbouwwerk begeleider/begeleiders/begeleiders
    kind/kinderen/kinder ouder/ouders/ouder leerling/leerlingen/leerlingen student/studenten/studenten
    nieuwkomer/nieuwkomers/nieuwkomers mantelzorger/mantelzorgers/mantelzorg deelnemer/deelnemers/deelnemers
    eigenaar/eigenaren/eigenaren voorzitter/voorzitters/voorzitters trekker/trekkers/trekkers
    initiatiefnemer/initiatiefnemers/initiatiefnemers adviseur/adviseurs/adviseurs regisseur/regisseurs/regie
    beheerder/beheerders/beheerders boer/boeren/boeren winkelier/winkeliers/winkeliers cliënt/cliënten/cliënten
    bezoeker/bezoekers/bezoekers coördinator/coördinatoren/coördinatie penningmeester/penningmeesters/penningmeester
    agent/agenten/agenten docent/docenten/docenten kunstenaar/kunstenaars/kunstenaars
"""

DE_NOUNS = """
    wijk/wijken/wijk buurt/buurten/buurt gemeente/gemeenten/gemeente participatie/-/participatie zorg/-/zorg
    samenwerking/samenwerkingen/samenwerkings organisatie/organisaties/organisatie school/scholen/school
    woning/woningen/woning vereniging/verenigingen/verenigings stichting/stichtingen/stichtings straat/straten/straat
    bijeenkomst/bijeenkomsten/bijeenkomst coöperatie/coöperaties/coöperatie rol/rollen/rol vraag/vragen/vraag
    corporatie/corporaties/corporatie werkgroep/werkgroepen/werkgroep afspraak/afspraken/afspraken
    raad/raden/raads ontmoeting/ontmoetingen/ontmoetings ruimte/ruimtes/ruimte subsidie/subsidies/subsidie
    verantwoordelijkheid/verantwoordelijkheden/verantwoordelijkheids stad/steden/stads kern/kernen/kern
    energie/-/energie jeugd/-/jeugd tuin/tuinen/tuin speelplek/speelplekken/speelplek vergunning/vergunningen/vergunning
    leefbaarheid/-/leefbaarheids veiligheid/-/veiligheids gezondheid/-/gezondheids aanpak/-/aanpak
    verbinding/verbindingen/verbindings werkwijze/werkwijzen/werkwijze activiteit/activiteiten/activiteiten
    voorziening/voorzieningen/voorzieningen ontwikkeling/ontwikkelingen/ontwikkelings stem/stemmen/stem
    opgave/opgaven/opgave kamer/kamers/kamer vergadering/vergaderingen/vergader kans/kansen/kansen
    commissie/commissies/commissie dienst/diensten/dienst krant/kranten/krant keuken/keukens/keuken markt/markten/markt
    brief/brieven/brieven tafel/tafels/tafel schouw/schouwen/schouw dialoog/dialogen/dialoog visie/visies/visie
    agenda/agenda's/agenda begroting/begrotingen/begrotings regel/regels/regel taal/talen/taal cultuur/culturen/cultuur
    sport/sporten/sport bibliotheek/bibliotheken/bibliotheek kerk/kerken/kerk winkel/winkels/winkel weg/wegen/weg
    bus/bussen/bus fiets/fietsen/fiets auto/auto's/auto bank/banken/bank boom/bomen/bomen zaal/zalen/zaal
    verhuizing/verhuizingen/verhuis renovatie/renovaties/renovatie sloop/-/sloop huur/huren/huur hulp/-/hulp
    armoede/-/armoede eenzaamheid/-/eenzaamheids inspraak/-/inspraak democratie/democratieën/democratie
    overheid/overheden/overheids provincie/provincies/provincie regio/regio's/regio fase/fasen/fase
    evaluatie/evaluaties/evaluatie training/trainingen/trainings methode/methoden/methode ervaring/ervaringen/ervarings
    kennis/-/kennis les/lessen/les waarde/waarden/waarden motie/moties/motie notitie/notities/notitie
    app/apps/app website/websites/website enquête/enquêtes/enquête loting/lotingen/lotings
    maatschappij/maatschappijen/maatschappij natuur/-/natuur sloot/sloten/sloot dijk/dijken/dijk haven/havens/haven
    molen/molens/molen kring/kringen/kring vlag/vlaggen/vlag muur/muren/muur oever/oevers/oever wens/wensen/wensen
"""

HET_NOUNS = """
    dorp/dorpen/dorps initiatief/initiatieven/initiatief plan/plannen/plan project/projecten/project
    beleid/-/beleids gesprek/gesprekken/gespreks huis/huizen/huis team/teams/team netwerk/netwerken/netwerk
    overleg/overleggen/overleg budget/budgetten/budget geld/gelden/geld vertrouwen/-/vertrouwens contact/contacten/contact
    bestuur/besturen/bestuurs gebied/gebieden/gebieds centrum/centra/centrum groen/-/groen water/-/water
    onderzoek/onderzoeken/onderzoeks probleem/problemen/probleem proces/processen/proces besluit/besluiten/besluit
    idee/ideeën/ideeën plein/pleinen/plein park/parken/park verkeer/-/verkeers onderhoud/-/onderhouds beheer/-/beheer
    draagvlak/-/draagvlak resultaat/resultaten/resultaten doel/doelen/doel programma/programma's/programma
    welzijn/-/welzijns werk/werken/werk wonen/-/woon onderwijs/-/onderwijs gebouw/gebouwen/gebouw
    platform/platforms/platform fonds/fondsen/fonds loket/loketten/loket café/cafés/café feest/feesten/feest
    verhaal/verhalen/verhalen recht/rechten/rechts akkoord/akkoorden/akkoord landschap/landschappen/landschaps
    gezin/gezinnen/gezins leven/levens/levens talent/talenten/talenten rapport/rapporten/rapport bureau/bureaus/bureau
    terrein/terreinen/terrein veld/velden/veld bos/bossen/bos afval/-/afval licht/lichten/licht dak/daken/dak
    klimaat/-/klimaat materiaal/materialen/materiaal gereedschap/gereedschappen/gereedschaps spel/spelen/spel
    experiment/experimenten/experimenteer kanaal/kanalen/kanaal eiland/eilanden/eiland station/stations/stations
    atelier/ateliers/atelier museum/musea/museum archief/archieven/archief panel/panels/panel
    lid/leden/leden inkomen/inkomens/inkomens belang/belangen/belangen moment/momenten/moment
"""

# Verbs that take an object and don't split, so that "… te verbeteren" always reads well.
TRANSITIVE_VERBS = """
    organiseren/organiseer/organiseert/organiseerde/georganiseerd ondersteunen/ondersteun/ondersteunt/ondersteunde/ondersteund
    verbeteren/verbeter/verbetert/verbeterde/verbeterd versterken/versterk/versterkt/versterkte/versterkt
    bespreken/bespreek/bespreekt/besprak/besproken betrekken/betrek/betrekt/betrok/betrokken
    maken/maak/maakt/maakte/gemaakt regelen/regel/regelt/regelde/geregeld delen/deel/deelt/deelde/gedeeld
    ontwikkelen/ontwikkel/ontwikkelt/ontwikkelde/ontwikkeld beheren/beheer/beheert/beheerde/beheerd
    bouwen/bouw/bouwt/bouwde/gebouwd kiezen/kies/kiest/koos/gekozen bepalen/bepaal/bepaalt/bepaalde/bepaald
    financieren/financier/financiert/financierde/gefinancierd bewaken/bewaak/bewaakt/bewaakte/bewaakt
    veranderen/verander/verandert/veranderde/veranderd vernieuwen/vernieuw/vernieuwt/vernieuwde/vernieuwd
    behouden/behoud/behoudt/behield/behouden onderzoeken/onderzoek/onderzoekt/onderzocht/onderzocht
    evalueren/evalueer/evalueert/evalueerde/geëvalueerd begeleiden/begeleid/begeleidt/begeleidde/begeleid
    verbinden/verbind/verbindt/verbond/verbonden starten/start/start/startte/gestart openen/open/opent/opende/geopend
    onderhouden/onderhoud/onderhoudt/onderhield/onderhouden testen/test/test/testte/getest vieren/vier/viert/vierde/gevierd
    plannen/plan/plant/plande/gepland redden/red/redt/redde/gered schetsen/schets/schetst/schetste/geschetst
    vertragen/vertraag/vertraagt/vertraagde/vertraagd verdelen/verdeel/verdeelt/verdeelde/verdeeld
"""

OTHER_VERBS = """
    komen/kom/komt/kwam/gekomen gaan/ga/gaat/ging/gegaan werken/werk/werkt/werkte/gewerkt wonen/woon/woont/woonde/gewoond
    blijven/blijf/blijft/bleef/gebleven praten/praat/praat/praatte/gepraat luisteren/luister/luistert/luisterde/geluisterd
    vragen/vraag/vraagt/vroeg/gevraagd zien/zie/ziet/zag/gezien geven/geef/geeft/gaf/gegeven denken/denk/denkt/dacht/gedacht
    helpen/help/helpt/hielp/geholpen leren/leer/leert/leerde/geleerd groeien/groei/groeit/groeide/gegroeid
    beginnen/begin/begint/begon/begonnen staan/sta/staat/stond/gestaan zoeken/zoek/zoekt/zocht/gezocht
    vinden/vind/vindt/vond/gevonden zeggen/zeg/zegt/zei/gezegd nemen/neem/neemt/nam/genomen houden/houd/houdt/hield/gehouden
    vertellen/vertel/vertelt/vertelde/verteld ontmoeten/ontmoet/ontmoet/ontmoette/ontmoet
    vergaderen/vergader/vergadert/vergaderde/vergaderd verwachten/verwacht/verwacht/verwachtte/verwacht
    ontstaan/ontsta/ontstaat/ontstond/ontstaan lopen/loop/loopt/liep/gelopen schrijven/schrijf/schrijft/schreef/geschreven
    lezen/lees/leest/las/gelezen wachten/wacht/wacht/wachtte/gewacht betalen/betaal/betaalt/betaalde/betaald
    beslissen/beslis/beslist/besliste/beslist vertrouwen/vertrouw/vertrouwt/vertrouwde/vertrouwd
    spelen/speel/speelt/speelde/gespeeld koken/kook/kookt/kookte/gekookt fietsen/fiets/fietst/fietste/gefietst
    verhuizen/verhuis/verhuist/verhuisde/verhuisd slopen/sloop/sloopt/sloopte/gesloopt klagen/klaag/klaagt/klaagde/geklaagd
    twijfelen/twijfel/twijfelt/twijfelde/getwijfeld protesteren/protesteer/protesteert/protesteerde/geprotesteerd
"""

ADJECTIVES = """
    nieuw/nieuwe/nieuwer goed/goede/beter groot/grote/groter klein/kleine/kleiner lokaal/lokale/lokaler
    sociaal/sociale/socialer betrokken/betrokken/- actief/actieve/actiever duidelijk/duidelijke/duidelijker
    belangrijk/belangrijke/belangrijker jong/jonge/jonger oud/oude/ouder vast/vaste/vaster lang/lange/langer
    open/open/opener tijdelijk/tijdelijke/tijdelijker gezamenlijk/gezamenlijke/- zichtbaar/zichtbare/zichtbaarder
    vrijwillig/vrijwillige/vrijwilliger bestaand/bestaande/- financieel/financiële/- gemeentelijk/gemeentelijke/-
    duurzaam/duurzame/duurzamer groen/groene/groener veilig/veilige/veiliger moeilijk/moeilijke/moeilijker
    makkelijk/makkelijke/makkelijker leeg/lege/leger stil/stille/stiller druk/drukke/drukker sterk/sterke/sterker
    kwetsbaar/kwetsbare/kwetsbaarder divers/diverse/diverser gelijk/gelijke/gelijker formeel/formele/formeler
    informeel/informele/informeler publiek/publieke/- maatschappelijk/maatschappelijke/maatschappelijker
    bestuurlijk/bestuurlijke/bestuurlijker jaarlijks/jaarlijkse/- wekelijks/wekelijkse/- digitaal/digitale/digitaler
    geïnteresseerd/geïnteresseerde/- enthousiast/enthousiaste/enthousiaster kritisch/kritische/kritischer
    praktisch/praktische/praktischer concreet/concrete/concreter eerlijk/eerlijke/eerlijker rijk/rijke/rijker
    arm/arme/armer landelijk/landelijke/- regionaal/regionale/- tevreden/tevreden/tevredener boos/boze/bozer
    trots/trotse/trotser vroeg/vroege/vroeger laat/late/later snel/snelle/sneller langzaam/langzame/langzamer
"""

METHODS = (
    "wijkschouw", "buurtbudget", "keukentafelgesprek", "bewonersavond", "burgerberaad", "dorpsplan", "buurtpreventie",
    "inwonerspanel", "droomsessie", "straatgesprek", "wijkatelier", "huiskamergesprek", "wijkontwikkelplan", "meedenktank",
    "ontwerpatelier", "buurtcafé", "uitdaagrecht", "stadsgesprek", "verhalenkaart", "leerkring",
)  # fmt: skip

# Of people, inflected.
PEOPLE_ADJECTIVES = """
    actieve betrokken nieuwe jonge oudere enthousiaste kritische drukke trotse vrijwillige kwetsbare boze
"""

GIVEN_NAMES = "Noor Sem Fatima Jan Anneke Youssef Marijke Daan Ilse Kees Aylin Wim Roos Teun Samira Bas"
SURNAMES = (
    "de Vries", "Jansen", "Bakker", "Visser", "Yilmaz", "Smit", "Meijer", "de Boer", "Mulder", "El Amrani", "Dekker",
    "Dijkstra", "Kok",
)  # fmt: skip
