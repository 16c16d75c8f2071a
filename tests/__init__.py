"""The tests, as a package: one of the test libraries installs a package of the same name."""
