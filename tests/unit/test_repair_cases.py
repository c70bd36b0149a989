"""Real kinds of damage, and sound text that looks like damage: what must come of each."""

from __future__ import annotations

import pytest

from cleanpipe.repair import mark_furniture, repair, repair_text, undo
from cleanpipe.repair.check import check_furniture, check_rule
from cleanpipe.repair.codecs import decoding_table
from cleanpipe.repair.rules import load_rules
from cleanpipe.rulebook.check import check

DAMAGED = {
    "watermark read as ISO 8859-2": (
        "the â˘harbour âŁof Skelder⣠and⤠the â¤quay",
        "the harbour of Skelder and the quay",
    ),
    "watermark alone in a line": ("one â˘two\nâ¤\nâŁthree", "one two\n\nthree"),
    "watermark with its middle byte": ("in\u00e2\u0081\u00a2 the \u00e2\u0081\u00a4end", "in the end"),
    "watermark read as Windows-1251": ("в\u0403ўthe harbour в\u0403Јoffice", "the harbour office"),
    "UTF-8 as Windows-1252": ("Itâ€™s the cafÃ© by the quay", "It’s the café by the quay"),
    "the same twice": ("Itâ€™s the cafÃƒÂ© by the quay", "It’s the café by the quay"),
    "closing quote without its last byte": (
        "â€œWe sail,â€ she said. â€œItâ€™s late.â€",
        "“We sail,” she said. “It’s late.”",
    ),
    "UTF-8 as KOI8-R": ("п╩п╬п╢п╨п╟ я┐ п©я─п╦я┤п╟п╩п╟", "лодка у причала"),
    "UTF-8 as CP437": ("donΓÇÖt touch the pav├⌐", "don’t touch the pavé"),
    "capitals in Cyrillic": ("РўРђРЎРЎ - РќРѕРІРѕСЃС‚Рё РїРѕСЂС‚Р°", "ТАСС - Новости порта"),
    "escaped twice": ("&amp;ldquo;caf&amp;eacute;&amp;rdquo; &amp; bar", "“café” & bar"),
    "entity for a Windows byte": ("it&#146;s late", "it’s late"),
    "JavaScript escapes": ("The council\\u2019s boats \\ud83d\\udea2", "The council’s boats 🚢"),
    "low byte of an apostrophe": ("It isn\x19t late", "It isn’t late"),
    "Windows-1252 as controls": ("\x93We sail\x94, she said", "“We sail”, she said"),
    "zero-width spaces": ("the har\u200bbour of\ufefffice", "the harbour office"),
    "marks of direction": ("full\u202a production\u200f today", "full production today"),
    "lost byte before a space": ("Elle va Ã  la forÃªt", "Elle va à la forêt"),
    "Mac Roman as Windows-1252": (
        "Toda persona tiene derecho a buscar asilo en caso de persecuci—n, y en cualquier pa’s vive Žl",
        "Toda persona tiene derecho a buscar asilo en caso de persecución, y en cualquier país vive él",
    ),
    "a euro sign without its second byte": (
        "Le chiffre d’affaires est de 12 Mâ¬, l’Ã©tÃ© de 3 kâ¬".replace("’", "'"),
        "Le chiffre d'affaires est de 12 M€, l'été de 3 k€",
    ),
    "code page 437 as Windows-1252": (
        "Die Kinder genieáen den gleichen Schutz, auch auáereheliche",
        "Die Kinder genießen den gleichen Schutz, auch außereheliche",
    ),
    "GBK as ISO 8859-1": ("ÈËÈËÓÐÈ¨²Î¼ÓÉç»áµÄÎÄ»¯Éú»î", "人人有权参加社会的文化生活"),
    "UTF-8 as GBK": ("It鈥檚 the caf茅 by the quay", "It’s the café by the quay"),
    "every sequence lost its bytes": (
        "the boats weâre seeing, heâll say itâs late",
        "the boats we’re seeing, he’ll say it’s late",
    ),
    "euro signs without their middle byte": (
        "It costs \u00e2\u00ac145m, the company\u00e2s chief said.",
        "It costs €145m, the company’s chief said.",
    ),
    "tags": ("the har\U000e0069bour", "the harbour"),
    "question mark for an apostrophe": ("It?s the boat?s fault", "It’s the boat’s fault"),
}

ARTICLES: dict[str, tuple[str, ...]] = {
    "gb18030": (
        "港务局星期三宣布，开往鹿角岛的渡轮从下月起每天增加2个班次，票价保持不变。岛上的居民等这一天已经等了8年。",
        "渔民陈伯说，冬天风浪大的时候，船常常停开，孩子们只好住在对岸的亲戚家里。新船能抵御7级大风，还可以装载救护车。",
        "码头旁边的旧仓库将改建成候船室，工程预计在春节以前完成。设计师打算保留原来的木梁和石墙，屋顶则换成玻璃。",
        "反对的人也有。养蚝场的主人担心，航道加深以后泥沙会漂到他的木架上。港务局答应请大学的专家观测1年。",
        "第一班船将在清晨5点40分开出，赶得上送海鲜去早市。最后一班从夜里10点改到11点，看完电影的人不用再跑步了。",
        "小学校长希望对岸的老师以后可以每天往返。她说，去年有3位老师因为路太远而离开，美术课已经停了一个学期。",
    ),
    "shift_jis": (
        "港湾事務所は水曜日、鹿島へ渡る船を来月から1日2便増やすと発表した。運賃は変わらない。島の人たちは8年待っていた。",
        "冬になると海が荒れて船がよく止まり、子どもたちは対岸の親類の家に泊まるしかなかった、と漁師の1人は話している。",
        "新しい船は強い風にも耐え、救急車を載せることもできる。桟橋のそばの古い倉庫は、春までに待合室に変わる予定だ。",
        "反対の声もある。牡蠣の養殖をする人たちは、航路を深くすると泥が流れてくるのではないかと心配している。",
        "始発は午前5時40分に出るので、朝の市場に魚を届けるのに間に合う。最終便は夜の10時から11時に変わるという。",
        "小学校の校長は、先生が毎日島へ通えるようになることを望んでいる。去年は道が遠いと言って3人が辞めてしまった。",
    ),
}
ARTICLES["euc_jp"] = ARTICLES["shift_jis"]


@pytest.mark.parametrize("charset", ARTICLES)
@pytest.mark.parametrize("between", ["\n\n", ""])
def test_whole_articles_in_an_east_asian_charset_come_back(charset: str, between: str) -> None:
    article = between.join(ARTICLES[charset])
    assert repair_text(article.encode(charset).decode("latin-1")) == article


LINES = {
    **ARTICLES,
    "euc_kr": (
        "항만 사무소는 수요일 사슴섬으로 가는 배를 다음 달부터 하루 두 편 늘린다고 밝혔다. 요금은 그대로다.",
        "겨울에 파도가 높으면 배가 자주 멈춰 아이들은 건너편 친척 집에서 자야 했다고 어부 한 사람이 말했다.",
    ),
    "big5": (
        "港務局星期三宣布，開往鹿角島的渡輪從下月起每天增加兩個班次，票價保持不變。島上的居民等這一天已經等了八年。",
    ),
}


@pytest.mark.parametrize("charset", LINES)
@pytest.mark.parametrize("read_as", ["latin-1", "cp1252"])
def test_each_line_in_an_east_asian_charset_comes_back(charset: str, read_as: str) -> None:
    for line in LINES[charset]:
        garbled = "".join(decoding_table(read_as)[byte] for byte in line.encode(charset))
        assert repair_text(garbled) == line


def test_shift_jis_holds_no_garbled_joiner() -> None:
    line = "何人も、ほしいままに干渉され、又は名誉及び信用に対して攻撃を受けることはない。通信に対しても同じである。"
    garbled = "".join(decoding_table("cp1252")[byte] for byte in line.encode("shift_jis"))
    assert "\u201a\u00c4\x8d" in garbled
    assert repair_text(garbled) == line


SOUND = {
    "a letter spoken of": "A vogal Ã ocorre em maçã, irmã e lã.",
    "Romanian letters": "In Romanian, Â is used inside words; Ã was never used. The letters Â and Î sound alike.",
    "diameters": "Ø12 mm, Ø 15 µm; Ø±0,1 mm; 3×Ø8",
    "an address": "https://example.com/cafÃ©.html",
    "roots": "(-1/2)! = √π, √2 and √ü",
    "temperatures": "20 С°; при 20 С° и 30 С°",
    "Friulian": "No si è rivâts a vierzi il file, Creât di te",
    "Estonian": "maršalli, mohheni, maoori, mikmaki, minangkabau, makedoonia",
    "Braille": "⠞⠓⠑⠀⠎⠑⠁⢠⠊⣠⠎",
    "one Braille cell": "The cell ⢠ has the dots 6 and 8.",
    "about mojibake": "Mojibake such as “â€™” or “Ã©” comes of a wrong encoding.",
    "Persian": "می\u200cخواهم به خانه بروم",
    "Malayalam": "അര്\u200dഹരാണ്\u200c.",
    "Thai": "ภาษา\u200bไทย",
    "emoji": "☺️ 🏳️\u200d🌈 1️⃣ 👩🏽\u200d💻 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "Hebrew with marks": "הוא כתב C++\u200e אתמול \u200f(ABC-12)\u200f",
    "mathematics": "f\u2061(x) = 2\u2062x + 3\u2062π",
    "French": "« C’est l’été », dit-il ; 21\u00a0°C\u202f!",
    "Portuguese": "MAÇÃ, IRMÃ, MANHÃ",
    "Romanian": "â, ă, î, ș, ț sunt litere românești",
    "German hyphens": "Sil\u00adben\u00adtren\u00adnung",
    "code": 'print("na\\u00efve") && x &amp;&amp; y',
    "web address": "http://example.org/?s=1&copy=2",
    "full width": "東京ＪＲ１号、Ｎｏ．５！",
    "fullwidth and accents": "ﬁrst cafe\u0301",
    "amounts": "12 M€, 3 k€, 1,2 Md€/an, 4 Mrd€ – 5 M£, 6 M$, 7 k£; le budget s’élève à 8 M€.",
    "an amount alone": "12 M€",
    "amounts in Spanish": "El presupuesto de 12 M€ se aprobó ayer (11 M€ en 2023).",
    "a euro sign with too little to tell": "Umsatz 12 Mâ¬ im Jahr.",
    "GB 18030, too short to tell": "×ÜÍ³¼ÇÕß»á",
    "EUC-JP, too short to tell": "Åìµþ¤Ç²Ð»ö",
    "company": "Johnson & Johnson, AT&T and M&S",
}


@pytest.mark.parametrize(("before", "after"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_undone(before: str, after: str) -> None:
    repaired = repair(before)
    assert repaired.text == after
    assert undo(repaired) == before


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_sound_text_stays(text: str) -> None:
    assert repair(text).edits == ()


def test_every_example_of_every_rule_holds() -> None:
    assert check((), {"repair": check_rule, "furniture": check_furniture}) == []


def test_log_names_rule_place_and_confidence() -> None:
    edit = repair("a\n the har\u200bbour").edits[0]
    assert (edit.start, edit.end, edit.before, edit.after) == (10, 11, "\u200b", "")
    assert edit.rules == ("zero-width",)
    assert 0.9 < edit.confidence <= 1


def test_layers_of_damage_are_one_edit_with_all_rules() -> None:
    edits = repair("the har&#8203;bour").edits
    assert [(edit.before, edit.after, edit.rules) for edit in edits] == [("&#8203;", "", ("entity", "zero-width"))]


def test_what_is_kept_is_told() -> None:
    considered = repair("In HTML, write &eacute; for é.").considered
    assert [(edit.before, edit.after) for edit in considered] == [("&eacute;", "é")]


def test_damage_that_never_settles_is_left() -> None:
    text = "&" + "amp;" * 3 + "lt;"
    assert repair_text(repair_text(text)) == repair_text(text)


def test_profile_plain_folds_what_archival_keeps() -> None:
    text = "oﬃce ＯＫ cafe\u0301 nine\u00a0boats"
    assert repair_text(text) == text
    assert repair_text(text, profile="plain") == "office OK café nine boats"


def test_rules_are_in_order() -> None:
    orders = [rule.order for rule in load_rules()]
    assert orders == sorted(orders)


FURNITURE = {
    "en": "Read also: Ferry cafe drops its pie",
    "de": "Lesen Sie auch: Kran zieht um",
    "fr": "Lire aussi : La grue déménage",
    "it": "Lascia un commento",
    "es": "Todos los derechos reservados",
    "pl": "Czytaj też: Żuraw zmienia adres",
    "ru": "Читайте также: Кран переехал",
    "uk": "Читайте також: Кран переїхав",
    "ar": "اقرأ أيضا: الرافعة",
    "fa": "بیشتر بخوانید",
    "zh": "相关阅读：起重机搬家",
    "ja": "関連記事",
    "cs": "Všechna práva vyhrazena",
    "tr": "Yorum yap",
}


@pytest.mark.parametrize("line", FURNITURE.values(), ids=FURNITURE)
def test_furniture_is_marked_in_many_languages(line: str) -> None:
    text = f"The crane moved.\n\n{line}\n\nIt was late."
    marks = mark_furniture(text)
    assert [(text[mark.start : mark.end]) for mark in marks] == [line]


def test_furniture_takes_the_headline_below() -> None:
    text = "The crane moved.\n\nPrevious Story\n\nBoats come home\n\nNext Story\n\nBuses\n\nLatest from TOWN"
    assert [text[mark.start : mark.end] for mark in mark_furniture(text)] == [
        *("Previous Story", "Boats come home", "Next Story", "Buses", "Latest from TOWN")
    ]
