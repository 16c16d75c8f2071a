"""Synthetic data of the demonstration: profiles of organisations, seeded counts, planted stories, and their loading.

`profile`, `draws`, `generator` and the `*_counts` modules are pure: the same seed gives the same bytes on every machine.
Every figure is invented. Real are the organisations, their size and the population of their places.
"""
