from .soccer import VecSoccer

__all__ = ["VecSoccer"]
