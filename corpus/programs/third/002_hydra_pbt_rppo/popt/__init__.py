from .population import Population

__all__ = ["Population"]
