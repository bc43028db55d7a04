from stage.player import StagePlayer

__all__ = ["StagePlayer"]
