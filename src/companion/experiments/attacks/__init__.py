"""The attacks of Appendix E and stronger ones."""
