"""`make load`: the hour before a deadline on a portal of its own, in short. Needs no Django; drives everything from outside."""
