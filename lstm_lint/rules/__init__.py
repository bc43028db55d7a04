"""The rules, one a file, each a query over the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.model import Finding
from lstm_lint.rules.episode_start_stuck import EpisodeStartStuck
from lstm_lint.rules.live_weight_snapshot import LiveWeightSnapshot
from lstm_lint.rules.load_keeps_state import LoadKeepsState
from lstm_lint.rules.load_result_ignored import LoadResultIgnored
from lstm_lint.rules.load_without_reset import LoadWithoutReset
from lstm_lint.rules.predict_drops_state import PredictDropsState
from lstm_lint.rules.reset_without_effect import ResetWithoutEffect
from lstm_lint.rules.rule import Rule
from lstm_lint.rules.stale_state_after_load import StaleStateAfterLoad
from lstm_lint.rules.stale_state_after_sync import StaleStateAfterSync
from lstm_lint.rules.state_crosses_episodes import StateCrossesEpisodes
from lstm_lint.rules.state_in_persistent_buffer import StateInPersistentBuffer
from lstm_lint.rules.unknown_receiver import UnknownReceiver

if TYPE_CHECKING:
    from lstm_lint.typestate import Trace

__all__ = ["RULES", "Rule", "findings"]

RULES: tuple[Rule, ...] = (
    StaleStateAfterLoad(),
    LoadKeepsState(),
    StaleStateAfterSync(),
    ResetWithoutEffect(),
    PredictDropsState(),
    StateCrossesEpisodes(),
    LoadResultIgnored(),
    LiveWeightSnapshot(),
    StateInPersistentBuffer(),
    EpisodeStartStuck(),
    LoadWithoutReset(),
    UnknownReceiver(),
)


def findings(trace: Trace) -> list[Finding]:
    """All findings of all rules, in the order of reports; selecting and suppressing come later."""
    found = [finding for rule in RULES for finding in rule.check(trace)]
    return sorted(found, key=lambda finding: finding.sort_key)
