"""RSH002."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import Rule, because, reported
from lstm_lint.rules.wording import consequence, keeps, notes, replaced

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

_LOADS = re.compile(r"_*(load|restore|resume|reload|set|init)(_|$)", re.IGNORECASE)

# Each call of a module's own `load_state_dict` is a replacement that is judged by itself.
_OF_MODULES = "load_state_dict"


class LoadKeepsState(Rule):
    """
    ## What it does
    Reports a method that replaces the weights of its object and leaves the recurrent state of the object as it is. No
    use of the state after it is in view, so whether it goes wrong depends on who calls the method, and when.

    It is a warning. It is a note when the class has a reset of its own, and something in the project seems to call
    the method and may be meant to call the reset as well, or what uses the object calls the reset, or the weights are
    copied from another network in memory; when every caller in the project calls the method on an object that it has
    just made; when a module's own `load_state_dict` calls its parent's, since each call of it is judged by itself; and
    when a method called `load` or the like wraps a library's object of which only a configuration says whether it is
    recurrent.

    It is also a warning where a learner in mid-run takes over the checkpoint of another member, as population-based
    training does, into a network that it shares with actors in other processes, while those keep the states of
    running episodes, in view or in a library that the vocabulary knows.

    And where a task or a thread goes on for ever beside those that step the state (`create_task`, `gather`, `Thread`),
    and loads whenever there is something new. Or what a coroutine waits for once it has started a server, as
    `async with websockets.serve(handle, host, port): await watch()` does: whoever connects steps the state meanwhile.

    And where the method resets by itself, but only while a switch of its object is off, as `if not self.enabled` does,
    and the state is stepped only while that is on.

    So it is where a web route loads weights into an object that lives on between requests and does not ask whether it
    is running.

    ## Why is this bad?
    Such a `restore` or `set_weights` is harmless before the first step and wrong after it. Whoever calls it in
    mid-run (a checkpoint watcher, a self-play manager, an exploit step) goes on with a state that the old weights
    made.

    ## Example
    ```python
    import torch
    from torch import nn


    class Player:
        def __init__(self):
            self.net = nn.LSTM(4, 8)
            self.hidden = None

        def act(self, obs):
            out, self.hidden = self.net(obs, self.hidden)
            return out

        def restore(self, path):
            self.net.load_state_dict(torch.load(path))
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn


    class Player:
        def __init__(self):
            self.net = nn.LSTM(4, 8)
            self.hidden = None

        def act(self, obs):
            out, self.hidden = self.net(obs, self.hidden)
            return out

        def restore(self, path):
            self.net.load_state_dict(torch.load(path))
            self.hidden = None
    ```

    ## Fix safety
    Safe where the class has a method that resets the state and does nothing else, or is an SB3 algorithm. Unsafe
    where that method does more (it counts, clears a buffer), or where the state is set to None because `__init__`
    does so. A method that initialises or loads weights, begins an episode of an environment, or returns anything but
    the state is never called by a fix.
    """

    code = "RSH002"
    name = "load-keeps-state"
    summary = "a method replaces the weights of an object that carries recurrent state, and leaves the state"
    default_level = "warning/note"
    fixable = "sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Stale states that leave in ``self`` with no caller in view."""
        for verdict in reported(trace, "stale"):
            if not trace.is_kept_by_method(verdict):
                continue
            method = verdict.site.function.rpartition(".")[2]
            told = method in trace.project.told_in_training
            other = told or trace.resets_at_another_load(verdict) or trace.resets_only_off(verdict)
            doubtful = trace.is_meant_to_be_reset(verdict) and not trace.is_algorithm(verdict) and not other
            named = _LOADS.match(method) is not None
            harmless = trace.is_only_at_start(verdict) or (named and trace.is_configured(verdict))
            harmless = harmless or verdict.record.event.row == method == _OF_MODULES or trace.turns_off(verdict)
            level = Level.NOTE if doubtful or harmless else Level.WARNING
            message = f"{replaced(verdict)}, but {keeps(verdict)}: {consequence(verdict)}"
            yield self.finding(trace, verdict, level, message, notes(trace, verdict), trace.fix(verdict))
        for each in trace.exploits:
            kept = each.kept
            message = (
                f"`{each.call}()` gives `{each.network}` another member's weights while actors in other processes, "
                f"which share them, go on in mid-episode: nothing resets the `{kept.name}` that they keep"
            )
            why = Because(kept.path, kept.span.line, kept.span.column, f"`{kept.name}` is kept from step to step")
            yield self.finding_at(trace, each.path, each.span, Level.WARNING, message, (why,))
        for request in trace.requested:
            states = " and ".join(f"`{state}`" for state in request.states)
            message = (
                f"`{request.call}` replaces weights when a request asks for it, which may come in mid-episode: "
                f"nothing resets {states} of an object that lives on between requests"
            )
            load = because(request.load, "the weights are replaced here")
            yield self.finding_at(trace, request.site.path, request.site.span, Level.WARNING, message, (load,))
        for task in trace.watched:
            states = " and ".join(f"`{state}`" for state in task.states)
            message = (
                f"`{task.call}` replaces weights in a task or thread that goes on beside others, which may be in "
                f"mid-episode: nothing resets {states}"
            )
            load = because(task.load, "the weights are replaced here")
            yield self.finding_at(trace, task.site.path, task.site.span, Level.WARNING, message, (load,))
