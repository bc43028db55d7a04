"""RSH009."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Finding, Level, Span
from lstm_lint.rules.rule import Rule

if TYPE_CHECKING:
    from lstm_lint.project.buffers import Buffer
    from lstm_lint.typestate.trace import Trace


class StateInPersistentBuffer(Rule):
    """
    ## What it does
    Reports a recurrent state that a module keeps in a persistent buffer: `register_buffer("hidden", ...)`, where a
    recurrent layer reads `self.hidden` and what it returns is put there again. A buffer that is only ever an initial
    state or a constant is not reported, nor one in a module that is exported to TorchScript, nor one that the
    module's own `state_dict` takes out.

    A buffer whose name says nothing of a state is reported where one of torch's own cells is handed it as its state,
    and the next state that comes out is put there. So is one of a cell that is written out: parameters or layers of
    the module work on it, and what a step makes of that and of its input is put there.

    ## Why is this bad?
    A persistent buffer is part of the `state_dict`. A checkpoint then holds whatever the network remembered when it was
    saved, and `load_state_dict` puts the memory of the donor into the receiver, which is in the middle of an episode of
    its own. Where the two ran with different numbers of environments, the load fails with a size mismatch.

    ## Example
    ```python
    import torch
    from torch import nn


    class Core(nn.Module):
        def __init__(self, size, envs):
            super().__init__()
            self.gru = nn.GRUCell(size, size)
            self.register_buffer("hidden", torch.zeros(envs, size))

        def forward(self, x):
            self.hidden = self.gru(x, self.hidden)
            return self.hidden
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn


    class Core(nn.Module):
        def __init__(self, size, envs):
            super().__init__()
            self.gru = nn.GRUCell(size, size)
            self.register_buffer("hidden", torch.zeros(envs, size), persistent=False)

        def forward(self, x):
            self.hidden = self.gru(x, self.hidden)
            return self.hidden
    ```

    ## Fix safety
    Unsafe. `persistent=False` keeps the buffer out of the `state_dict`, so that a checkpoint written before has an
    unexpected key: `load_state_dict` fails on it unless it is called with `strict=False` or the key is taken out first.
    And the state is then kept over a load, so that the load needs a reset after it, which RSH001 reports.
    """

    code = "RSH009"
    name = "state-in-persistent-buffer"
    summary = "recurrent state is kept in a persistent buffer: a load brings the donor's state with it, or fails"
    default_level = "warning"
    fixable = "unsafe"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Persistent buffers that a recurrent call reads and that its result is written to."""
        from lstm_lint.typestate.buffers import not_persistent

        project = trace.project
        for klass in project.classes.all:
            if project.library or klass.module.path not in trace.report_on:
                continue
            at: dict[Span, list[Buffer]] = {}
            registered = project.buffers.own(klass)
            for buffer in registered:
                if buffer.persistent and project.buffers.is_state(buffer):
                    at.setdefault(buffer.call.span, []).append(buffer)
            for span, buffers in at.items():
                named = " and ".join(f"`{buffer.name}`" for buffer in buffers[:2])
                are = "are" if len(buffers) > 1 else "is"
                them = "them" if len(buffers) > 1 else "it"
                message = (
                    f"{named} {are} recurrent state in a persistent buffer: "
                    f"`load_state_dict` overwrites {them} with the donor's state, or fails where the number of "
                    "environments differs"
                )
                # One call may register other buffers too, which belong in a checkpoint.
                alone = len(buffers) == sum(1 for buffer in registered if buffer.call.span == span)
                fix = not_persistent(trace, buffers[0]) if alone else None
                yield self.finding_at(trace, klass.module.path, span, Level.WARNING, message, (), fix)
