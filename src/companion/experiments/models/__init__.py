"""The nine networks of Appendix E and those of the second source."""
