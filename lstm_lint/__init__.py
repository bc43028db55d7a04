"""Find and fix weight replacements on recurrent policies that leave a stale hidden state."""

__version__ = "0.1.0"
