"""Finds and compares copies: fingerprints, candidates, verification.

The folded text that is compared never leaves this room; what leaves it are offsets into the texts as they are.
"""

from cleanpipe.match.compared import Compared
from cleanpipe.match.fingerprint import FINGERPRINT_VERSION, fingerprint
from cleanpipe.match.naturalness import threshold as unusual_threshold
from cleanpipe.match.neighbourhood import CROWDED, OWN_LEAST, one_neighbour, settle, settle_among
from cleanpipe.match.single import alone
from cleanpipe.match.verify import Glances, held_back, looks_at_facts, verify
from cleanpipe.match.weights import Thresholds, gate, thresholds, weights_hash

__all__ = [
    "CROWDED",
    "FINGERPRINT_VERSION",
    "OWN_LEAST",
    "Compared",
    "Glances",
    "Thresholds",
    "alone",
    "fingerprint",
    "gate",
    "held_back",
    "looks_at_facts",
    "one_neighbour",
    "settle",
    "settle_among",
    "thresholds",
    "unusual_threshold",
    "verify",
    "weights_hash",
]
