"""The frame of every page: form rendering, components, downloads, middleware and the fixed pages."""
