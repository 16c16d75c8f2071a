"""Rules of the shared operating model on plain values: levels and change, options, plan and replies. Pure."""
