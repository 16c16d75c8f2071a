"""`make gameday`: pull the plug on a demonstration of its own and watch. Needs no Django; drives everything from outside."""
