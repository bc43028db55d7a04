"""Climate control of a simulated greenhouse."""

__version__ = "0.4.1"
