from sample_factory.envs.env_utils import register_env


def _make(name, cfg=None, env_config=None, render_mode=None):
    from doom_lite import DoomLite
    return DoomLite(name, skip=getattr(cfg, "env_frameskip", 4), render_mode=render_mode)


def register_doom_components():
    for n in ("basic", "corridor", "health"):
        register_env(f"doomlite_{n}", _make)
