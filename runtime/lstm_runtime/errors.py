"""What goes wrong with carried recurrent state, as exceptions and warnings that user code can catch."""

from __future__ import annotations


class StaleStateError(RuntimeError):
    """Carried recurrent state was used by other weights than those that made it."""


class StaleStateWarning(UserWarning):
    """The same as `StaleStateError`, where it was asked to be a warning."""


class InsideRolloutError(RuntimeError):
    """The call cannot take full effect at this moment of a training loop; the message says where it can."""


class NoHistoryError(RuntimeError):
    """A state cannot be re-warmed, because the observations that made it are not at hand."""


class CheckpointError(ValueError):
    """Weights that cannot be used: of another shape, unreadable, or not finite. The model is as it was."""
