"""Look-alikes of other scripts: put right inside words of one script, left in names that are mixed on purpose."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.errors import RuleError
from cleanpipe.model import Profile
from cleanpipe.repair import repair, repair_text, undo
from cleanpipe.repair.homoglyphs import HomoglyphEngine
from cleanpipe.text.confusables import look_alikes

SOUND = {
    "Russian, Latin names with endings": "В порту продают iPhoneы, SMSки и GPSы, а iPhoneа и SMSок больше нет.",
    "Russian, a name with an ending, half Latin": "Пришла SMSка from Apple Store Samsung Galaxy",
    "Russian, a name with an ending, alone": "SMSка",
    "Russian, abbreviations with hyphens": "IT-шник и PR-щик прислали e-mailом USB-шный кабель.",
    "Russian, names with endings in a list": "VIPа, VIPах, CDа, RAMа, COMа, BIOSе, PDFка, GIFка",
    "Russian, firms with endings": "Windowsа, Fordе, Diorа, Skodaа, YouTubeр, TikTokер, порт",
    "English with Russian endings": "The word SMSка is used by fans of Apple Pay here in Moscow today.",
    "English, a firm with an ending": "Chanelе and Diorе are in Paris, and Facebookа is not.",
    "English, small names with endings": "bluetoothа, bluetoothом Sony Ericsson",
    "English, an unknown name with an ending": "Порт is Wildberriesе, and more of it.",
    "Ukrainian, half Latin": "SMSка from Kyivstar and Vodafone Ukraine; iPhoneі та SMSці.",
    "Bulgarian, half Latin": "SMSа from Vivacom and Telenor Bulgaria, CDто и DVDта",
    "Serbian, half Latin": "CDа and DVDа, Sony Music Entertainment Srbija",
    "Greek, half Latin": "PCς and CDα from Dell and Hewlett Packard, iPhoneα",
    "Russian, a name in two scripts": "Компания СберMarket открыла склад у порта.",
    "Russian, names in Latin letters": "Катер Ocean Queen пришёл из порта Rotterdam, капитан BBC не смотрит.",
    "Russian, abbreviations": "CEO компании купил BMW, HP и PC, а также TOP 10.",
    "Russian, a letter with a hyphen": "На оси x-координата, на оси y другое; группа крови A(II), витамин C.",
    "Russian, chemistry": "Лодки перевозят CО2, H2O и NaCl по реке.",
    "Russian, units": "Кран берёт 5 т, мощность 40 kW, частота 50 Hz, длина 3 µm.",
    "Russian, Roman centuries": "Причал XIX века и маяк XVIII века открыты.",
    "Russian, placeholders": "Файл %sНе найден, прошло %liс, нажмите [yYдД].",
    "Russian, a web address": "Пишите на раypal.com или ivаn@почта.ru, либо https://port.ru/дoк",
    "Russian, an account": "Подпишитесь на @портoвик сегодня вечером.",
    "Russian, code": "Команда `сd порт` и ключ -с работают в порту.",
    "Ukrainian": "Компанія Укрпошта та сервіс Monobank працюють у порту Одеси.",
    "Ukrainian, Latin ending": "Купили п'ять iPad'ів та два MacBookи для порту.",
    "Bulgarian": "Пристанището във Варна купи нов кран от Liebherr.",
    "Serbian, both alphabets": "Луka није реч, али лука јесте. Luka je reč.",
    "Macedonian": "Новиот брод „Ohrid Star“ пристигна во пристаништето.",
    "Kazakh": "Кеме айлаққа кешке қарай келді, XML файлы дайын.",
    "Belarusian": "Карабель прыйшоў у порт а шостай гадзіне, IP-адрас новы.",
    "Mongolian": "Усан онгоц боомтод ирэв, USB хэрэгтэй.",
    "Tajik": "Киштӣ ба бандар расид, ғалла овард.",
    "Abkhaz": "Аҕба абаӷәазаҿы иааит.",
    "Kurdish in Cyrillic with q and w": "Гәми һат бәндәре, qәйк ма.",
    "Greek": "Το πλοίο έφτασε στο λιμάνι με το νέο GPS και το iPhone του καπετάνιου.",
    "Greek, measures": "Ισχύς 5 kW, μήκος 3 m, θερμοκρασία 20 °C, DNA και COVID-19.",
    "Greek, capitals": "ΝΑΤΟ, ΟΗΕ, ΑΕΚ και Η.Π.Α. στο λιμάνι",
    "Greek, a choice of keys": "Πατήστε [yYνΝ] ή [nNοΟ].",
    "Greek, plural of an English word": "Το αρχείο έχει 12 byteς και δύο linkς.",
    "English, particles": "The α-helix, β-sheet, γ-rays and the Ω of the coil; μ and µ.",
    "English, proteins": "NFκB, TNFα, IFNγ, PGC1α, TGF-β1 and αvβ3 were measured in fish.",
    "English, physics": "The photon has hν, the wave λx, the sum Δx, the line Kα, and cosα.",
    "English, formulas without spaces": "sinαcosβ + cosαsinβ is sin(α+β), and tanν is not.",
    "English, quantities": "A field of 5 μT, 3 μm of film, 40 kΩ and ρ of water.",
    "English, Greek words": "The word λόγος means word, and ωμέγα is the last letter.",
    "English, a Greek house": "She joined ΑΦ and ΚΑΘ at the harbour university.",
    "English, a Russian word": "The Russian words сон, рот and нос mean sleep, mouth and nose.",
    "English, a Russian name": "The ship Россия and the boat Победа came from Москва.",
    "English, a shop": "Toys Я Us and KoЯn are names with a turned letter.",
    "English, a Russian abbreviation": "The СССР stamp and the КГБ file lay on the desk.",
    "English about look-alikes": "A homograph attack writes раypal with Cyrillic letters.",
    "English about a letter": "The Cyrillic letter а in pаyment looks like the Latin one.",
    "English, IPA": "It is said [ˈaβa] or [ˈnoχe], with a β and a χ.",
    "English, Armenian and Cherokee": "The Armenian word տուն and the Cherokee name ᏣᎳᎩ are on the sign.",
    "German": "Das Schiff heißt Ärger, der Hafen Überlingen; µ-Werte stimmen.",
    "Polish": "Łódź wpłynęła do portu, a kapitan Żółć zszedł na ląd.",
    "Turkish": "Iğdır gemisi limana girdi, ışıklar söndü.",
    "Vietnamese": "Tàu cá đã về đến cảng lúc năm giờ sáng.",
    "Azerbaijani": "Gəmi limana gəldi, kəndlilər gözləyirdi.",
    "mathematics, the nth": "The 𝑛th boat, 𝑥-axis and d𝑥; where 𝑓(𝑥) = sin𝑥 and 𝐱 ∈ ℝ.",
    "mathematics, a variable in a word": "Take 𝑘 boats of 𝑁, then log𝑛 and max𝑖.",
    "letters for looks": "𝕳𝖊𝖑𝖑𝖔 from the 𝐡𝐚𝐫𝐛𝐨𝐮𝐫",
    "full-width words": "The boat was ＯＫ and the ｏｆｆｉｃｅ was closed.",
    "full-width heading": "ＨＡＲＢＯＵＲ ＮＥＷＳ",
    "Japanese with full width": "ＪＲ東日本のＳＬとｉＰｈｏｎｅ、Ｔシャツを買った。",
    "Japanese, a mixed word": "新しいＷindowsとＥmailの使い方を学ぶ港の人々。",
    "Chinese": "Ｋ歌和Ａ股，卡拉OK的船。",
    "a single capital of another script": "Hepatitis Β and group Α were named in the report.",
    "an identifier": "the file А4 and the gun Т34, also Х5 and M2Х",
    "names of two words": "Группа АВВА пела, а BAND-ОДЕССА играла в порту.",
    "a drug": "The boat carried β-carotene, N-ацетил and L-карнитин.",
    "Coptic": "ⲡⲓϫⲟⲓ is the boat",
    "Georgian": "გემი ნავსადგურში შევიდა, GPS მუშაობს.",
    "Hebrew": "הסירה של ABC חזרה לנמל עם GPS חדש",
    "Thai with Latin": "เรือ iPhone และ SMS มาถึงท่าเรือ",
}

DAMAGED = {
    "Cyrillic in English": (
        "The hаrbour оffice of the tоwn was closed on Friday because of the storm.",
        "The harbour office of the town was closed on Friday because of the storm.",
    ),
    "one word": ("The captain sаid that nine boats left.", "The captain said that nine boats left."),
    "a name no list has": (
        "The boat Skеldеrby left the harbour at dawn.",
        "The boat Skelderby left the harbour at dawn.",
    ),
    "the first letter of a name": ("Сaptain Wаrrnamby and Сlifton left.", "Captain Warrnamby and Clifton left."),
    "short words, proven by long ones": (
        "Thе bоats wеnt tо sеa аs sооn аs the wind fеll.",
        "The boats went to sea as soon as the wind fell.",
    ),
    "a word wholly in look-alikes": (
        "The hаrbour оffice is closed, but а boat is at sea.",
        "The harbour office is closed, but a boat is at sea.",
    ),
    "Greek omicron": (
        "After the stοrm the fishermen vοwed tο stay at hοme.",
        "After the storm the fishermen vowed to stay at home.",
    ),
    "Greek capitals": ("Τhe Ηarbour of Μoyston was closed.", "The Harbour of Moyston was closed."),
    "a Greek pronoun": (
        "“It was the wοrst stοrm that Ι have seen,” he said.",
        "“It was the worst storm that I have seen,” he said.",
    ),
    "Greek nu": ("The νery old Goνernment boat was sold.", "The very old Government boat was sold."),
    "Armenian": ("The hօuse by the harbօur was sօld.", "The house by the harbour was sold."),
    "Cherokee": ("The ᎪNCHOR and the ᏟHᎪIN were lost.", "The ANCHOR and the CHAIN were lost."),
    "German": (
        "Das Schіff lаg drei Wоchen im Hafen, wеil der Motоr kaputt war.",
        "Das Schiff lag drei Wochen im Hafen, weil der Motor kaputt war.",
    ),
    "French": (
        "Le bаteau est rеntré au pоrt après lа tempête.",
        "Le bateau est rentré au port après la tempête.",
    ),
    "Spanish": ("El bаrco llеgó al puеrto por la mañana.", "El barco llegó al puerto por la mañana."),
    "Polish": ("Stаtek wpłynął dо pоrtu o świcie.", "Statek wpłynął do portu o świcie."),
    "Turkish": ("Gеmі limаna girdi ve yükünü bоşalttı.", "Gemi limana girdi ve yükünü boşalttı."),
    "Vietnamese": ("Tàu cá đã vào cảng Hảі Phòng rồі nghỉ.", "Tàu cá đã vào cảng Hải Phòng rồi nghỉ."),
    "Albanian, without a list": (
        "Anіja hyri nё pоrt herёt nё mёngjes.".replace("ё", "ë"),
        "Anija hyri në port herët në mëngjes.",
    ),
    "Welsh, without a list": ("Daeth y llоng i'r hаrbwr yn y bоre.", "Daeth y llong i'r harbwr yn y bore."),
    "Swahili, without a list": (
        "Mеli ilifikа bandаrini asubuhi mаpema.",
        "Meli ilifika bandarini asubuhi mapema.",
    ),
    "Azerbaijani schwa": ("Gәmi limana gәldi vә balıqçılar sevindi.", "Gəmi limana gəldi və balıqçılar sevindi."),
    "Latin in Russian": (
        "Никтo не знaет, пoчему кpaн в пopту не рaботает.",
        "Никто не знает, почему кран в порту не работает.",
    ),
    "Latin capital in Russian": ("Cегодня порт закрыт. Kапитан ушёл.", "Сегодня порт закрыт. Капитан ушёл."),
    "a Russian abbreviation": (
        "ФCБ и OOО «Порт» подписали договор о кране.",
        "ФСБ и ООО «Порт» подписали договор о кране.",
    ),
    "Latin pronoun in Ukrainian": (
        "He було вкaзано нaзву порту, aле коpабель прийшов.",
        "Не було вказано назву порту, але корабель прийшов.",
    ),
    "Latin i in Ukrainian": ("Кораблi прийшли до порту пiсля шторму.", "Кораблі прийшли до порту після шторму."),
    "Latin i in Ukrainian, the only one": ("Рутiн приїхав до порту вчора", "Рутін приїхав до порту вчора"),
    "a city": ("Мoscow and Ukrainе are far from Canadа.", "Moscow and Ukraine are far from Canada."),
    "a firm": ("He paid with Pаypаl and pаypаl.", "He paid with Paypal and paypal."),
    "a rare word that ends like a name": ("The Localе of the harbour was set.", "The Locale of the harbour was set."),
    "a plural": ("The CDѕ and DVDѕ were at sea.", "The CDs and DVDs were at sea."),
    "a name beside Russian": ("The herо of the порт left.", "The hero of the порт left."),
    "Bulgarian": ("Koрабът пристигнa в пристанищeто вчера.", "Корабът пристигна в пристанището вчера."),
    "Serbian": ("Брoд је стигао у лукy јуче ујутрo.", "Брод је стигао у луку јуче ујутро."),
    "Macedonian": ("Бродoт пристигна во пристаништетo вчерa.", "Бродот пристигна во пристаништето вчера."),
    "Kazakh, without a list": (
        "Кеме айлақкa кешке кeлдi, жүк түсірді, экiпаж демалды, мiне.",
        "Кеме айлакка кешке келді, жүк түсірді, экіпаж демалды, міне.".replace("айлакка", "айлақка"),
    ),
    "Latin in Greek": ("To πλoίo έφτασε στo λιμάνι τo πρωί.", "Το πλοίο έφτασε στο λιμάνι το πρωί."),
    "Greek, single words": ("Tο λιμάνι είναι κλειστό, o καιρός Kακός.", "Το λιμάνι είναι κλειστό, ο καιρός Κακός."),
    "English name in Russian": ("Порт купил Сhеvrоlеt и телефон.", "Порт купил Chevrolet и телефон."),
    "measure in Russian": ("Частота 50 МHz, мощность кBт.", "Частота 50 MHz, мощность кВт."),
    "a century": ("Маяк XIХ века и мол ХVIII века.", "Маяк XIX века и мол XVIII века."),
    "a full-width letter": ("The harｂour ｏffice was closed.", "The harbour office was closed."),
    "a full-width word, proven": (
        "The harｂour ｏffice ｗａｓ closed.",
        "The harbour office was closed.",
    ),
    "mathematical letters": ("The har𝐛our offi𝗰e was clo𝘀ed.", "The harbour office was closed."),
    "look-alikes of two scripts": ("The hаrbοur was clοsеd.", "The harbour was closed."),
    "a hyphenated word": ("The wеll-knоwn boat lеft.", "The well-known boat left."),
    "an apostrophe": ("The boat’ѕ captain hаsn’t comе.", "The boat’s captain hasn’t come."),
    "a line of its own script": (
        "Порт открыт для всех судов.\nThe hаrbour is оpen for all ships.",
        "Порт открыт для всех судов.\nThe harbour is open for all ships.",
    ),
    "accents beside look-alikes": ("Le prеmiеr cаfé du pоrt", "Le premier café du port"),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_mixed_on_purpose_stays(text: str) -> None:
    assert repair(text).edits == ()


@pytest.mark.parametrize(("before", "after"), DAMAGED.values(), ids=DAMAGED)
def test_look_alikes_are_put_right(before: str, after: str) -> None:
    repaired = repair(before)
    assert repaired.text == after
    assert undo(repaired) == before
    assert {rule for edit in repaired.edits for rule in edit.rules} == {"homoglyph"}


def test_what_is_left_is_told() -> None:
    considered = repair("В порту нет iPhoneа, и о Xбрюле не слышали.").considered
    assert [(edit.before, edit.after) for edit in considered if edit.rules == ("homoglyph",)] == [
        ("а", "a"),
        ("X", "Х"),
    ]


def test_text_about_look_alikes_is_told_and_left() -> None:
    repaired = repair("A homoglyph: pаyment.")
    assert repaired.edits == ()
    assert ("а", "a", ("homoglyph",)) in [(edit.before, edit.after, edit.rules) for edit in repaired.considered]


def test_unknown_words_are_less_sure() -> None:
    sure, guessed = repair("The captаin of the Skеldеrby left.").edits[:2]
    assert sure.confidence > guessed.confidence


def test_pairs_of_one_script_are_refused() -> None:
    table = {"id": "mine", "confidence": 0.9, "map": {"a": "o"}}
    with pytest.raises(RuleError, match="letter of another script"):
        HomoglyphEngine.of(table, "mine.toml: rule 'mine'")


def test_table_holds_living_letters_of_one_case() -> None:
    latin = look_alikes("Latin")
    assert {latin[letter] for letter in "аеорсухіѕјԁһԛԝ"} == set("aeopcyxisjdhqw")
    assert latin["Ι"] == "I" and "σ" not in latin
    assert all(letter.isupper() == alike.isupper() for letter, alike in latin.items())
    assert look_alikes("Cyrillic")["i"] == "і" and look_alikes("Greek")["o"] == "ο"


PIECES = [
    *"aoceipxyHTXIаосеірхуНТХІοινΑΙ",
    *"bdwлдюλσ",
    *" .-’\n",
    "ａ",
    "ｏ",
    "𝐚",
    "𝑥",
    "é",
    "the",
    "порт",
    "και",
    "1",
]
MIXTURES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.mark.parametrize("profile", get_args(Profile))
@given(text=MIXTURES)
@settings(max_examples=120, deadline=None)
def test_repairing_twice_is_repairing_once(profile: Profile, text: str) -> None:
    once = repair(text, profile=profile)
    assert undo(once) == text
    assert repair_text(once.text, profile=profile) == once.text


@given(text=MIXTURES)
@settings(max_examples=100, deadline=None)
def test_only_letters_change_and_none_is_lost(text: str) -> None:
    changed = [(was, now) for was, now in zip(text, repair_text(text), strict=True) if was != now]
    assert all(was.isalpha() and now.isalpha() for was, now in changed)
