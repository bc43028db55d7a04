_AGENTS = {}


def register(name):
    def deco(cls):
        _AGENTS[name] = cls
        return cls
    return deco


def make(name, **kw):
    if name not in _AGENTS:
        raise KeyError(f"no agent {name!r}, have {sorted(_AGENTS)}")
    return _AGENTS[name](**kw)
