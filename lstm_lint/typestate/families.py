"""Classes of a family that each make an algorithm of their own, and are handed it again.

``PpoBackend.create`` makes a ``PPO`` and ``RecurrentBackend.create`` a ``RecurrentPPO``. Which of them is asked to
``predict`` with a model is decided somewhere by the model's class: a method of one gets what that one makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project import ClassInfo

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.typestate.interpret import Interpreter


def makes_others(run: Interpreter, expr: facts.Call) -> bool:
    """Whether a call asks a parameter of a method for an action, and the class makes algorithms without a memory alone.

    Another class of the family makes a recurrent one in a method of the same name.
    """
    klass, function = run.frame.klass, run.frame.function
    receiver = expr.func.value if isinstance(expr.func, facts.Attribute) else None
    if klass is None or function is None or not isinstance(receiver, facts.Name):
        return False
    if all(parameter.name != receiver.id for parameter in function.parameters):
        return False
    return _makers(run.project, klass, function.name)


def _makers(project: Project, klass: ClassInfo, method: str) -> bool:
    recurrent, every = project.algorithms.recurrent_names.keys(), project.algorithms.names
    made = {name: every & fact.mentions for name, fact in klass.fact.functions.items()}
    makers = {name for name, algorithms in made.items() if algorithms}
    if not makers or any(not recurrent.isdisjoint(algorithms) for algorithms in made.values()):
        return False
    siblings = (other for other in project.classes.all if other is not klass and method in other.fact.functions)
    return any(
        not recurrent.isdisjoint(other.fact.functions[name].mentions)
        for other in siblings
        for name in makers & other.fact.functions.keys()
    )
