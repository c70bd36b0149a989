"""Who copied whom: credits, direction, relation, and the stars that copies form around their original."""

from cleanpipe.link.credits import find_credits
from cleanpipe.link.keys import story_keys
from cleanpipe.link.linking import link
from cleanpipe.link.standing import rests_on
from cleanpipe.link.story import Linking, Story, Thresholds
from cleanpipe.link.telling import may_tell

__all__ = [
    "Linking",
    "Story",
    "Thresholds",
    "find_credits",
    "link",
    "may_tell",
    "rests_on",
    "story_keys",
]
