_AGENTS = {}


def register(name):
    def wrap(cls):
        if name in _AGENTS:
            raise KeyError(f"{name} is registered twice")
        _AGENTS[name] = cls
        cls.kind = name
        return cls

    return wrap


def make(kind, **kwargs):
    try:
        cls = _AGENTS[kind]
    except KeyError:
        raise SystemExit(f"unknown agent {kind!r}, have {sorted(_AGENTS)}") from None
    return cls(**kwargs)
