"""`cleanpipe rules learn`: proposed from an archive, adopted, and marked by the next one."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from cleanpipe.cli import cli

STORIES = {
    "Minnow": "A baker sold nine hundred rye loaves before breakfast, and her oven cracked under the strain.",
    "Gull": "Schoolchildren counted seals from the breakwater; most of them slept through the whole lesson.",
    "Tarn": "The old cinema shows one last western, with its pianist of 1961 back on the bench for an evening.",
    "Osprey": "Engineers lowered a turbine into the strait, where the current runs faster than anyone can cycle.",
    "Heron": "A jury awarded damages to the widow whose greenhouse a weather balloon had flattened in spring.",
    "Curlew": "Doctors at the cottage hospital went back to paper records while a virus sat in their computers.",
    "Plover": "Volunteers replanted the dunes with marram grass, ten thousand tufts of it, on one windy Saturday.",
    "Dunlin": "The chess club lost its trophy to a visitor of eleven who had learned the game on the ferry.",
}


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(item) for item in arguments])


def pages(path: Path) -> Path:
    """One paper's stories, one of them printed twice, each with the paper's bar below it; (Reuters) heads two."""
    rows = []
    for number, town in enumerate((*STORIES, "Minnow")):
        lead = "(Reuters) - " if number < 5 else ""
        text = (
            f"News from {town}\n\n{lead}{STORIES[town]}\n\n"
            f"Follow the Lantern on every quay\n\nBerth: {town}, letters\n\n{number * 37 + 100} people read this"
        )
        rows.append({"id": f"page-{number}", "url": f"https://www.lantern.example/{number}", "text": text})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_what_repeats_is_proposed_adopted_and_marked(tmp_path: Path) -> None:
    dump = pages(tmp_path / "dump.jsonl")
    assert call("run", dump, "-o", tmp_path / "one", "--workers", "1").exit_code == 0
    proposed = call("rules", "learn", tmp_path / "one")
    assert proposed.exit_code == 0
    assert "9 pages of 1 sources: 3 lines repeat" in proposed.stderr and "reuters" not in proposed.stdout.lower()
    found = json.loads(call("rules", "learn", tmp_path / "one", "--json").stdout)
    assert [item["source"] for item in found] == ["lantern.example"]
    assert found[0]["stories"] == len(STORIES)
    rules = tmp_path / "rules"
    (rules / "furniture").mkdir(parents=True)
    (rules / "furniture" / "learned.toml").write_text(proposed.stdout, encoding="utf-8")
    assert call("rules", "check", "--rules", rules).exit_code == 0
    settings = tmp_path / "cleanpipe.toml"
    settings.write_text(f"[rules]\nfolders = [{json.dumps(str(rules))}]\n", encoding="utf-8")
    done = call("run", dump, "-o", tmp_path / "two", "--workers", "1", "--config", settings)
    assert done.exit_code == 0, done.stderr
    for line in (tmp_path / "two" / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        marked = [article["text"][item["start"] : item["end"]] for item in article["furniture"]]
        assert marked[0] == "Follow the Lantern on every quay"
        assert [item.split()[0] for item in marked[1:]] == ["Berth:", marked[2].split()[0]]
        assert not any("News" in item for item in marked)
    assert ": 0 lines repeat" in call("rules", "learn", tmp_path / "two").stderr


def test_an_archive_without_sources_says_so(tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl").write_text('{"id": "a", "text": "Nobody says where this stood."}\n', encoding="utf-8")
    assert call("run", tmp_path / "dump.jsonl", "-o", tmp_path / "one", "--workers", "1").exit_code == 0
    done = call("rules", "learn", tmp_path / "one")
    assert done.exit_code == 0 and not done.stdout and "has no source" in done.stderr
