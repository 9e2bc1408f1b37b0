"""The appraisal regulation as pure functions: the same input gives the same output, always.

No clock, database, file or framework here; figures in, figures and codes out.
"""
