import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.search.analysis import (
    WORD_LETTERS,
    Analysis,
    analysis,
    fold,
    normal,
)
from kb.search.stemming import Dutch

DUTCH_MEET = """
    buurthuis buurthuizen, dorpshuis dorpshuizen, wijkraad wijkraden, netwerk netwerken, gesprek gesprekken,
    afspraak afspraken, verhaal verhalen, verschil verschillen, stem stemmen, vergunning vergunningen, buur buren,
    belofte beloftes, belofte beloften, boer boeren, brug bruggen, gezin gezinnen, migrant migranten, leraar leraren,
    professional professionals, adviseur adviseurs, bestuurder bestuurders, vrouw vrouwen, werkgroep werkgroepen,
    stichting stichtingen, programma programma's, agenda agenda\u2019s, enquête enquete, enquêtes enquête,
    financiën financien, categorie categorieën, categorieën categorieen, kopie kopieën, café cafés, reële reele,
    geïnteresseerd geinteresseerd, beïnvloedt beinvloedt, bieden biedt, bieden geboden, nemen genomen, geven gaf,
    denken gedacht, brengen gebracht, kiezen gekozen, kiezen koos, schrijven schreef, blijven gebleven,
    werken gewerkt, delen gedeeld, leren geleerd, vertrouwen vertrouwt, meedenken meegedacht, meedoen meegedaan,
    uitnodigen uitnodiging, opknappen opgeknapt, overleggen overlegd, stimuleren gestimuleerd, fietsen fietst,
    communiceren communicatie, realiseren realisatie, coördinatie coordineren, verduurzamen verduurzaming,
    bemiddelen bemiddeling, uitvoeren uitvoering, opleiden opleiding, groot grote, klein kleiner, nieuw nieuwe,
    moeilijk moeilijke, sociaal sociale, actief actieve, bestuurlijk bestuurlijke, kwetsbaar kwetsbaarheid,
    open openheid, zichtbaar zichtbaarheid, gezamenlijk gezamenlijke, fietspad fietspaden, speeltuin speeltuinen,
    zonnepaneel zonnepanelen, bewonersavond bewonersavonden, buurtbewoner buurtbewoners, zzp'er zzp\u2019ers,
    energiecoöperatie energiecoöperaties, zorgcoöperatie zorgcooperaties, dorpsondersteuner dorpsondersteuners,
    leefbaarheidsbudget leefbaarheidsbudgetten, wijkwandeling wijkwandelingen, jongerenraad jongerenraden,
    straatgesprek straatgesprekken, krimpgebied krimpgebieden, dorpsschool dorpsscholen, buurtbus buurtbussen,
    dorpscontactpersoon dorpscontactpersonen, ontmoetingsplek ontmoetingsplekken, bestuurslid bestuursleden,
    werkgroeplid werkgroepleden, buurtaanpak buurtaanpakken, dorpsagenda dorpsagenda's, wijkschouw wijkschouwen,
    les lessen, tip tips, schets schetsen, briefje briefjes
"""
DUTCH_APART = """
    bank band, bank bang, boer boete, straat staat, raad raam, wijk wijn, wijk wijs, huis huid, plan plas, park paard,
    zorg zorgeloos, werk werkelijk, waarde waarom, kans kansel, recht rechter, vrij vrijdag, deel deelname,
    beeld beeldhouwer, markt markant, stem stempel, kunst kunstmest, bestuur stuur, bewoner woning, inwoner wonen,
    gezin zin, gebruik bruik, verkeer keer, verkeer verkeerd, stichting sticht, partij part, partner partij,
    park parkeren, kracht krach, dorp drop, actie acteur, idee ideaal, nood noodzaak, overleg overlijden,
    vergunnen vergaderen, school scholing, beloven belonen, wonen winnen, tuin tuig, winst wens, stad staat,
    groep groei, veiling veilig, boom boon, leren leraar, lid lied, nieuw nieuws, landschap land, ouderen ouders,
    jongeren jongens, buurtplan buurtplein, dorpsraad dorpsrand, dorpsplan dorpsplank, informatie informeel
"""
ENGLISH_MEET = """
    resident residents, community communities, village villages, volunteer volunteering, participate participation,
    organise organisation, organize organisation, organised organizing, neighborhood neighbourhoods, policy policies,
    child children, woman women, meet met, speak spoken, bring brought, choose chosen, build built, lead led,
    grow grown, decide decided, fund funding, story stories, partner partners, include included, connect connecting,
    sustainable sustainability, evaluate evaluation, young younger, criterion criteria, café cafe, think thought
"""
ENGLISH_APART = """
    university universe, policy police, community communicate, general generous, new news, meet meat, plan plane,
    council counsel, lesson less, village villain, mayor major, house horse, station state, social society,
    wander wonder, public publish, operate opera, experience experiment
"""


def pairs(text: str) -> list[tuple[str, str]]:
    rows = [row.split() for row in text.split(",")]
    return [(one, other) for one, other in rows]


@pytest.mark.parametrize(
    ("language", "meet", "apart", "floor"),
    [("nl", DUTCH_MEET, DUTCH_APART, 0.95), ("en", ENGLISH_MEET, ENGLISH_APART, 0.94)],
)
def test_forms_of_a_word_meet_and_other_words_do_not(
    language: str, meet: str, apart: str, floor: float
) -> None:
    stem = analysis(language).stem
    missed = [pair for pair in pairs(meet) if stem(pair[0]) != stem(pair[1])]
    merged = [pair for pair in pairs(apart) if stem(pair[0]) == stem(pair[1])]
    right = len(pairs(meet)) - len(missed)
    assert 2 * right / (2 * right + len(missed) + len(merged)) >= floor, (missed, merged)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("De wijk, het dorp (en de stad)!", ["De", "wijk", "het", "dorp", "en", "de", "stad"]),
        ("Duiven-West", ["Duiven", "West"]),
        ("buurt\u2011app en OV\u2010chipkaart", ["buurt", "app", "en", "OV", "chipkaart"]),
        ("e-mail-adres", ["e-mail", "adres"]),
        ("co-creatie, pro-actief", ["co-creatie", "pro-actief"]),
        ("de A-12 en covid-19", ["de", "A-12", "en", "covid", "19"]),
        ("2016-11-26", ["2016", "11", "26"]),
        ("in- en uitgaan", ["in", "en", "uitgaan"]),
        ("buurt--app", ["buurt", "app"]),
        ("zo'n foto\u2019s 's avonds 'samen'", ["zo'n", "foto\u2019s", "s", "avonds", "samen"]),
        ("'s-Hertogenbosch", ["s", "Hertogenbosch"]),
        ("snake_case __x__", ["snake", "case", "x"]),
        ("buurt\u00adhuis\u200b bij cafe\u0301", ["buurt\u00adhuis", "bij", "cafe\u0301"]),
        ("👍 1️⃣ \u2139\ufe0f 👨‍👩‍👧 ♥ € % … →", []),
        ("a\u00ad-\u0301\u00adb", ["a", "b"]),
        ("ﬁets ｆｉｅｔｓ ĳs m²", ["ﬁets", "ｆｉｅｔｓ", "ĳs", "m²"]),
        ("Здравствуйте 東京 हिन्दी", ["Здравствуйте", "東京", "हिन्दी"]),
        ("\u0301 \u00ad - ' _", []),
        ("", []),
    ],
)
def test_words_and_their_places(text: str, words: list[str]) -> None:
    tokens = list(analysis("nl").tokens(text))
    assert [token.text for token in tokens] == words
    assert [text[token.start : token.end] for token in tokens] == words
    assert all(token.stem for token in tokens)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAFÉ", "cafe"),
        ("cafe\u0301", "café"),
        ("coöperatie", "cooperatie"),
        ("co-creatie", "cocreatie"),
        ("e-mails", "email"),
        ("buurt\u00adhuizen", "buurthuis"),
        ("dorps\u200bhuis", "dorpshuis"),
        ("ﬁets", "fiets"),
        ("ｆｉｅｔｓ", "fiets"),
        ("ĳs", "ijs"),
        ("auto\u2019s", "auto's"),
        ("Anna's", "Anna"),
        ("Smørrebrød", "smorrebrod"),
    ],
)
@pytest.mark.parametrize("language", ["nl", "xx"])
def test_spellings_of_one_word_have_one_stem(one: str, other: str, language: str) -> None:
    inflected = {"e-mails", "buurt\u00adhuizen", "Anna's"}
    if language == "nl" or one not in inflected:
        assert analysis(language).stem(one) == analysis(language).stem(other)


def test_composed_and_decomposed_text_has_the_same_stems() -> None:
    text = "De coöperatie in het café: één enquête, naïeve ideeën, Curaçao en reünie"
    for language in ("nl", "en", "fr"):
        chosen = analysis(language)
        assert chosen.stems(unicodedata.normalize("NFD", text)) == chosen.stems(
            unicodedata.normalize("NFC", text)
        )


def test_the_index_gets_stems_without_stop_words() -> None:
    assert analysis("nl").stems("Wie werkt er mee in de wijken?") == ["wie", "werk", "mee", "wijk"]
    assert analysis("en").stems("Who decides in the villages?") == ["who", "decid", "villag"]
    assert analysis("de").stems("Die Häuser in der Straße") == ["die", "hauser", "in", "der", "strasse"]


def test_what_people_here_ask_about_is_no_stop_word() -> None:
    chosen = analysis("nl")
    assert not [
        w for w in ("samen", "wie", "mee", "elkaar", "zelf", "iedereen", "niemand") if chosen.is_stop(w)
    ]
    assert all(chosen.is_stop(word) for word in ("De", "ÉÉN", "zo\u2019n", "niet", "geen"))
    assert not analysis("fr").is_stop("de")


def test_languages() -> None:
    assert analysis("nl") is analysis("NL-be")
    assert analysis("en-GB").language == "en"
    assert analysis("fr") is analysis("") is analysis("xx")
    assert analysis("nl").stem("gemeente") != analysis("fr").stem("gemeente") == "gemeente"


def test_a_lemma_is_one_word() -> None:
    assert analysis("nl").stem("samengewerkt") == analysis("nl").stem("samenwerking")
    assert analysis("nl").stem("e-mail").isalnum()


def test_no_word_has_no_stem() -> None:
    for chosen in (analysis("nl"), analysis("en"), analysis("fr")):
        assert chosen.stem("") == chosen.stem("\u00ad") == chosen.stem(" … ") == chosen.stem("'") == ""
        assert not chosen.is_stop("")
    assert normal("\u0301") == ""
    assert fold("zzp'er") == "zzper"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 3_000_000, 1),
        ("a" + "\u00ad" * 1_000_000, 1),
        ("e" + "\u0301" * 1_000_000, 1),
        ("_" * 1_000_000, 0),
        ("a'" * 100_000, 1),
        ("ab-" * 20_000, 20_000),
    ],
    ids=["letters", "soft hyphens", "accents", "underscores", "apostrophes", "hyphens"],
)
def test_an_endless_word_is_cut_and_not_stemmed(text: str, count: int) -> None:
    chosen = analysis("nl")
    stems = chosen.stems(text)
    assert len(stems) == count
    assert all(len(stem) <= WORD_LETTERS for stem in stems)
    assert sum(1 for _ in chosen.tokens(text)) == count


def test_what_is_remembered_has_a_bound() -> None:
    chosen = analysis("nl")
    before = chosen._words.cache_info().currsize
    chosen.stems("x" * (WORD_LETTERS + 1))
    assert chosen._words.cache_info().currsize == before
    assert chosen._words.cache_info().maxsize
    assert chosen._stem.cache_info().maxsize


def test_threads_agree() -> None:
    words = [w for pair in pairs(DUTCH_MEET) for w in pair]
    fresh = Analysis("nl", Dutch(), frozenset())  # with nothing loaded or remembered
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: {word: fresh.stem(word) for word in each}, [words] * 8))
    assert all(each == found[0] for each in found)
    assert found[0] == {word: analysis("nl").stem(word) for word in words}
