"""Asserts at run time that carried recurrent state is reset or re-warmed between a weight replacement and its use."""

from lstm_runtime.guards.location import Location
from lstm_runtime.guards.report import GuardReport, StaleUse, WeightChange
from lstm_runtime.guards.session import Guard, guard, guard_reports

__all__ = ["Guard", "GuardReport", "Location", "StaleUse", "WeightChange", "guard", "guard_reports"]
