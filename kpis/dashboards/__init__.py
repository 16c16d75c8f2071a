"""Frozen view models of the kpis pages: templates only loop over them."""
