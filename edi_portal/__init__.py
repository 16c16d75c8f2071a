"""The project and its foundations: settings, periods, statistics, disclosure control, charts, audit, jobs, interface."""
