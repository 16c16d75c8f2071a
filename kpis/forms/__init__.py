"""What people type, read into changes for the services."""
