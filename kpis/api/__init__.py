"""The API's door to KPIs: definitions, collections, releases, own returns, the calculator, jobs. One module per noun."""
