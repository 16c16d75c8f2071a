"""Released figures as open data: tables with their schema, packages, a catalogue, and FHIR. Pure: values in, plain data out."""
