"""Statistics of the portal, pure: each module names its formula, source, units and edge behaviour. See docs/statistics.md."""
