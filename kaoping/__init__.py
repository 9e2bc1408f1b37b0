"""Kaoping (考评): government performance appraisal that anyone can re-add by hand."""

__version__ = "0.1.0"
