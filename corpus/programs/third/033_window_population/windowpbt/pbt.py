import logging

log = logging.getLogger(__name__)


def evolve(agents, rng, fraction=0.25):
    order = sorted(agents, key=lambda a: a.fitness)
    n = max(1, int(len(order) * fraction))
    for child in order[:n]:
        parent = order[-1 - int(rng.integers(n))]
        if parent.fitness > child.fitness:
            child.inherit(parent, rng)
            log.info("%d inherits from %d", child.ident, parent.ident)
