"""Disclosure control: what may leave the organisation that owns a figure, and proof that it hides nobody.

Pure rules on plain values. `measure.protect_measure` is the one door for counts about people; `protection` holds the
value types and the rules for survey results and magnitudes; docs/disclosure.md says it in words.
"""
