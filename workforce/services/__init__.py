"""The only writers of registers, one module per noun."""
