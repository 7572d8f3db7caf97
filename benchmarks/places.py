"""Where generated cases take place: real provinces and municipalities, made-up neighbourhoods and villages.

The municipality facet of a real collection has hundreds of values over twelve provinces; one with ten would be far too
cheap to count. The villages are invented, so that no generated story can be read as being about a real one.
"""

# Province: (latitude, longitude) of about its middle in thousandths of a degree, and municipalities, busiest first.
PROVINCES: dict[str, tuple[int, int, tuple[str, ...]]] = {}


def _add(province: str, latitude: int, longitude: int, municipalities: str) -> None:
    names = tuple(" ".join(name.split()) for name in municipalities.split(","))
    PROVINCES[province] = (latitude, longitude, names)


_add(
    "Gelderland",
    52060,
    5940,
    """
    Arnhem, Nijmegen, Apeldoorn, Ede, Duiven, Doetinchem, Barneveld, Zutphen, Tiel, Wageningen, Winterswijk, Westervoort,
    Zevenaar, Harderwijk, Nunspeet, Ermelo, Putten, Epe, Heerde, Hattem, Elburg, Oldebroek, Voorst, Brummen, Lochem,
    Berkelland, Aalten, Oost Gelre, Oude IJsselstreek, Montferland, Bronckhorst, Doesburg, Rheden, Rozendaal, Renkum,
    Overbetuwe, Lingewaard, Druten, Wijchen, Beuningen, Heumen, Berg en Dal, West Maas en Waal, West Betuwe, Buren,
    Culemborg, Maasdriel, Zaltbommel, Neder-Betuwe, Scherpenzeel, Nijkerk""",
)
_add(
    "Zuid-Holland",
    52000,
    4500,
    """
    Rotterdam, Den Haag, Leiden, Dordrecht, Delft, Zoetermeer, Gouda, Schiedam, Vlaardingen, Alphen aan den Rijn, Westland,
    Capelle aan den IJssel, Spijkenisse, Katwijk, Ridderkerk, Barendrecht, Zwijndrecht, Hellevoetsluis, Gorinchem, Papendrecht,
    Sliedrecht, Maassluis, Leidschendam-Voorburg, Rijswijk, Pijnacker-Nootdorp, Lansingerland, Midden-Delfland, Wassenaar,
    Voorschoten, Leiderdorp, Oegstgeest, Noordwijk, Teylingen, Lisse, Hillegom, Kaag en Braassem, Nieuwkoop,
    Bodegraven-Reeuwijk, Waddinxveen, Zuidplas, Krimpen aan den IJssel, Krimpenerwaard, Molenlanden, Alblasserdam,
    Hendrik-Ido-Ambacht, Albrandswaard, Hoeksche Waard, Goeree-Overflakkee""",
)
_add(
    "Noord-Brabant",
    51560,
    5180,
    """
    Eindhoven, Tilburg, Breda, 's-Hertogenbosch, Helmond, Oss, Roosendaal, Bergen op Zoom, Waalwijk, Veldhoven, Meierijstad,
    Boxtel, Etten-Leur, Oosterhout, Vught, Best, Son en Breugel, Nuenen, Geldrop-Mierlo, Someren, Asten, Deurne,
    Gemert-Bakel, Laarbeek, Boekel, Land van Cuijk, Maashorst, Bernheze, Sint-Michielsgestel, Oisterwijk, Hilvarenbeek,
    Goirle, Gilze en Rijen, Dongen, Loon op Zand, Heusden, Altena, Drimmelen, Geertruidenberg, Moerdijk, Halderberge,
    Rucphen, Zundert, Steenbergen, Woensdrecht, Baarle-Nassau, Alphen-Chaam, Reusel-De Mierden, Bladel, Bergeijk, Eersel,
    Valkenswaard, Waalre, Heeze-Leende, Cranendonck, Oirschot""",
)
_add(
    "Noord-Holland",
    52600,
    4870,
    """
    Amsterdam, Haarlem, Zaanstad, Haarlemmermeer, Alkmaar, Hilversum, Amstelveen, Purmerend, Hoorn, Den Helder, Velsen,
    Heerhugowaard, Beverwijk, Heemskerk, Castricum, Heiloo, Bergen, Schagen, Hollands Kroon, Medemblik, Enkhuizen,
    Stede Broec, Drechterland, Koggenland, Opmeer, Edam-Volendam, Waterland, Wormerland, Oostzaan, Landsmeer, Uithoorn,
    Aalsmeer, Ouder-Amstel, Diemen, Gooise Meren, Huizen, Blaricum, Laren, Wijdemeren, Bloemendaal, Heemstede, Zandvoort,
    Texel""",
)
_add(
    "Overijssel",
    52440,
    6440,
    """
    Zwolle, Enschede, Deventer, Hengelo, Almelo, Hardenberg, Kampen, Raalte, Steenwijkerland, Dalfsen, Ommen, Zwartewaterland,
    Staphorst, Olst-Wijhe, Rijssen-Holten, Hellendoorn, Twenterand, Wierden, Tubbergen, Dinkelland, Oldenzaal, Losser,
    Haaksbergen, Hof van Twente, Borne""",
)
_add(
    "Utrecht",
    52090,
    5180,
    """
    Utrecht, Amersfoort, Nieuwegein, Veenendaal, Zeist, Houten, Woerden, IJsselstein, Soest, De Bilt, Utrechtse Heuvelrug,
    Stichtse Vecht, De Ronde Venen, Bunnik, Wijk bij Duurstede, Rhenen, Renswoude, Woudenberg, Leusden, Baarn, Bunschoten,
    Eemnes, Lopik, Montfoort, Oudewater, Vijfheerenlanden""",
)
_add(
    "Limburg",
    51250,
    5950,
    """
    Maastricht, Venlo, Heerlen, Sittard-Geleen, Roermond, Weert, Kerkrade, Horst aan de Maas, Venray, Peel en Maas, Landgraaf,
    Brunssum, Leudal, Echt-Susteren, Stein, Beek, Meerssen, Eijsden-Margraten, Gulpen-Wittem, Vaals, Valkenburg aan de Geul,
    Voerendaal, Simpelveld, Beekdaelen, Roerdalen, Maasgouw, Nederweert, Beesel, Gennep, Mook en Middelaar""",
)
_add(
    "Fryslân",
    53110,
    5800,
    """
    Leeuwarden, Smallingerland, Súdwest-Fryslân, Heerenveen, De Fryske Marren, Opsterland, Ooststellingwerf,
    Weststellingwerf, Tytsjerksteradiel, Achtkarspelen, Dantumadiel, Noardeast-Fryslân, Waadhoeke, Harlingen, Terschelling,
    Ameland, Vlieland, Schiermonnikoog""",
)
_add(
    "Groningen",
    53220,
    6740,
    """
    Groningen, Midden-Groningen, Oldambt, Eemsdelta, Het Hogeland, Westerkwartier, Stadskanaal, Veendam, Pekela,
    Westerwolde""",
)
_add(
    "Drenthe",
    52860,
    6620,
    """
    Emmen, Assen, Hoogeveen, Meppel, Coevorden, Midden-Drenthe, Aa en Hunze, Borger-Odoorn, Tynaarlo, Noordenveld,
    Westerveld, De Wolden""",
)
_add("Flevoland", 52530, 5600, "Almere, Lelystad, Noordoostpolder, Dronten, Zeewolde, Urk")
_add("Zeeland", 51450, 3820, """
    Middelburg, Vlissingen, Goes, Terneuzen, Hulst, Sluis, Schouwen-Duiveland, Tholen, Reimerswaal, Kapelle, Borsele,
    Noord-Beveland, Veere""")  # fmt: skip

NAME_STARTS = """
    Klaar Elzen Hazel Ooster Wester Noorder Zuider Linden Berken Eiken Korten Lange Brede Smalle Hoge Lage Molen Kerken
    Raven Zwanen Reiger Kievits Otter Vossen Dassen Haver Gersten Boekweit Klaver Heide Brem Varen Riet Biezen Turf Leem
    Zand Klei Steen IJzer Zilver Gouden Winter Zomer Meers Maarten Wolfs Everts Gerrits Aalbers Roelof Harm Jannen
    Tjalle Sieger Wilgen Populieren Essen Meidoorn Vlier
"""
NAME_ENDS = """
    veen dal kerke broek horst lo hoven wolde dijk dam zijl terp woude burg berg rade gein hagen beek voort sluis oord kamp
    donk meer
"""
NAME_QUARTERS = ("Noord", "Zuid", "Oost", "West", "Centrum", "Buiten")


def made_up_places() -> list[str]:
    """Every invented village name, in a fixed order."""
    return [start + end for start in NAME_STARTS.split() for end in NAME_ENDS.split()]
