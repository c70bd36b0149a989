"""Links against clusters that people have checked: how many pairs were found, and how many that aren't there."""

from cleanpipe.evaluate.curve import CurvePoint
from cleanpipe.evaluate.score import Evaluation, evaluate

__all__ = ["CurvePoint", "Evaluation", "evaluate"]
