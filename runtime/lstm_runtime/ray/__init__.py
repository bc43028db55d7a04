"""Population-based training of RecurrentPPO on a Ray cluster: `RecurrentPPOTrainable` for Ray Tune."""

try:
    from lstm_runtime.ray.trainable import RecurrentPPOTrainable
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] == "lstm_runtime":
        raise
    install = "pip install 'lstm-runtime[ray]'"
    raise ImportError(f"lstm_runtime.ray needs {error.name}, which is not installed: {install}") from error

__all__ = ["RecurrentPPOTrainable"]
