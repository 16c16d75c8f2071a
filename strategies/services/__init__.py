"""The only writers of strategies, one module per noun."""
