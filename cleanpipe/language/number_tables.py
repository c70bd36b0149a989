"""The words that numbers are made of, by language, and the words behind digits that multiply them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

SCALES = {
    1e2: "hundred hundert honderd",
    1e3: "thousand k tausend tsd mille mil mila duizend tusen тысяч тысячи тысяча тыс тисяч тисячі тис tysięcy tysiące "
    "tys tisíc ezer ribu bin हजार हज़ार ألف آلاف 千 천",
    1e4: "万 萬 만",
    1e5: "lakh lakhs लाख",
    1e6: "million millions mln mn m millionen mio millones millón milioni milione milhões milhão miljoen miljoner "
    "millioner milj миллион миллиона миллионов млн мільйон мільйона мільйонів milion miliona milionów miliony milionu "
    "milionů milioane millió miljoonaa juta milyon مليون مليونا ملايين 百万",
    1e7: "crore crores करोड़",
    1e8: "亿 億 억",
    1e9: "billion billions bln bn milliarden milliarde mrd milliards milliard md miliardi miliardo miljard miljarder "
    "milliarder миллиард миллиарда миллиардов млрд мільярд мільярда мільярдів miliard miliarda miliardów miliardy "
    "miliardů miliarde mld milliárd miljardia miliar milyar bilhão bilhões مليار مليارا مليارات",
    1e12: "trillion trillions trn tn billionen billón billones biliões trilhão trilhões trilyon триллион триллиона "
    "триллионов трлн bilionów bilionů تريليون 兆 조",
}
"""Words after a figure that multiply it. "billion" of the long scale is left out where it is spelt like the short."""

GLUED_ONLY = frozenset({"k", "m", "md", "mil", "bin", "mille", "천", "만", "억", "조"})
"""Short ones, words of their own elsewhere ("30 m wide"), that multiply only right behind the digits or right before a
sign of money: "1,2 M€"."""

AFTER_TENS, AFTER_HUNDREDS, BEFORE_ONE, INSIDE = 1, 2, 4, 8
"""Where the word for "and" is a part of a number: "treinta y cinco"; "three hundred and five"; only where one or eleven
follow, "vingt et un"; only inside a word, and between one and ten the other way about, "fünfunddreißig"."""


class Words(NamedTuple):
    """Number words of a language: a bar stands between words for one number, an apostrophe behind those that lost a
    letter before the next part of a word ("ventotto")."""

    small: str
    """From zero up to 19 or, in Spanish, 29; a dash stands where there is no such word."""
    tens: str
    """From twenty up to ninety."""
    hundreds: str = ""
    """From a hundred up to nine hundred, where these are words of their own."""
    hundred: str = ""
    """Multiplies what stands before it. A word before the colon stands for itself, too; one behind it doesn't."""
    thousand: str = ""
    """The same for a thousand."""
    scales: str = ""
    """Words of `SCALES` that stand for themselves, too: "миллион" is one million."""
    joins: str = ""
    """The words for "and"."""
    where: int = 0
    """Where these may stand."""
    glued: bool = False
    """Whether numbers are written together: "achtundvierzigtausend"."""
    score: str = ""
    """Twenty, which makes eighty of a four before it: "quatre-vingts"."""
    wide: str = ""
    """Words for ten behind which a unit is added ("dix-huit"), and for tens behind which up to 19 is
    ("soixante-dix")."""
    thousand_of: bool = False
    """Whether a thousand multiplies before a larger scale, too: "dos mil quinientos millones"."""


ENGLISH = Words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "twenty thirty forty fifty sixty seventy eighty ninety",
    hundred=":hundred|hundert|honderd",
    joins="and",
    where=AFTER_HUNDREDS,
)

NUMBER_WORDS = {
    "en": ENGLISH,
    "de": Words(
        "- ein|eins|eine zwei|zwo drei vier fünf|fuenf sechs sieben acht neun zehn elf zwölf|zwoelf dreizehn vierzehn "
        "fünfzehn|fuenfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreißig|dreissig vierzig fünfzig|fuenfzig sechzig siebzig achtzig neunzig",
        hundred="hundert:",
        thousand="tausend:",
        joins="und",
        where=INSIDE,
        glued=True,
    ),
    "fr": Words(
        "- un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize - - -",
        "- trente quarante cinquante soixante septante huitante|octante nonante",
        hundred="cent:cents",
        thousand="mille:",
        joins="et",
        where=AFTER_TENS | AFTER_HUNDREDS | BEFORE_ONE,
        score="vingt|vingts",
        wide="dix soixante",
    ),
    "es": Words(
        "- uno|un|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve veinte veintiuno|veintiún|veintiuna veintidós veintitrés veinticuatro "
        "veinticinco veintiséis veintisiete veintiocho veintinueve",
        "- treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        "cien|ciento doscientos|doscientas trescientos|trescientas cuatrocientos|cuatrocientas quinientos|quinientas "
        "seiscientos|seiscientas setecientos|setecientas ochocientos|ochocientas novecientos|novecientas",
        thousand="mil:",
        joins="y",
        where=AFTER_TENS,
        thousand_of=True,
    ),
    "it": Words(
        "- un|uno|una due tre|tré quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
        "sedici diciassette diciotto diciannove",
        "venti|vent' trenta|trent' quaranta|quarant' cinquanta|cinquant' sessanta|sessant' settanta|settant' "
        "ottanta|ottant' novanta|novant'",
        hundred="cento|cent':",
        thousand="mille:mila",
        joins="e",
        where=AFTER_HUNDREDS,
        glued=True,
    ),
    "pt": Words(
        "- um|uma dois|duas três quatro cinco seis sete oito nove dez onze doze treze catorze|quatorze quinze "
        "dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        "cem|cento duzentos|duzentas trezentos|trezentas quatrocentos|quatrocentas quinhentos|quinhentas "
        "seiscentos|seiscentas setecentos|setecentas oitocentos|oitocentas novecentos|novecentas",
        thousand="mil:",
        joins="e",
        where=AFTER_TENS | AFTER_HUNDREDS,
        thousand_of=True,
    ),
    "nl": Words(
        "- een|één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
        "zeventien achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        hundred="honderd:",
        thousand="duizend:",
        joins="en|ën",
        where=INSIDE,
        glued=True,
    ),
    "pl": Words(
        "- jeden|jedna|jedno dwa|dwie|dwóch|dwu trzy|trzech cztery|czterech pięć|pięciu sześć|sześciu siedem|siedmiu "
        "osiem|ośmiu dziewięć|dziewięciu dziesięć|dziesięciu jedenaście|jedenastu dwanaście|dwunastu "
        "trzynaście|trzynastu czternaście|czternastu piętnaście|piętnastu szesnaście|szesnastu "
        "siedemnaście|siedemnastu osiemnaście|osiemnastu dziewiętnaście|dziewiętnastu",
        "dwadzieścia|dwudziestu trzydzieści|trzydziestu czterdzieści|czterdziestu pięćdziesiąt|pięćdziesięciu "
        "sześćdziesiąt|sześćdziesięciu siedemdziesiąt|siedemdziesięciu osiemdziesiąt|osiemdziesięciu "
        "dziewięćdziesiąt|dziewięćdziesięciu",
        "sto|stu dwieście|dwustu trzysta|trzystu czterysta|czterystu pięćset|pięciuset sześćset|sześciuset "
        "siedemset|siedmiuset osiemset|ośmiuset dziewięćset|dziewięciuset",
        thousand="tysiąc|tysiąca:",
        scales="milion|miliard:",
    ),
    "ru": Words(
        "- один|одна|одно|одну|одного|одной два|две|двух|двум три|трёх|трех четыре|четырёх|четырех пять|пяти "
        "шесть|шести семь|семи восемь|восьми девять|девяти десять|десяти одиннадцать|одиннадцати двенадцать|двенадцати "
        "тринадцать|тринадцати четырнадцать|четырнадцати пятнадцать|пятнадцати шестнадцать|шестнадцати "
        "семнадцать|семнадцати восемнадцать|восемнадцати девятнадцать|девятнадцати",
        "двадцать|двадцати тридцать|тридцати сорок|сорока пятьдесят|пятидесяти шестьдесят|шестидесяти "
        "семьдесят|семидесяти восемьдесят|восьмидесяти девяносто|девяноста",
        "сто|ста двести|двухсот триста|трёхсот|трехсот четыреста|четырёхсот|четырехсот пятьсот|пятисот "
        "шестьсот|шестисот семьсот|семисот восемьсот|восьмисот девятьсот|девятисот",
        thousand="тысяча|тысячу:",
        scales="миллион|миллиард:",
    ),
    "tr": Words(
        "- bir iki üç dört beş altı yedi sekiz dokuz on - - - - - - - - -",
        "yirmi otuz kırk elli altmış yetmiş seksen doksan",
        hundred="yüz:",
        thousand="bin:",
        scales=":milyon|milyar|trilyon",
        glued=True,
        wide="on",
    ),
}
"""Languages whose number words are read; all others are read as English. In Polish and Russian the forms that stand
behind "about" and "more than" are there, too. Those of German, Italian, Dutch and Turkish are parts of words."""

NUMBER_LANGUAGES = tuple(NUMBER_WORDS)

UNITS = {word: value for value, word in enumerate(ENGLISH.small.split())}
UNITS |= {word: 10 * value for value, word in enumerate(ENGLISH.tens.split(), 2)}
"""English number words."""


def number_language(lang: str | None) -> int:
    """Place in `NUMBER_LANGUAGES` of the language whose number words a text has."""
    return NUMBER_LANGUAGES.index(lang) if lang in NUMBER_WORDS else 0


@cache
def scales() -> dict[str, float]:
    return {word: factor for factor, words in SCALES.items() for word in words.split()}
