"""The API's door: who a token is, and the organisations it speaks of."""
