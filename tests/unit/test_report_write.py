"""What stands in the written report, as data: stories, copies, repairs, and that nothing breaks out of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import jsonschema
import made_archive
import pytest

from cleanpipe.errors import ArchiveError
from cleanpipe.report import assets, embed, write_report
from cleanpipe.report.collect import Collection, list_of_stories
from cleanpipe.report.embed import json_for_script

Json = dict[str, Any]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_archive.build(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def html(archive: Path) -> str:
    return write_report(archive).read_bytes().decode()


@pytest.fixture(scope="module")
def stories(html: str) -> dict[str, Json]:
    return {story["cluster"].removeprefix("story-"): story for story in stories_in(html)}


def stories_in(html: str) -> list[Json]:
    found: list[Json] = []
    for kind, content in re.findall(r'<script type="([^"]+)" id="portion-\d+">(.*?)</script>', html, re.DOTALL):
        packed = kind == "text/plain"
        found += json.loads(zlib.decompress(base64.b64decode(content)) if packed else content)
    return found


def index_in(html: str) -> Json:
    content = re.search(r'<script type="application/json" id="index">(.*?)</script>', html, re.DOTALL)
    assert content
    found: Json = json.loads(content[1])
    return found


def copy_of(story: Json, id: str) -> Json:
    found: Json = next(copy for copy in story["copies"] if story["articles"][copy["article"]]["id"] == id)
    return found


def cut(story: Json, copy: Json, number: int) -> list[tuple[str, str, str]]:
    """Rows of a comparison as (kind, text of the other, text of the copy)."""
    pair = copy["pairs"][number]

    def text(article: Json, span: list[int] | None) -> str:
        units = (article["text"] or story["articles"][article["same"]]["text"]).encode("utf-16-le", "surrogatepass")
        return units[2 * span[0] : 2 * span[1]].decode("utf-16-le", "surrogatepass") if span else ""

    other, own = story["articles"][pair["other"]], story["articles"][copy["article"]]
    return [(row["kind"], text(other, row.get("o")), text(own, row.get("c"))) for row in pair["rows"]]


@pytest.mark.parametrize("name", ["articles", "edits", "links", "clusters", "rejected"])
def test_the_made_archive_has_the_form_of_a_real_one(archive: Path, checkout: Path, name: str) -> None:
    schema = json.loads((checkout / "docs" / "schema" / f"{name}.schema.json").read_text("utf-8"))
    for line in (archive / f"{name}.jsonl").read_bytes().splitlines():
        jsonschema.validate(json.loads(line), schema)


def test_the_summary_counts_what_is_there(html: str) -> None:
    text = " ".join(re.sub(r"<[^>]+>", "", html[html.index('class="lead"') :][:1200]).split())
    assert "16 articles were read. 1 needed repair, with 4 changes in all." in text
    assert (
        "10 are copies of another article, 4 are originals of those, 1 more waits for a decision, and 1 stands alone."
        in text
    )
    assert "3 records could not be read." in text


def test_the_summary_names_who_copies_and_when(html: str) -> None:
    def figure(title: str) -> str:
        return html[html.index(f'aria-labelledby="{title}"') :].partition("</section>")[0]

    assert re.findall(r'aria-label="([^"]+: \d+ copies)"', figure("copying-title"))[0] == "islandnews.example: 3 copies"
    columns = re.findall(r'aria-label="([^"]+): (\d+) copies"', figure("time-title"))
    assert columns[0] == ("2023-11", "1")
    assert ("2024-01", "0") in columns
    assert columns[-1] == ("2024-04", "2")
    assert "copies have no date" in figure("time-title")


def test_a_collection_gives_what_the_page_holds(archive: Path, html: str, stories: dict[str, Json]) -> None:
    with Collection(archive) as collection:
        found = [collection.story(cluster) for cluster in collection.clusters()]
        assert [
            row[:11] for row in json.loads(json.dumps(list_of_stories(collection.summary, collection.rules)))["stories"]
        ] == [row[:11] for row in index_in(html)["stories"]]
    assert {story["cluster"].removeprefix("story-"): story for story in json.loads(json_for_script(found))} == stories


def test_a_repair_points_to_its_place_or_to_what_follows_it(stories: dict[str, Json]) -> None:
    story = stories["ferry-original"]
    article = story["articles"][copy_of(story, "ferry-spun")["article"]]
    places = {
        repair["rules"][0]: article["text"][slice(*repair["at"])] for repair in article["repairs"] if repair["at"]
    }
    assert places["utf-8-read-as-windows-1252"] == "“"
    assert places["soft-hyphen"] == "a"


def test_a_live_page_has_other_scripts_in_the_same_order() -> None:
    script = assets.script(source="const SOURCE_OF_A_DESK = 1;", more=["const PART_OF_A_DESK = 2;"])
    assert "DecompressionStream" not in script
    assert script.index("SOURCE_OF_A_DESK") < script.index("PART_OF_A_DESK") < script.index("async function reload()")


def test_the_list_has_every_story_those_with_most_copies_first(html: str) -> None:
    index = index_in(html)
    assert [(row[0], row[3]) for row in index["stories"]] == [
        ("story-ferry-original", 5),
        ("story-light-derived", 3),
        ("story-kettle-original", 1),
        ("story-library-original", 1),
        ("story-moss-original", 1),
    ]


def test_a_rewrite_shows_moved_dropped_and_added_sentences(stories: dict[str, Json]) -> None:
    story = stories["ferry-original"]
    ferry, rewrite = made_archive.FERRY, made_archive.REWRITE
    assert cut(story, copy_of(story, "ferry-rewrite"), 0) == [
        ("title", "", ""),
        ("moved", ferry[4], rewrite[0]),
        ("aligned", ferry[0], rewrite[1]),
        ("aligned", ferry[1], rewrite[2]),
        ("dropped", ferry[2], ""),
        ("added", "", rewrite[3]),
        ("aligned", ferry[3], rewrite[4]),
        ("moved-away", ferry[4], ""),
    ]


def test_an_excerpt_keeps_page_furniture_apart(stories: dict[str, Json]) -> None:
    story = stories["ferry-original"]
    kinds = [kind for kind, _, _ in cut(story, copy_of(story, "ferry-excerpt"), 0)]
    assert kinds == ["title", "dropped", "furniture", "aligned", "aligned", "dropped", "dropped", "furniture"]


def test_an_exact_copy_holds_no_second_text(stories: dict[str, Json]) -> None:
    story = stories["ferry-original"]
    copy = copy_of(story, "ferry-exact")
    assert copy["sameAs"] == story["original"] == 0
    assert story["articles"][copy["article"]]["text"] is None


def test_a_copy_of_an_absent_original_is_laid_beside_the_sibling_its_evidence_names(stories: dict[str, Json]) -> None:
    story = stories["light-derived"]
    assert (story["original"], story["source"]) == (None, "Reuters")
    copy = copy_of(story, "light-cut")
    assert story["articles"][copy["pairs"][0]["other"]]["id"] == "light-sibling"
    assert [kind for kind, _, _ in cut(story, copy, 0)] == ["aligned", "aligned", "dropped"]
    assert copy_of(story, "light-derived")["pairs"] == []


def test_a_copy_that_is_exact_but_for_its_quotes_is_laid_beside_the_original(stories: dict[str, Json]) -> None:
    story = stories["kettle-original"]
    (copy,) = story["copies"]
    assert copy["sameAs"] is None
    assert [(row["kind"], row["kept"]) for row in copy["pairs"][0]["rows"]] == [("title", 100), *[("aligned", 100)] * 2]


def test_a_title_that_stands_in_the_text_is_no_dropped_passage(stories: dict[str, Json]) -> None:
    story = stories["moss-original"]
    assert [kind for kind, _, _ in cut(story, story["copies"][0], 0)] == ["title", "aligned", "aligned"]


def test_offsets_count_as_a_browser_does(stories: dict[str, Json]) -> None:
    story = stories["moss-original"]
    assert cut(story, story["copies"][0], 0)[1][1:] == (made_archive.MOSS[0], made_archive.MOSS[0])


def test_a_repair_is_shown_with_names_for_what_has_no_shape(stories: dict[str, Json]) -> None:
    story = stories["ferry-original"]
    article = story["articles"][copy_of(story, "ferry-spun")["article"]]
    repairs = {repair["rules"][0]: repair for repair in article["repairs"]}
    soft, quote = repairs["soft-hyphen"], repairs["utf-8-read-as-windows-1252"]
    assert (soft["left"], soft["before"], soft["after"]) == ("The ", [["U+00AD", "SOFT HYPHEN"]], [])
    assert (quote["before"], quote["after"]) == (["â€œ"], ["“"])


def test_a_right_to_left_article_is_known_as_one(stories: dict[str, Json]) -> None:
    assert [article["rtl"] for article in stories["library-original"]["articles"]] == [True, True]
    assert not any(article["rtl"] for article in stories["ferry-original"]["articles"])


def test_only_the_scripts_of_the_page_are_let_in(html: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    directives = policy[1].replace("&#39;", "'")
    assert "unsafe" not in directives
    assert directives.startswith("default-src 'none'; ")
    for name, pattern in (
        ("script-src", r'<script type="module" async>(.*?)</script>'),
        ("style-src", r"<style>(.*?)</style>"),
    ):
        (content,) = re.findall(pattern, html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in directives


def test_no_data_becomes_markup(html: str) -> None:
    for hostile in ("alert(1)</script", "<img", "<b>bold", "<i>copy"):
        assert hostile not in html
    assert not re.search(r"""\b(?:src|href)=["']?(?:https?:|//)""", html)


def test_the_same_exports_give_the_same_bytes_and_leave_the_file_alone(archive: Path, tmp_path: Path) -> None:
    first = write_report(archive)
    stamp = first.stat().st_mtime_ns
    assert write_report(archive).stat().st_mtime_ns == stamp
    again = made_archive.build(tmp_path)
    assert write_report(again).read_bytes() == first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_large_archive_is_packed(archive: Path, stories: dict[str, Json], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "PORTION_BYTES", 5000)
    monkeypatch.setattr(embed, "PLAIN_BYTES", 6000)
    html = write_report(archive).read_bytes().decode()
    assert html.count('<script type="text/plain" id="portion-') > 1
    assert 'type="application/json" id="portion-' not in html
    found = stories_in(html)
    assert {story["cluster"].removeprefix("story-"): story for story in found} == stories
    first_of_portion = [row for row in index_in(html)["stories"] if row[12] == 0]
    assert [row[11] for row in first_of_portion] == list(range(len(first_of_portion)))


def test_what_does_not_fit_is_left_out_and_said(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PORTION_BYTES", 1), ("PLAIN_BYTES", 0), ("PACKED_BYTES", 0)):
        monkeypatch.setattr(embed, name, value)
    html = write_report(archive).read_bytes().decode()
    assert [row[11] for row in index_in(html)["stories"]] == [0, -1, -1, -1, -1]
    assert len(stories_in(html)) == 1


def test_an_archive_without_copies_has_a_report(tmp_path: Path) -> None:
    made_archive.write(tmp_path, [made_archive.article("one", "A text.", title="One")], [], [])
    html = write_report(tmp_path).read_bytes().decode()
    assert index_in(html)["stories"] == []
    assert "None: every record was read." in html


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no articles\.jsonl there; give the folder"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_export_is_named_with_its_line(tmp_path: Path) -> None:
    made_archive.build(tmp_path)
    with (tmp_path / "links.jsonl").open("ab") as file:
        file.write(b'{"copy": "fer')
    with pytest.raises(ArchiveError, match=r"links\.jsonl, line \d+: no valid JSON object"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()
