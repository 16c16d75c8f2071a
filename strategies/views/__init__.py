"""The pages of the strategies app, one module per noun."""
