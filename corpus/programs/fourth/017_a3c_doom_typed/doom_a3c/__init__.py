"""Asynchronous advantage actor-critic for ViZDoom."""
