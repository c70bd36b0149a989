"""What is particular to an export of WordPress: which items are articles, and where it keeps what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cleanpipe.formats.markup import line_of, text_of
from cleanpipe.formats.xmlitems import Node

UNPUBLISHED = "the post was not published"
PROTECTED = "the post is protected by a password"

NO_ARTICLES = frozenset(
    {
        *("attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache"),
        *("user_request", "wp_block", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation"),
        *("wp_font_family", "wp_font_face", "acf-field", "acf-field-group", "feedback", "amp_validated_url"),
    }
)
"""Types of post that hold no article: files, menus, styles, and what others keep there. Types of a site's own do."""

ORIGIN_KEYS = (
    "syndication_permalink",
    "syndication_source",
    "syndication_source_uri",
    "original_source",
    "original_url",
)
"""Custom fields in which plugins for syndication (FeedWordPress and its like) say where a post was taken from."""

CANONICAL_KEYS = (
    "_yoast_wpseo_canonical",
    "rank_math_canonical_url",
    "_aioseo_canonical_url",
    "_genesis_canonical_uri",
)
"""Custom fields of the plugins by which editors set a post's canonical address."""

# Shortcodes of WordPress itself that stand for something else than text; a caption's text is kept.
_SHORTCODES = re.compile(r"\[/?(?:caption|wp_caption|gallery|audio|video|playlist|embed)\b[^\]\[<>]{0,2000}\]")
_NO_DATE = "0000-00-00 00:00:00"


def is_article(post_type: str) -> bool:
    return post_type not in NO_ARTICLES


def unpublished(node: Node) -> str | None:
    """Why an item is no published article, None where it is one. A scheduled post is none yet."""
    if node.said("wp:status") not in ("publish", ""):
        return UNPUBLISHED
    return PROTECTED if node.said("wp:post_password") else None


def fields(node: Node, authors: Mapping[str, str]) -> dict[str, Any]:
    """What a post says; `authors` are called so by the name they log in with. Raises PageError."""
    custom = dict(_custom(node))
    content = next((element.text for element in node.all("content:encoded")), "")
    logins = dict.fromkeys(element.text.strip() for element in node.all("dc:creator"))
    return {
        "text": text_of(_SHORTCODES.sub("", content), typed=True),
        "id": node.said("guid") or node.said("wp:post_id"),
        "title": line_of(node.said("title")),
        "url": node.said("link"),
        "canonical_url": next((custom[key] for key in CANONICAL_KEYS if custom.get(key)), ""),
        "author": ", ".join(authors.get(login) or login for login in logins if login),
        "published": _time(node, "wp:post_date_gmt", "+00:00") or node.said("pubDate") or _time(node, "wp:post_date"),
        "modified": _time(node, "wp:post_modified_gmt", "+00:00"),
        "excerpt": text_of(node.said("excerpt:encoded")),
        "categories": list(_terms(node, "category")),
        "tags": list(_terms(node, "post_tag")),
        "syndication-source": [custom[key] for key in ORIGIN_KEYS if custom.get(key)],
        "post_type": node.said("wp:post_type"),
    }


def _custom(node: Node) -> Iterator[tuple[str, str]]:
    """The custom fields that are read, by key."""
    for element in node.all("wp:postmeta"):
        key = element.said("wp:meta_key")
        if key in ORIGIN_KEYS or key in CANONICAL_KEYS:
            yield key, element.said("wp:meta_value")


def _terms(node: Node, domain: str) -> Iterator[str]:
    for element in node.all("category"):
        if element.attributes.get("domain") == domain and (line := line_of(element.text)):
            yield line


def _time(node: Node, name: str, zone: str = "") -> str:
    said = node.said(name)
    return said.replace(" ", "T", 1) + zone if said and said != _NO_DATE else ""
