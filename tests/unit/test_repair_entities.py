"""References and escapes: resolved in prose, left in code, in addresses, and in texts about them."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanpipe.model import Profile
from cleanpipe.repair import repair, repair_text, undo

SOUND = {
    "names of firms": "AT&T, M&S, R&D, Q&A, Johnson & Johnson and B&Q; P&O;",
    "about a reference": "In HTML, write &eacute; for é and &amp; for an ampersand.",
    "about references, in another line": "HTML entities are useful.\n\nWrite &eacute; where é can't be typed.",
    "a reference and its letter": "Write &eacute; for é",
    "a reference and its letter, elsewhere": "Accents\n\nTo get é you type &eacute;.\n\nAnother one is &agrave;.",
    "a reference and its letter, German": "Für ä schreibt man &auml;.",
    "a reference and its letter, French": "Tapez &eacute; pour obtenir é.",
    "a reference and its letter, Spanish": "Use &ntilde; en lugar de ñ.",
    "a reference and its letter, Portuguese": "Escreva &ccedil; para ç.",
    "a reference and its letter, Finnish": "Kirjoita &auml; merkin ä sijaan.",
    "a reference and its letter, Japanese": "é を表示するには &eacute; と書きます。",
    "a reference and its letter, Chinese": "用 &eacute; 表示 é。",
    "a table": "Signs\né\t&eacute;\t&#233;\nà\t&agrave;\t&#224;",
    "a list": "Letter with acute: &eacute;\nLetter with diaeresis: &euml;",
    "a reference called an entity": "the &eacute; entity, and the &amp; entity",
    "a reference called an entity, in Polish": "Encja &oacute; oznacza literę.",
    "signs and their references": "To show <, type &lt; instead. The browser shows &copy; as ©.",
    "an ampersand and its reference": "Replace & with &amp; in your page.",
    "instead of a sign, in Russian": "Пишите &mdash; вместо тире.",
    "a space by its name, in Russian": "Для неразрывного пробела используйте &nbsp;.",
    "a space, escaped twice": "use &amp;nbsp; to keep two words together",
    "references in a question": "How do I get rid of &nbsp; in my text?",
    "references in a complaint": "Why does my feed show &#8217; in every headline?",
    "two references": "Our archive is full of &nbsp; and &rsquo;.",
    "tags by their names": "The tag &lt;b&gt; makes text bold, the &lt;p&gt; element is a paragraph.",
    "a tag by its name, French": "La balise &lt;b&gt; met en gras.",
    "a tutorial": "HTML tutorial, part two.\n\nAccented letters have names: &eacute; and &agrave;.",
    "what a reference stands for": "Here &hellip; stands for three dots.",
    "a reference between quotation marks": "Type “&eacute;” or '&nbsp;' to get it.",
    "a reference in backticks": "The sign `&copy;` is short.",
    "a reference in a tag": '<a href="x?a=1&amp;b=2">Fish &amp; Chips</a>',
    "a web address": "See https://example.org/?a=1&amp;b=2&amp;copy=3 for more.",
    "a web address with a bare name": "See https://example.org/?a=1&copy=2&reg=3&lt=4 for more.",
    "fenced code": "Do this:\n```\nif (a &lt; b) { x = '\\u2019'; }\n```\n",
    "code, operators": "if (a && b) { return c; }",
    "JSON": '{"name": "caf\\u00e9", "note": "a \\"b\\" &amp; c"}',
    "Python": "print('caf\\xe9 na\\xefve')",
    "C": 'printf(\\"%d\\n\\", x);',
    "shell": "$ echo 'a\\nb\\nC' &amp; cat",
    "SQL": "SELECT name FROM boats WHERE note = '&amp;';",
    "LaTeX": "Erd\\H{o}s, G\\\"odel, Poincar\\'e and $\\nabla \\neq \\nu$ with \\cite{x}",
    "a path": "C:\\new\\nets\\Name and D:\\u00e9tat\\users",
    "a network path": "\\\\server\\net\\Name\\New",
    "one escape of a byte": "the name \\xe9 alone",
    "about escapes": "In JSON, \\u2019 is an apostrophe; the escape sequence \\n ends a line.",
    "a backslash before a quotation mark, once": 'He wrote \\" there.',
    "a regular expression": "the regex \\d+\\.\\d{2} and \\u2019",
    "percent escapes": "https://example.org/caf%C3%A9 and 100%25",
    "unknown names": "the &foo; and &bar baz;",
    "numbers that are no characters": "&#xD800; &#1114112; &#0;",
    "a bare ampersand and a semicolon": "Fish & chips; boats & nets;",
    "words after an ampersand": "black&white, rock&roll, left&right, food&not fun, this&times",
    "an open reference before a letter": "the name Ren&eacutee",
    "an open reference alone in brackets": "the numbers (&#234) and (&#8217)",
    "an ampersand shown with its reference": "Write '&' as &amp or as &amp;",
}

DAMAGED = {
    "names": ("caf&eacute; &mdash; d&eacute;j&agrave; vu", "café — déjà vu"),
    "words of one letter": (
        "A casa &eacute; bonita; il &egrave; l&agrave;; Le port &agrave; 5 km de là",
        "A casa é bonita; il è là; Le port à 5 km de là",
    ),
    "dashes before what could be an explanation": (
        "The boat &mdash; which is old &mdash; is here &hellip; for now",
        "The boat — which is old — is here … for now",
    ),
    "words that could speak of references": (
        "Use &ldquo;force&rdquo; &amp; write to us &amp; win &mdash; instead of a prize",
        "Use “force” & write to us & win — instead of a prize",
    ),
    "an entity that is a firm": (
        "The French entity Cr&eacute;dit Agricole &amp; the entity&rsquo;s owner",
        "The French entity Crédit Agricole & the entity’s owner",
    ),
    "French quotation marks": ("&laquo; oui &raquo; et &laquo; non &raquo;", "« oui » et « non »"),
    "Vietnamese, in part": ("t&agrave;u &yacute; c&aacute; đã ở bến", "tàu ý cá đã ở bến"),
    "a sign of another script": ("the sign &#10464; for it, not &#10400; instead", "the sign ⣠ for it, not ⢠ instead"),
    "names in capitals": ("CAF&EACUTE; &amp; BAR", "CAFÉ & BAR"),
    "numbers": ("it&#8217;s &#x201C;ours&#X201D;", "it’s “ours”"),
    "numbers of Windows bytes": ("&#147;It&#146;s late&#133;&#148;", "“It’s late…”"),
    "escaped twice": ("&amp;ldquo;caf&amp;eacute;&amp;rdquo;", "“café”"),
    "escaped four times": ("caf&amp;amp;amp;eacute;", "café"),
    "less and greater": ("5 &lt; 7 &gt; 3 boats", "5 < 7 > 3 boats"),
    "quotation marks": ("&quot;We sail,&quot; she said.", '"We sail," she said.'),
    "apostrophe of XML": ("It&apos;s late", "It's late"),
    "no-break space": ("nine&nbsp;boats", "nine\u00a0boats"),
    "Vietnamese numbers": ("t&#7847;u c&#225; v&#7873; b&#7871;n", "tầu cá về bến"),
    "Russian numbers": ("&#1087;&#1086;&#1088;&#1090; закрыт", "порт закрыт"),
    "an emoji": ("a boat &#128674;", "a boat 🚢"),
    "a zero-width space": ("the har&#8203;bour", "the harbour"),
    "without a semicolon": ("caf&eacute au lait &amp tea, Fish &amp chips", "café au lait & tea, Fish & chips"),
    "without a semicolon, before an accent": ("Declara&ccedil\u00e3o", "Declaração"),
    "numbers without a semicolon": ("it&#8217s &#8220ours&#8221 &#8212 yes", "it’s “ours” — yes"),
    "signs without a semicolon": ("It&rsquo;s &pound5 &copy 2019", "It’s £5 © 2019"),
    "a reference beside a web address": (
        "It&rsquo;s at https://example.org/?a=1&amp;b=2 now",
        "It’s at https://example.org/?a=1&amp;b=2 now",
    ),
    "a firm": ("Marks &amp; Spencer and AT&amp;T", "Marks & Spencer and AT&T"),
    "JavaScript": ("The council\\u2019s boats, \\u201cnine\\u201d", "The council’s boats, “nine”"),
    "JavaScript, surrogates": ("boats \\ud83d\\udea2 left", "boats 🚢 left"),
    "JavaScript, Russian": ("\\u043f\\u043e\\u0440\\u0442 закрыт", "порт закрыт"),
    "JavaScript after a colon": ("Categorie:\\u00eele", "Categorie:île"),
    "prisoners escaped": ("The men escaped from Kim\\u2019s boat", "The men escaped from Kim’s boat"),
    "bytes of Latin-1": ("caf\\xe9 d\\xe9j\\xe0 vu", "café déjà vu"),
    "bytes of Windows-1252": ("It\\x92s late, \\x93he\\x94 said", "It’s late, “he” said"),
    "bytes of UTF-8": ("It\\xe2\\x80\\x99s the caf\\xc3\\xa9", "It’s the café"),
    "one character of UTF-8": ("a caf\\xc3\\xa9 by the harbour", "a café by the harbour"),
    "quotation marks of JSON": ('She said: \\"We sail.\\" He said: \\"No.\\"', 'She said: "We sail." He said: "No."'),
    "apostrophes of SQL": ("It\\'s late, and they don\\'t sail.", "It's late, and they don't sail."),
    "line ends": ("The boats left.\\n\\nNine of them.\\nOne stayed.", "The boats left.\n\nNine of them.\nOne stayed."),
    "line ends of Windows": ("One left.\\r\\nTwo stayed.\\r\\nThree", "One left.\nTwo stayed.\nThree"),
    "a whole JSON string": (
        "\\u201cWe sail,\\u201d she said.\\nIt\\u2019s late.\\nThe \\u201cnine\\u201d left.",
        "“We sail,” she said.\nIt’s late.\nThe “nine” left.",
    ),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_code_and_talk_about_it_stay(text: str) -> None:
    assert repair(text).edits == ()


@pytest.mark.parametrize(("before", "after"), DAMAGED.values(), ids=DAMAGED)
def test_references_and_escapes_are_resolved(before: str, after: str) -> None:
    repaired = repair(before)
    assert repaired.text == after
    assert undo(repaired) == before


PIECES = [
    *("&", "amp", ";", "&amp;", "&eacute;", "&eacute", "&#146;", "&#8217", "&#x201C;", "&lt;", "&copy ", "#", "8217"),
    *("\\", "\\u2019", "\\ud83d", "\\udea2", "\\xe9", "\\xc3\\xa9", "\\n", '\\"', "\\'", "u2019", "n", "x", "e9"),
    *("It", "s", " ", ".", '"', "é", "\n", "`", "The", "https://a.b/?c=1"),
]
MIXTURES = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@pytest.mark.parametrize("profile", get_args(Profile))
@given(text=MIXTURES)
@settings(max_examples=120, deadline=None)
def test_repairing_twice_is_repairing_once(profile: Profile, text: str) -> None:
    once = repair(text, profile=profile)
    assert undo(once) == text
    assert repair_text(once.text, profile=profile) == once.text
