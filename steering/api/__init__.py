"""The API's door to governance: workstreams, actions, assurance reports, as the reader's role reads them on the pages."""
