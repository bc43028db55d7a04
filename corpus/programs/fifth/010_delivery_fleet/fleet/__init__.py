from .hub import Hub
from .vehicle import Vehicle

__all__ = ["Hub", "Vehicle"]
