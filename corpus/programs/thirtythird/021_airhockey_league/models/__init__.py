from .policy import HockeyPolicy

__all__ = ["HockeyPolicy"]
